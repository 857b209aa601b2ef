/**
 * What each word about the TLS of checks does, as servers see it and as the check ends: for hapax in test/unit/health, for
 * HAProxy in test/parity.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { createAuthority } from './certificates.ts';
import type { Handshake } from './tls-server.ts';

export interface TlsKeywordCase {
  readonly name: string;
  /** How the server speaks TLS; `plain`: not at all. */
  readonly server: TlsOptions | 'plain';
  /** Words of the server line; `$DIR` is the directory of the files. */
  readonly words: string;
  /** Lines of `global`. */
  readonly global?: readonly string[];
  /** Lines of the backend before the server. */
  readonly rules?: readonly string[];
  /** `STATUS/code 'text'`. */
  readonly result: string;
  readonly seen?: Partial<Handshake>;
  /** Words that HAProxy 2.6 has not got. */
  readonly recent?: true;
}

const FAILURE = "L6RSP/ 'SSL handshake failure'";
const OTHER_NAME = "L6RSP/ 'Server presented an SSL certificate different from the expected one'";
const OK = "L7OK/200 ''";
const DAY = 86_400_000;

/** Writes the files the cases name, and makes the cases. */
export function tlsKeywordCases(directory: string): readonly TlsKeywordCase[] {
  const authority = createAuthority('Keyword Authority');
  const stranger = createAuthority('Another Authority');
  const names = { commonName: 'svc.example', names: ['svc.example'] };
  const good = authority.issue(names);
  const revoked = authority.issue(names);
  const unknown = stranger.issue(names);
  const client = authority.issue({ commonName: 'check.example' });
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  for (const folder of ['authorities', 'authorities/folder.pem', 'hashed', 'empty']) mkdirSync(join(directory, folder));
  write('ca.pem', authority.cert);
  write('both.pem', `${stranger.cert}${authority.cert}`);
  write('client.pem', `${client.cert}${client.key}`);
  write('client-alone.pem', client.cert);
  write('client-alone.pem.key', client.key);
  write('crl.pem', authority.revoke([revoked]));
  write('empty-crl.pem', authority.revoke([]));
  write('foreign-crl.pem', stranger.revoke([]));
  // Of authorities below others, and of those whose time is over.
  const middle = authority.authorize('Authority Below');
  const below = middle.issue(names);
  const chain = { key: below.key, cert: `${below.cert}${middle.cert}` };
  const gone = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY / 2) };
  const old = createAuthority('Old Authority', gone);
  const others = Array.from({ length: 220 }, () =>
    authority.issue({ commonName: 'x', names: Array.from({ length: 8 }, () => `${'x'.repeat(50)}.example`) }),
  );
  const longChain = { key: good.key, cert: [good, ...others].map(({ cert }) => cert).join('') };
  const visitor = stranger.issue({ commonName: 'check.example' });
  const lateVisitor = authority.issue({ commonName: 'check.example', ...gone });
  write('old.pem', old.cert);
  write('leaf.pem', good.cert);
  write('below.pem', middle.cert);
  write('two-levels.pem', `${authority.cert}${middle.cert}`);
  write('windows.pem', authority.cert.replaceAll('\n', '\r\n'));
  write('late-crl.pem', authority.revoke([], gone.notAfter));
  write('two-crls.pem', `${authority.revoke([])}${middle.revoke([])}`);
  write('two-crls-below.pem', `${authority.revoke([])}${middle.revoke([below])}`.replaceAll('\n', '\r\n'));
  write('two-crls-above.pem', `${authority.revoke([middle])}${middle.revoke([])}`);
  write('foreign-client.pem', `${visitor.cert}${visitor.key}`);
  write('late-client.pem', `${lateVisitor.cert}${lateVisitor.key}`);
  write('authorities/a.crt', stranger.cert);
  write('authorities/b.cer', authority.cert);
  write('authorities/readme.pem', 'no certificate\n');
  write('authorities/notes.txt', 'nothing\n');
  write('hashed/01234567.0', authority.cert);

  const verified = 'check-ssl verify required ca-file $DIR/ca.pem';
  const asked: TlsOptions = { ...good, requestCert: true, ca: authority.cert };
  const only11: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  const only12: TlsOptions = { ...good, maxVersion: 'TLSv1.2' };
  const only13: TlsOptions = { ...good, minVersion: 'TLSv1.3' };
  const one = (
    name: string,
    server: TlsOptions,
    words: string,
    result: string,
    seen?: Partial<Handshake>,
    global?: readonly string[],
  ): TlsKeywordCase => ({
    name,
    server,
    words,
    result,
    ...(seen === undefined ? {} : { seen }),
    ...(global === undefined ? {} : { global }),
  });
  const v12 = { protocol: 'TLSv1.2' };
  const v13 = { protocol: 'TLSv1.3' };
  const [aes128, aes256] = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'];
  const [suite128, suite256] = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'];
  return [
    one('nothing more', good, verified, OK, v13),
    // Versions.
    one('ssl-min-ver', only12, `${verified} ssl-min-ver TLSv1.3`, FAILURE),
    one('ssl-min-ver that is met', only12, `${verified} ssl-min-ver TLSv1.2`, OK, v12),
    one('ssl-max-ver', only13, `${verified} ssl-max-ver TLSv1.2`, FAILURE),
    one('ssl-max-ver that is met', good, `${verified} ssl-max-ver TLSv1.2`, OK, v12),
    one('force-tlsv12', good, `${verified} force-tlsv12`, OK, v12),
    one('force-tlsv12 in vain', only13, `${verified} force-tlsv12`, FAILURE),
    one('force-tlsv13', good, `${verified} force-tlsv13`, OK, v13),
    one('force-tlsv13 in vain', only12, `${verified} force-tlsv13`, FAILURE),
    one('no-tlsv13', good, `${verified} no-tlsv13`, OK, v12),
    one('no-tlsv13 in vain', only13, `${verified} no-tlsv13`, FAILURE),
    one('no-tlsv13 beside a bound is passed over', good, `${verified} ssl-min-ver TLSv1.2 no-tlsv13`, OK, v13),
    one('no-tlsv12', only12, `${verified} no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12`, FAILURE),
    // Ciphers.
    one('ciphers', good, `${verified} force-tlsv12 ciphers ${aes128}`, OK, { cipher: aes128 }),
    one('ciphers in vain', { ...only12, ciphers: aes256 }, `${verified} force-tlsv12 ciphers ${aes128}`, FAILURE),
    one('ciphers are not for TLS 1.3', good, `${verified} ciphers ${aes128}`, OK, v13),
    one('ciphersuites', good, `${verified} ciphersuites ${suite128}`, OK, { ...v13, cipher: suite128 }),
    one('ciphersuites in vain', { ...only13, ciphers: suite256 }, `${verified} ciphersuites ${suite128}`, FAILURE),
    one('ciphersuites are not for TLS 1.2', only12, `${verified} ciphersuites ${suite128}`, OK, v12),
    // Protocols inside.
    one('check-alpn', { ...good, ALPNProtocols: ['http/1.1'] }, `${verified} check-alpn h2,http/1.1`, OK, {
      alpn: 'http/1.1',
    }),
    one('check-alpn in vain', { ...good, ALPNProtocols: ['h2'] }, `${verified} check-alpn http/1.1`, FAILURE),
    one('no check-alpn', { ...good, ALPNProtocols: ['http/1.1'] }, verified, OK, { alpn: false }),
    // The check's own certificate.
    one('crt', asked, `${verified} crt $DIR/client.pem`, OK, { client: 'check.example' }),
    one('crt and its key apart', asked, `${verified} crt $DIR/client-alone.pem`, OK, { client: 'check.example' }),
    one('crt with TLS 1.2', { ...asked, ...only12 }, `${verified} crt $DIR/client.pem`, OK, {
      client: 'check.example',
    }),
    one('no crt where one is wanted', { ...asked, ...only12 }, verified, FAILURE),
    one('crt under crt-base', asked, `${verified} crt client.pem`, OK, { client: 'check.example' }, ['crt-base $DIR']),
    // Authorities.
    one('a ca-file of two', good, 'check-ssl verify required ca-file $DIR/both.pem', OK),
    one('a directory', good, 'check-ssl verify required ca-file $DIR/authorities', OK),
    one('a directory without such files', good, 'check-ssl verify required ca-file $DIR/hashed', FAILURE),
    one('an empty directory', good, 'check-ssl verify required ca-file $DIR/empty', FAILURE),
    one('ca-file under ca-base', good, 'check-ssl verify required ca-file ca.pem', OK, {}, ['ca-base $DIR']),
    one('another authority', unknown, verified, FAILURE),
    // What was taken back.
    one('crl-file', good, `${verified} crl-file $DIR/crl.pem`, OK),
    one('crl-file and a certificate on it', revoked, `${verified} crl-file $DIR/crl.pem`, FAILURE),
    one('an empty crl-file', revoked, `${verified} crl-file $DIR/empty-crl.pem`, OK),
    one("another authority's crl-file", good, `${verified} crl-file $DIR/foreign-crl.pem`, FAILURE),
    one('crl-file, not verified', revoked, 'check-ssl verify none crl-file $DIR/crl.pem', OK),
    one('a crl-file that is not new enough', good, `${verified} crl-file $DIR/late-crl.pem`, FAILURE),
    one('a crl-file of two lists', chain, `${verified} crl-file $DIR/two-crls.pem`, OK),
    one('a crl-file whose second list has it', chain, `${verified} crl-file $DIR/two-crls-below.pem`, FAILURE),
    one('a crl-file that has the authority', chain, `${verified} crl-file $DIR/two-crls-above.pem`, FAILURE),
    one('a crl-file that lacks a list', chain, `${verified} crl-file $DIR/crl.pem`, FAILURE),
    // Chains.
    one('a chain', chain, verified, OK),
    one('a chain that lacks its middle', below, verified, FAILURE),
    one('a middle of our own', below, 'check-ssl verify required ca-file $DIR/two-levels.pem', OK),
    one('the middle alone', chain, 'check-ssl verify required ca-file $DIR/below.pem', FAILURE),
    one('the certificate alone', good, 'check-ssl verify required ca-file $DIR/leaf.pem', FAILURE),
    one('a ca-file of another system', good, 'check-ssl verify required ca-file $DIR/windows.pem', OK),
    one('an authority whose time is over', old.issue(names), 'check-ssl verify required ca-file $DIR/old.pem', FAILURE),
    one('a chain without end', longChain, 'check-ssl verify none', FAILURE),
    // Names.
    one(
      'late, and of another name',
      authority.issue({ ...names, ...gone }),
      `${verified} verifyhost x.example`,
      FAILURE,
    ),
    one('another name, not verified', good, 'check-ssl verify none verifyhost x.example check-sni x.example', OK),
    one('check-sni in capitals', good, `${verified} check-sni SVC.example`, OK),
    one('check-sni with a dot behind', good, `${verified} check-sni svc.example.`, OTHER_NAME),
    one('check-sni of an address', good, `${verified} check-sni 127.0.0.1`, OTHER_NAME),
    one('check-sni that is no name', good, 'check-ssl verify none check-sni "a b_c*"', OK),
    // What is not good enough for the server, or only for old ones.
    one('crt of another authority', { ...asked, ...only12 }, `${verified} crt $DIR/foreign-client.pem`, FAILURE),
    one('crt whose time is over', { ...asked, ...only12 }, `${verified} crt $DIR/late-client.pem`, FAILURE),
    one('a server that stayed behind', { ...good, ...only11 }, verified, FAILURE),
    one('a server that stayed behind, asked', { ...good, ...only11 }, `${verified} force-tlsv11`, FAILURE),
    one(
      'a server that stayed behind, allowed',
      { ...good, ...only11 },
      `${verified} ssl-min-ver TLSv1.0 ciphers DEFAULT@SECLEVEL=0`,
      OK,
      { protocol: 'TLSv1.1' },
    ),
    // For every server.
    one('ssl-server-verify none', unknown, 'check-ssl', OK, {}, ['ssl-server-verify none']),
    one('ssl-server-verify none, and verify required', unknown, verified, FAILURE, {}, ['ssl-server-verify none']),
    one('ssl-default-server-options', good, verified, OK, v12, ['ssl-default-server-options ssl-max-ver TLSv1.2']),
    one('ssl-default-server-options force', good, verified, OK, v12, ['ssl-default-server-options force-tlsv12']),
    one('ssl-default-server-options no', only13, verified, FAILURE, {}, ['ssl-default-server-options no-tlsv13']),
    one('ssl-default-server-ciphers', good, `${verified} force-tlsv12`, OK, { cipher: aes128 }, [
      `ssl-default-server-ciphers ${aes128}`,
    ]),
    one(
      'ssl-default-server-ciphers and ciphers',
      good,
      `${verified} force-tlsv12 ciphers ${aes256}`,
      OK,
      { cipher: aes256 },
      [`ssl-default-server-ciphers ${aes128}`],
    ),
    one('ssl-default-server-ciphersuites', good, verified, OK, { cipher: suite128 }, [
      `ssl-default-server-ciphersuites ${suite128}`,
    ]),
    ...[
      one('curves', { ...good, ecdhCurve: 'P-384' }, `${verified} curves X25519:P-384`, OK, v13),
      one('curves in vain', { ...good, ecdhCurve: 'P-384' }, `${verified} curves X25519`, FAILURE),
      one('sigalgs', good, `${verified} sigalgs RSA-PSS+SHA256:ECDSA+SHA256`, OK, v13),
      one('sigalgs in vain', good, `${verified} sigalgs RSA-PSS+SHA256`, FAILURE),
      one('ssl-default-server-curves', { ...good, ecdhCurve: 'P-384' }, verified, FAILURE, {}, [
        'ssl-default-server-curves X25519',
      ]),
      one(
        'ssl-default-server-curves and curves',
        { ...good, ecdhCurve: 'P-384' },
        `${verified} curves P-384`,
        OK,
        v13,
        ['ssl-default-server-curves X25519'],
      ),
      one('ssl-default-server-sigalgs', good, verified, FAILURE, {}, ['ssl-default-server-sigalgs RSA-PSS+SHA256']),
    ].map((each) => ({ ...each, recent: true as const })),
    {
      name: 'no-check-ssl',
      server: 'plain',
      rules: ['default-server check-ssl verify none'],
      words: 'no-check-ssl',
      result: OK,
    },
    {
      name: 'check-ssl by default-server',
      server: good,
      rules: ['default-server check-ssl verify none force-tlsv12'],
      words: '',
      result: OK,
      seen: v12,
    },
  ];
}
