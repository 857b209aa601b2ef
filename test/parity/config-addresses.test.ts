/** Every form of address and of time and size that HAProxy has: the same words from both about those that are wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('addresses, times and sizes beside HAProxy');

const HEAD = 'defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n mode tcp\n';

const LISTEN: readonly string[] = [
  ...[':9001', '*:9001', '0.0.0.0:9001', '127.0.0.1:9001-9003', '127.0.0.1:9003-9001', '127.0.0.1:9001,:9002', '*:0'],
  ...[
    '[::1]:9001',
    '::1:9001',
    ':::9001',
    '[::]:9001',
    'ipv4@127.0.0.1:9001',
    'ipv4@:9001',
    'ipv6@:9001',
    'ipv6@::1:9001',
  ],
  ...[
    'ipv4@[::1]:9001',
    'ipv6@127.0.0.1:9001',
    'tcp@127.0.0.1:9001',
    'tcp4@127.0.0.1:9001',
    'tcp6@[::1]:9001',
    'tcp4@::1:9001',
  ],
  ...['/tmp/x.sock', 'unix@/tmp/x.sock', 'unix@x.sock', 'uxst@/tmp/x', 'abns@name', 'abns@', 'unix@'],
  ...['udp@127.0.0.1:9001', 'udp4@127.0.0.1:9001', 'udp6@[::1]:9001', 'uxdg@/tmp/x', 'dgram+ipv4@127.0.0.1:9001'],
  ...['quic4@127.0.0.1:9001', 'quic6@[::1]:9001', 'stream+ipv4@127.0.0.1:9001', 'stream+udp@127.0.0.1:9001'],
  ...[
    'fd@x',
    'fd@',
    'fd@-1',
    'sockpair@x',
    'sockpair@',
    '127.0.0.1:+10',
    '127.0.0.1:-10',
    '127.0.0.1:abc',
    '127.0.0.1:80x',
  ],
  ...[
    '127.0.0.1',
    '127.0.0.1:',
    '',
    ',',
    ':80,,:81',
    ':80,',
    'nope@127.0.0.1:80',
    '127.0.0.1:65536',
    '127.0.0.1:1-65536',
  ],
  ...['"$NO_SUCH_VARIABLE"', '$NO_SUCH_VARIABLE', '127.0.0.1:$NO_SUCH_VARIABLE', '[::1', '::1]:80', '[127.0.0.1]:80'],
];

const SERVER: readonly string[] = [
  ...[
    '127.0.0.1:80',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:0',
    '127.0.0.1:+10',
    '127.0.0.1:-10',
    '127.0.0.1:80-81',
    '[::1]:80',
    '::1',
  ],
  ...[
    '*',
    '*:80',
    '0.0.0.0:80',
    ':80',
    'ipv4@127.0.0.1:80',
    'ipv6@::1:80',
    'ipv4@::1:80',
    '/tmp/x',
    'unix@/tmp/x',
    'unix@x',
    'abns@x',
  ],
  ...[
    'udp@127.0.0.1:80',
    'quic4@127.0.0.1:80',
    'fd@3',
    'fd@x',
    'sockpair@x',
    'tcp@127.0.0.1:80',
    'stream+127.0.0.1:80',
    '127.0.0.1:80,127.0.0.1:81',
  ],
  ...['127.0.0.1:99999', '127.0.0.1:x', '127.0.0.1:80x', '$NO_SUCH_VARIABLE', 'a..b:80', '.a:80', '[127.0.0.1]:80'],
];

const TIMES: readonly string[] = [
  ...['0', '1', '1us', '999us', '1500us', '1ms', '1s', '1m', '1h', '1d', '24d', '25d', '2147483647', '2147483648'],
  ...[
    '2147483647ms',
    '2147483s',
    '2147484s',
    '35791m',
    '35792m',
    '596h',
    '597h',
    '1sx',
    '1 s',
    's',
    '',
    '-1',
    '+1',
    '1.5s',
  ],
  ...['1S', '1msx', '99999999999999999999', '0x10', '1w', '1y'],
];

const SIZES: readonly string[] = [
  '0',
  '1',
  '64k',
  '64K',
  '1m',
  '1g',
  '1t',
  '5g',
  '-1',
  'x',
  '1kb',
  '',
  '99999999999',
  '1.5k',
];

describe.skipIf(skipped)('forms beside HAProxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-forms-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  // 2.6 counts here on its buffers being smaller than 64 KB, or shows the brackets of an IPv6 address it has not got.
  const apart = /^tune\.bufsize (?:64k|64K|9{11})$|^tune\.ssl\.cachesize (?:-1)?$|^stats timeout $|^bind ipv4@\[::1\]/;

  const texts: readonly (readonly [string, string])[] = [
    ...LISTEN.map((each) => [`bind ${each}`, `${HEAD}frontend f\n bind ${each}\n`] as const),
    ...SERVER.map((each) => [`server s ${each}`, `${HEAD}listen f\n bind :9001\n server s ${each}\n`] as const),
    ...TIMES.map(
      (each) => [`timeout queue ${each}`, `${HEAD}listen f\n bind :9001\n timeout queue ${each}\n`] as const,
    ),
    ...TIMES.map(
      (each) =>
        [`check inter ${each}`, `${HEAD}listen f\n bind :9001\n server s 127.0.0.1:80 check inter ${each}\n`] as const,
    ),
    ...TIMES.map(
      (each) =>
        [`hard-stop-after ${each}`, `global\n hard-stop-after ${each}\n${HEAD}listen f\n bind :9001\n`] as const,
    ),
    ...TIMES.map(
      (each) => [`stats timeout ${each}`, `global\n stats timeout ${each}\n${HEAD}listen f\n bind :9001\n`] as const,
    ),
    ...SIZES.map(
      (each) => [`tune.bufsize ${each}`, `global\n tune.bufsize ${each}\n${HEAD}listen f\n bind :9001\n`] as const,
    ),
    ...SIZES.map(
      (each) =>
        [`tune.ssl.cachesize ${each}`, `global\n tune.ssl.cachesize ${each}\n${HEAD}listen f\n bind :9001\n`] as const,
    ),
  ];

  it.each(texts.filter(([name]) => !apart.test(name)))('%s', async (_name, text) => {
    expect(await hapaxMessages(text, { target: '2.6' })).toEqual(await haproxyMessages(directory, text));
  });
});
