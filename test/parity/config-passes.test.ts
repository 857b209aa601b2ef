/** Whole configurations whose lines are right and do not fit together: the same messages in the same order from HAProxy and from hapax's reader. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('passes across lines beside HAProxy');
const directory = mkdtempSync(join(tmpdir(), 'hapax-passes-'));

const TIMEOUTS = 'timeout connect 1s ;; timeout client 1s ;; timeout server 1s';
const D = `defaults ;; ${TIMEOUTS}`;
const FRONT = 'frontend f ;; bind 127.0.0.1:9001';
const LISTEN = 'listen l ;; bind 127.0.0.1:9001';
const SERVER = 'server s 127.0.0.1:9002';

const TEXTS: readonly string[] = [
  // What names something else.
  `${D} ;; ${FRONT} ;; default_backend none ;; use_backend nobody if TRUE ;; backend b`,
  `${D} ;; ${LISTEN} ;; default_backend l`,
  `${D} ;; ${LISTEN} ;; default_backend b ;; ${SERVER} ;; backend b`,
  `${D} ;; ${LISTEN} ;; default_backend b ;; ${SERVER} ;; use-server t if TRUE ;; backend b`,
  `${D} ;; ${LISTEN} ;; use_backend b ;; ${SERVER} ;; backend b`,
  `${D} ;; ${FRONT} ;; mode http ;; default_backend b ;; backend b ;; mode tcp`,
  `${D} ;; ${FRONT} ;; mode http ;; use_backend b if TRUE ;; default_backend b ;; backend b ;; mode tcp`,
  `${D} ;; ${FRONT} ;; default_backend b ;; backend b ;; ${SERVER} ;; use-server t if TRUE`,
  `${D} ;; ${FRONT} ;; acl a fe_conn(g) gt 1 ;; acl c be_conn(x) gt 1 ;; acl d srv_is_up(b/s) ;; use_backend b if a c d ;; backend b`,
  `${D} ;; ${FRONT} ;; use_backend b if a ;; backend b`,
  // Names and numbers twice.
  `${D} ;; ${FRONT} ;; default_backend b ;; backend b ;; ${SERVER} ;; ${SERVER} ;; server t 1.1.1.1:1 ;; server t 1.1.1.1:1`,
  `${D} ;; ${FRONT} ;; id 7 ;; default_backend b ;; backend b ;; id 7 ;; ${SERVER} id 3 ;; server t 1.1.1.1:1 id 3`,
  `${D} ;; ${FRONT} id 4 ;; bind 127.0.0.1:9003 id 4 ;; default_backend b ;; backend b`,
  `${D} ;; ${FRONT} ;; ${FRONT} ;; backend b ;; backend b ;; listen f ;; bind 127.0.0.1:9009`,
  // Nothing to connect to, no timeouts.
  `${D} ;; frontend f ;; default_backend b ;; backend b ;; listen l`,
  `listen l ;; bind 127.0.0.1:9001 ;; ${SERVER}`,
  `${FRONT} ;; timeout client 1s ;; default_backend b ;; backend b ;; timeout connect 1s ;; ${SERVER}`,
  `${FRONT} ;; default_backend b ;; timeout client 1s ;; backend b ;; timeout connect 1s ;; timeout tunnel 1h ;; ${SERVER}`,
  `${D} ;; ${FRONT} ;; disabled ;; default_backend none ;; listen l ;; disabled ;; ${SERVER} track x/y`,
  // Checks.
  `${D} ;; ${LISTEN} ;; http-check expect status 200 ;; ${SERVER} check`,
  `${D} ;; ${LISTEN} ;; tcp-check connect ;; ${SERVER} check`,
  `${D} ;; ${LISTEN} ;; server s 127.0.0.1 check ;; server t 127.0.0.1:+5 check ;; server u /x check`,
  `${D} ;; ${LISTEN} ;; option tcp-check ;; tcp-check connect ;; server s 127.0.0.1 check`,
  `${D} ;; ${LISTEN} ;; option external-check ;; ${SERVER} check`,
  `global ;; external-check ;; ${D} ;; ${LISTEN} ;; option external-check ;; external-check command run ;; ${SERVER} check`,
  `global ;; insecure-fork-wanted ;; ${D} ;; ${LISTEN} ;; option external-check ;; ${SERVER} check`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track t ;; server t 1.1.1.1:1 track s`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track t ;; server t 1.1.1.1:1 track u ;; server u 1.1.1.1:1 check track s`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track s`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track t ;; server t 1.1.1.1:1`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track x/y ;; server t 1.1.1.1:1 track l/z`,
  `${D} ;; ${LISTEN} ;; http-check disable-on-404 ;; ${SERVER} track b/t ;; backend b ;; option httpchk ;; server t 1.1.1.1:1 check`,
  `${D} ;; ${LISTEN} ;; ${SERVER} track b/t ;; backend b ;; option httpchk ;; http-check disable-on-404 ;; server t 1.1.1.1:1 check`,
  `${D} ;; backend b ;; option tcp-check ;; http-check disable-on-404 ;; server t 1.1.1.1:1 check ;; ${LISTEN} ;; ${SERVER} track b/t`,
  `${D} ;; ${LISTEN} ;; external-check command /bin/true ;; ${SERVER} check`,
  `${D} ;; ${LISTEN} ;; external-check path /bin ;; ${SERVER} check`,
  `${D} ;; ${LISTEN} ;; external-check command /bin/true ;; external-check path /bin ;; ${SERVER} check ;; backend b ;; external-check path /bin`,
  `defaults ;; ${TIMEOUTS} ;; external-check command /bin/true ;; ${LISTEN} ;; ${SERVER} check`,
  `${D} ;; ${FRONT} ;; default_backend b ;; external-check command /bin/true ;; backend b ;; ${SERVER}`,
  `${D} ;; ${LISTEN} ;; ${SERVER} check observe layer7 ;; foo`,
  `${D} ;; ${LISTEN} ;; mode http ;; ${SERVER} check observe layer7 ;; mode tcp`,
  `${D} ;; ${LISTEN} ;; default-server observe layer7 ;; ${SERVER}`,
  // TLS.
  `${D} ;; ${LISTEN} ;; ${SERVER} check check-ssl`,
  `${D} ;; ${LISTEN} ;; ${SERVER} ssl`,
  `${D} ;; ${LISTEN} ;; ${SERVER} ssl verify none crt $DIR/none.pem`,
  `${D} ;; ${LISTEN} ;; ${SERVER} crt $DIR/none.pem`,
  `${D} ;; ${LISTEN} ;; ${SERVER} check check-ssl verify none crt $DIR/bare.pem`,
  `${D} ;; ${LISTEN} ;; ${SERVER} check check-ssl verify none ssl-min-ver TLSv1.3 ssl-max-ver TLSv1.2`,
  `${D} ;; ${FRONT} ssl`,
  `${D} ;; ${FRONT} ssl strict-sni ;; default_backend b`,
  `${D} ;; ${FRONT} ssl crt $DIR/bare.pem`,
  `${D} ;; ${FRONT} crt $DIR/none.pem`,
  `${D} ;; ${FRONT} ssl crt-list $DIR/none`,
  `${D} ;; ${FRONT} ca-file $DIR/none.pem`,
  `${D} ;; ${FRONT} ssl crt $DIR/both.pem crl-file $DIR/none.pem`,
  // Modes.
  `${D} ;; ${LISTEN} ;; mode tcp ;; option httplog ;; stats uri /x ;; option forwardfor ;; ${SERVER} cookie x`,
  `${D} ;; ${LISTEN} ;; mode tcp ;; http-request deny ;; redirect location /x ;; http-response deny ;; ${SERVER} redir /y`,
  `${D} ;; ${LISTEN} ;; mode tcp ;; balance uri ;; cookie x insert ;; ${SERVER}`,
  // The order of rules.
  `${D} ;; ${LISTEN} ;; use_backend b if TRUE ;; tcp-request content accept ;; tcp-request connection accept ;; backend b`,
  `${D} ;; ${LISTEN} ;; tcp-request content accept ;; tcp-request session accept ;; tcp-request connection accept`,
  `${D} ;; ${LISTEN} ;; mode tcp ;; use_backend b if TRUE ;; http-request deny ;; redirect location /x ;; backend b`,
  `${D} ;; ${LISTEN} ;; use_backend b ;; tcp-request content accept if { res.len 1 } ;; backend b`,
  `${D} ;; ${LISTEN} ;; use_backend b ;; tcp-request content accept if nosuch ;; backend b`,
  `${D} ;; ${LISTEN} ;; use_backend b ;; http-request deny if nosuch ;; tcp-request foo ;; backend b`,
  `${D} ;; ${LISTEN} ;; use_backend b ;; monitor fail if nosuch ;; redirect location /x if nosuch ;; backend b`,
  `${D} ;; ${LISTEN} ;; http-request frob ;; foo`,
  `${D} ;; ${LISTEN} ;; http-response frob ;; foo`,
  // Rules in defaults.
  `${D} ;; defaults x ;; tcp-request content accept ;; listen l from x`,
  `${D} ;; defaults x ;; http-request deny ;; listen l from x`,
  `${D} ;; defaults x ;; tcp-request content accept ;; defaults y from x`,
  `${D} ;; defaults x ;; tcp-request content accept ;; frontend f from x ;; bind 127.0.0.1:9001 ;; backend b from x`,
  `${D} ;; defaults x ;; tcp-request connection accept ;; backend b from x`,
  `${D} ;; defaults x ;; tcp-response content accept ;; frontend f from x`,
  `${D} ;; defaults x ;; tcp-request inspect-delay 5s ;; listen l from x ;; bind 127.0.0.1:9001`,
  `${D} ;; defaults x ;; mode tcp ;; listen l from x ;; bind 127.0.0.1:9001 ;; backend b`,
  // Sections that are not run.
  ...[
    ...['timeout', 'timeout foo 3s', 'timeout retry', 'timeout retry 9x', 'timeout retry 99d', 'hold', 'hold foo 3s'],
    ...['hold valid 3x', 'hold valid 60d', 'nameserver a', 'nameserver a 1.2.3.4', 'nameserver a 1.2.3.4:99999'],
    ...['nameserver a/b 1.2.3.4:53', 'accepted_payload_size', 'accepted_payload_size 5', 'resolve_retries', 'foo'],
  ].map((line) => `resolvers r ;; ${line} ;; ${D} ;; ${FRONT}`),
  // Arguments of what acts on HTTP alone.
  ...[
    ...['compression', 'compression algo', 'compression algo gzip zip', 'compression type', 'compression offload'],
    ...['compression zip', 'capture', 'capture foo', 'capture cookie', 'capture cookie x', 'capture request foo'],
    ...[
      'capture request header x',
      'capture request header x foo 5',
      'capture response header x len',
      'external-check foo',
    ],
  ].map((line) => `${D} ;; ${LISTEN} ;; ${line}`),
  // Everything at once: the order of the messages.
  `${LISTEN} ;; mode tcp ;; default_backend b ;; option httplog ;; log-format foo ;; stats uri /x ;; http-check expect status 200 ;; ${SERVER} cookie x ;; listen m ;; bind 127.0.0.1:9003 ;; default_backend b ;; ${SERVER} ;; ${SERVER} ;; backend b`,
  `${LISTEN} ;; default_backend none ;; ${SERVER} check check-ssl ;; ${SERVER} track q ;; backend b ;; bind :1`,
];

describe.skipIf(skipped)('passes across lines beside HAProxy', () => {
  beforeAll(() => {
    const { cert, key } = createAuthority();
    writeFileSync(join(directory, 'bare.pem'), cert);
    writeFileSync(join(directory, 'both.pem'), cert + key);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(TEXTS)('%s', async (line) => {
    const text = `${line.replaceAll('$DIR', directory).split(' ;; ').join('\n')}\n`;
    const oracle = await haproxyMessages(directory, text);
    // What hapax cannot do is said of what HAProxy accepts alone.
    const ours = (await hapaxMessages(text)).filter((message) => !message.includes('not supported yet by hapax'));
    expect(ours).toEqual(oracle);
  });
});
