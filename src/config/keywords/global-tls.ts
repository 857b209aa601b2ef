/** `global`: files and defaults of TLS. Checks use what concerns connections to servers. */
import type { GlobalDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import { noEffect } from './common-shapes.ts';
import { withArguments } from './global-arguments.ts';

type Context = LineContext<GlobalDraft>;
type Definition = KeywordDefinition<GlobalDraft>;

const base = { sections: ['global'], support: { kind: 'yes' } } as const;
const NO_TLS_LISTENER = 'hapax terminates no TLS yet, so no listener uses it';

function directory(name: 'ca-base' | 'crt-base', key: 'caBase' | 'crtBase', doc: string): Definition {
  return {
    ...base,
    name,
    args: '<directory>',
    doc,
    maxArgs: 1,
    examples: { ok: [`${name} /etc/ssl/certs`], bad: [name, `${name} /a /b`] },
    parse(context) {
      const argument = context.args[0];
      if (context.draft[key] !== undefined) {
        context.report({ code: 'duplicate-keyword', message: `'${name}' already specified.` });
      } else if (argument === undefined || argument.text === '') {
        const message = `global statement '${name}' expects a directory path as an argument.`;
        context.report({ code: 'missing-argument', message });
      } else context.draft[key] = argument.text;
    },
  };
}

type ListKey = 'ciphers' | 'ciphersuites' | 'curves' | 'sigalgs';

/** What each list chooses, in HAProxy's complaint and in the documentation, and an example. */
const LISTS: Readonly<Record<ListKey, readonly [missing: string, doc: string, example: string]>> = {
  ciphers: ['a cipher suite as an argument', 'ciphers', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ciphersuites: ['a cipher suite as an argument', 'ciphers of TLS 1.3', 'TLS_AES_128_GCM_SHA256'],
  curves: ['a curves suite as an arguments', 'curves', 'X25519:P-256'],
  sigalgs: ['a list of signature algorithms as an argument', 'signature algorithms', 'RSA-PSS+SHA256'],
};

/** Lists of `ssl-default-server-*`, for connections to servers, and of `ssl-default-bind-*`, which say nothing here. */
function tlsList(name: string, key: ListKey, forServers: boolean): Definition {
  const [missing, doc, example] = LISTS[key];
  return {
    ...base,
    name,
    args: '<list>',
    support: forServers ? { kind: 'yes' } : { kind: 'no-effect', because: NO_TLS_LISTENER },
    doc: forServers ? `Default ${doc} of connections to servers (TLS checks).` : `Default ${doc} of listeners.`,
    maxArgs: 1,
    examples: { ok: [`${name} ${example}`], bad: [name] },
    parse(context) {
      const text = context.args[0]?.text ?? '';
      if (text === '') {
        const message = `global statement '${name}' expects ${missing}.`;
        context.report({ code: 'missing-argument', message });
      } else if (forServers) context.draft.sslDefaultServer[key] = text;
    },
  };
}

type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const versions: ReadonlyMap<string, TlsVersion | undefined> = new Map([
  ['SSLv3', undefined],
  ['TLSv1.0', 'TLSv1'],
  ['TLSv1.1', 'TLSv1.1'],
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1.3', 'TLSv1.3'],
]);

const plainOptions: ReadonlySet<string> = new Set([
  'no-sslv3',
  'no-tlsv10',
  'no-tlsv11',
  'no-tlsv12',
  'no-tlsv13',
  'force-sslv3',
  'force-tlsv10',
  'force-tlsv11',
  'force-tlsv12',
  'force-tlsv13',
  'no-tls-tickets',
  'tls-tickets',
  'prefer-client-ciphers',
  'prefer-server-ciphers',
  'strict-sni',
  'allow-0rtt',
  'no-alpn',
  'no-ssl-reuse',
  'ssl-reuse',
  'sni-auto',
  'no-sni-auto',
  'check-sni-auto',
  'no-check-sni-auto',
  'no-renegotiate',
  'renegotiate',
]);

const listenerOptions: ReadonlySet<string> = new Set(['prefer-client-ciphers', 'prefer-server-ciphers', 'strict-sni']);

/** `ssl-default-bind-options` and `ssl-default-server-options`. */
function options(name: string, forServers: boolean): Definition {
  return {
    ...base,
    name,
    args: '[option*]',
    support: forServers ? { kind: 'yes' } : { kind: 'no-effect', because: NO_TLS_LISTENER },
    doc: forServers
      ? 'TLS versions, sessions and names of connections to servers (TLS checks), unless their lines say otherwise.'
      : 'TLS options of listeners.',
    examples: {
      ok: [`${name} ssl-min-ver TLSv1.2 no-tls-tickets`],
      bad: [name, `${name} foo`, `${name} ssl-min-ver foo`],
    },
    parse: (context) => parseOptions(context, name, forServers),
  };
}

function parseOptions(context: Context, name: string, forServers: boolean): void {
  const words = context.args;
  if (words.length === 0) {
    const message = `global statement '${name}' expects an option as an argument.`;
    context.report({ code: 'missing-argument', message });
  }
  for (let position = 0; position < words.length && !context.failed(); position++) {
    const option = words[position]!;
    if (option.text === 'ssl-min-ver' || option.text === 'ssl-max-ver') {
      position++;
      const version = readVersion(context, name, option, words[position]);
      const key = option.text === 'ssl-min-ver' ? 'minVersion' : 'maxVersion';
      if (version !== undefined && forServers) context.draft.sslDefaultServer[key] = version;
    } else if (!plainOptions.has(option.text) || (forServers && listenerOptions.has(option.text))) {
      const message = `unknown option '${option.text}' on global statement '${name}'.`;
      context.report({ code: 'unknown-option', message, word: option });
    } else if (forServers) takeWord(context.draft.sslDefaultServer, option.text);
  }
}

type Switch = 'freshSessions' | 'withoutTickets' | 'sniAuto';

const switches: ReadonlyMap<string, readonly [Switch, boolean]> = new Map([
  ['no-ssl-reuse', ['freshSessions', true]],
  ['ssl-reuse', ['freshSessions', false]],
  ['no-tls-tickets', ['withoutTickets', true]],
  ['tls-tickets', ['withoutTickets', false]],
  ['check-sni-auto', ['sniAuto', true]],
  ['no-check-sni-auto', ['sniAuto', false]],
]);

/** `force-tlsv12`, `no-tlsv13`, `no-ssl-reuse` and their kin. */
function takeWord(defaults: GlobalDraft['sslDefaultServer'], word: string): void {
  const [key, on] = switches.get(word) ?? [];
  if (key !== undefined) defaults[key] = on === true;
  const found = /^(force|no)-(sslv3|tlsv1[0-3])$/.exec(word);
  if (found === null) return;
  const version = versions.get(found[2]!.replace('sslv3', 'SSLv3').replace(/^tlsv1(.)$/, 'TLSv1.$1'));
  if (found[1] === 'no') {
    if (version !== undefined) defaults.withoutVersions = [...(defaults.withoutVersions ?? []), version];
  } else if (version !== undefined) {
    defaults.minVersion = version;
    defaults.maxVersion = version;
  }
}

function readVersion(context: Context, name: string, option: Word, word: Word | undefined): TlsVersion | undefined {
  if (word === undefined) {
    const message = `'${option.text}' : missing the ssl/tls version on global statement '${name}'.`;
    context.report({ code: 'missing-argument', message, word: option });
  } else if (!versions.has(word.text)) {
    const message = `'${word.text}' : unknown ssl/tls version on global statement '${name}'.`;
    context.report({ code: 'unknown-option', message, word });
  } else return versions.get(word.text);
  return undefined;
}

const listenerOnly = [
  ['ssl-default-bind-client-sigalgs', 'RSA+SHA256'],
  ['ssl-dh-param-file', '/etc/ssl/dhparam.pem'],
  ['ssl-engine', 'rdrand'],
  ['ssl-load-extra-files', 'all'],
  ['ssl-load-extra-del-ext', ''],
  ['ssl-mode-async', ''],
  ['ssl-passphrase-cmd', '/bin/pass'],
  ['ssl-propquery', 'x'],
  ['ssl-provider', 'default'],
  ['ssl-provider-path', '/usr/lib'],
  ['ssl-security-level', '1'],
  ['ssl-skip-self-issued-ca', ''],
  ['issuers-chain-path', '/etc/ssl/chains'],
  ['key-base', '/etc/ssl/private'],
  ['maxsslconn', '1000'],
  ['maxsslrate', '1000'],
  ['ocsp-update.disable', 'on'],
  ['ocsp-update.httpproxy', '127.0.0.1:80'],
  ['ocsp-update.maxdelay', '3600'],
  ['ocsp-update.mindelay', '300'],
  ['ocsp-update.mode', 'on'],
  ['noktls', ''],
  ['acme.scheduler', 'auto'],
] as const;

export const globalTlsKeywords: readonly Definition[] = [
  directory('ca-base', 'caBase', 'Where ca-file looks for relative names.'),
  directory('crt-base', 'crtBase', 'Where crt looks for relative names.'),
  ...(['ciphers', 'ciphersuites', 'curves', 'sigalgs'] as const).flatMap((key) => [
    tlsList(`ssl-default-bind-${key}`, key, false),
    tlsList(`ssl-default-server-${key}`, key, true),
  ]),
  withArguments(
    noEffect<GlobalDraft>({
      name: 'ssl-default-server-client-sigalgs',
      args: '<list>',
      sections: ['global'],
      doc: 'Signature algorithms for the certificate that checks show.',
      because: 'TLS chooses among those that the certificate and the server know',
      example: 'ssl-default-server-client-sigalgs RSA+SHA256',
    }),
  ),
  options('ssl-default-bind-options', false),
  options('ssl-default-server-options', true),
  {
    ...base,
    name: 'ssl-server-verify',
    args: '{ none | required }',
    doc: "Whether servers' certificates are verified unless their line says.",
    maxArgs: 1,
    examples: { ok: ['ssl-server-verify none'], bad: ['ssl-server-verify', 'ssl-server-verify maybe'] },
    parse(context) {
      const text = context.args[0]?.text ?? '';
      if (text === 'none' || text === 'required') context.draft.sslServerVerifyNone = text === 'none';
      else {
        const expected = text === '' ? 'expects an integer argument' : "expects 'none' or 'required' as argument";
        const message = `'ssl-server-verify' ${expected}.`;
        context.report({ code: 'invalid-argument', message, word: context.args[0] });
      }
    },
  },
  ...listenerOnly.map(([name, example]) =>
    withArguments(
      noEffect<GlobalDraft>({
        name,
        args: example === '' ? '' : '<value>',
        sections: ['global'],
        doc: 'TLS of HAProxy.',
        because: NO_TLS_LISTENER,
        example: `${name} ${example}`.trim(),
      }),
    ),
  ),
];
