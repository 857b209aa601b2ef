/** Old lines: HAProxy refuses them, and takes what `hapax fix` makes of them without a word. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixText } from '../../src/config/fix-text.ts';
import { loadConfigurationText } from '../../src/config/load.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { haproxyMessages } from './message-comparison.ts';
import { meaningOf } from './model-meaning.ts';

const skipped = skipWithoutHaproxy('what hapax fix makes of old files');

const DEFAULTS = 'defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n';
const LISTEN = `${DEFAULTS}listen web\n bind 127.0.0.1:9001\n`;
const HTTP = `${LISTEN} mode http\n`;

const OLD: readonly string[] = [
  'defaults\n contimeout 5s\n clitimeout 5s\n srvtimeout 5s\nlisten web\n bind 127.0.0.1:9001\n',
  `${DEFAULTS}listen web 127.0.0.1:9001,127.0.0.1:9002 # old\n mode tcp\n`,
  `${DEFAULTS}frontend web 127.0.0.1:9001`,
  `\ufeff${LISTEN}`,
  `global\n nbproc 4\n debug\n${LISTEN}`,
  `${LISTEN} redispatch\n retries 2\n`,
  `${LISTEN} option forceclose\n option http-tunnel\n`,
  `${LISTEN} bind-process 1\n`,
  `${LISTEN} timeout queue 5sx\n timeout check 1.5s\n timeout tunnel 1h // long\n`,
  `${LISTEN} timeout queue 1s\n timeout queue 2s\n`,
  `${LISTEN} option httpchk GET /x HTTP/1.1\\r\\nHost:\\ www.example.com\\r\\nUser-Agent:\\ a\\ b\n server s 127.0.0.1:80 check\n`,
  `${LISTEN} server s 127.0.0.1:80 check interval 5s\n server t 127.0.0.1:81 check\n`,
  `${LISTEN} server s 127.0.0.1:80 check uri /healthz\n server t 127.0.0.1:81 check uri /healthz\n`,
  `${LISTEN} option httpchk\n http-check status 204\n http-check timeout 3s\n server s 127.0.0.1:80 check\n`,
  `${LISTEN} option httplog\n log 127.0.0.1 local0\n`,
  `${LISTEN} option tcplog\n`,
  `${LISTEN} option forwardfor\n http-request deny\n cookie a insert\n monitor-uri /x\n stats enable\n`,
  `${LISTEN}backend b\n bind 127.0.0.1:9002\n rate-limit sessions 5\n monitor-uri /x\n`,
  `${HTTP} reqadd X-A:\\ b\\ 5%\n rspadd X-B:c if TRUE\n reqidel ^X-C:.*\n rspidel ^Server:\n`,
  `${HTTP} block if { path /x }\n reqrep ^([^\\ :]*)\\ /old/(.*) \\1\\ /new/\\2\n`,
  `${HTTP} rspirep ^Location:\\ http://(.*) Location:\\ https://\\1\n monitor-net 10.0.0.0/8\n`,
  `${LISTEN} redisp\n timeout queue 5S\n timeout check 1.5S\n`,
  `${LISTEN} option httplog clf\n log 127.0.0.1 local0\n`,
  `${DEFAULTS} option httplog\n option tcplog # this\n log 127.0.0.1 local0\nlisten web\n bind 127.0.0.1:9001\n`,
  `${DEFAULTS}listen web\n bind 127.0.0.1:9001 process 1 maxconn 5\n bind 127.0.0.1:9002 process 1/1-2\n`,
  `${LISTEN} server s 127.0.0.1:80\n server s 127.0.0.1:81 weight 5 # two\n server t 127.0.0.1:82\n`,
  `global\n tune.chksize 16384\n${LISTEN}`,
  `${HTTP} cliexp ^Host:\\ (.*) Host:\\ \\1\n srvexp ^Server: Server:\\ x\n reqirep ^Host: Host:\\ a.example\n`,
  `${LISTEN}.notice two words\n.warning and two\n`.replace('.warning and two\n', ''),
  `global\n node $HAPAX_TEST_NODE\n${LISTEN}`,
];

describe.skipIf(skipped)('hapax fix', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-fixed-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  process.env.HAPAX_TEST_NODE = 'west';

  it.each(OLD.map((text) => [text.replace(DEFAULTS, ''), text]))('%s', async (_shown, text) => {
    const ofOld = await haproxyMessages(directory, text);
    const { text: fixed, result } = await fixText(text, 't.cfg');
    const ofFixed = (await haproxyMessages(directory, fixed)).filter((line) => !line.startsWith('[NOTICE]'));
    expect(ofOld.length, 'HAProxy says something of the old file').toBeGreaterThan(0);
    expect(ofFixed, fixed).toEqual([]);
    const unsupported = result.diagnostics.filter(({ code }) => code === 'not-supported-yet');
    expect(result.diagnostics.filter((each) => !unsupported.includes(each) && each.severity !== 'notice')).toEqual([]);
    expect(meaningOf(result), fixed).toEqual(meaningOf(await loadConfigurationText(text, 't.cfg')));
  });

  it('changes no file that HAProxy takes without a word', async () => {
    for (const text of [LISTEN, HTTP, `${LISTEN} server s 127.0.0.1:80 check\n`]) {
      expect(await haproxyMessages(directory, text)).toEqual([]);
      expect((await fixText(text, 't.cfg')).text).toBe(text);
    }
  });
});
