/** Parameters of `bind` lines about TLS. `ssl` itself is not built yet; files are looked at all the same, as HAProxy does without `ssl`. */
import type { BindDraft } from '../bind-draft.ts';
import { findCaFile } from '../ca-file.ts';
import { certificateListProblem, countCertificates, pairProblem, pathUnder } from '../certificate-pair.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { bindSections } from './bind-parameters-tuning.ts';
import { type ParameterRow, parametersWithoutEffect } from './parameter-shapes.ts';

type Definition = KeywordDefinition<BindDraft>;
type Context = LineContext<BindDraft>;

const WITHOUT_SSL = "it says nothing without 'ssl'";

const flags = [
  'allow-0rtt',
  'force-sslv3',
  'force-tlsv10',
  'force-tlsv11',
  'force-tlsv12',
  'force-tlsv13',
  'generate-certificates',
  'no-alpn',
  'no-ca-names',
  'no-sslv3',
  'no-strict-sni',
  'no-tls-tickets',
  'no-tlsv10',
  'no-tlsv11',
  'no-tlsv12',
  'no-tlsv13',
  'prefer-client-ciphers',
  'strict-sni',
  'tls-tickets',
];

/** Name, example and what HAProxy misses when the value is not there. */
const values: readonly (readonly [name: string, example: string, missing: string])[] = [
  ['alpn', 'h2,http/1.1', 'missing the comma-delimited ALPN protocol suite'],
  ['ca-file', '@system-ca', 'missing CAfile path'],
  ['ca-ignore-err', 'all', 'missing error IDs list'],
  ['ca-sign-file', 'ca.pem', 'missing CAfile path'],
  ['ca-sign-pass', 'secret', 'missing CAkey password'],
  ['ca-verify-file', 'ca.pem', 'missing CAfile path'],
  ['ciphers', 'HIGH', 'missing cipher suite'],
  ['ciphersuites', 'TLS_AES_128_GCM_SHA256', 'missing cipher suite'],
  ['client-sigalgs', 'RSA-PSS+SHA256', 'missing signature algorithm list'],
  ['crl-file', 'crl.pem', 'missing CRLfile path'],
  ['crt', 'site.pem', 'missing certificate location'],
  ['crt-ignore-err', 'all', 'missing error IDs list'],
  ['crt-list', 'sites.txt', 'missing certificate location'],
  ['curves', 'X25519', 'missing curve suite'],
  ['default-crt', 'site.pem', 'missing certificate location'],
  ['ecdhe', 'prime256v1', 'missing named curve'],
  ['ktls', 'on', 'missing on/off value'],
  ['npn', 'http/1.1', 'missing the comma-delimited NPN protocol suite'],
  ['sigalgs', 'RSA-PSS+SHA256', 'missing signature algorithm list'],
  ['ssl-max-ver', 'TLSv1.3', 'missing the ssl/tls version'],
  ['ssl-min-ver', 'TLSv1.2', 'missing the ssl/tls version'],
  ['tls-ticket-keys', 'keys.txt', 'missing TLS ticket keys file path'],
  ['verify', 'none', 'missing verify method'],
];

const unknownVersion = (text: string) =>
  /^(?:SSLv3|TLSv1\.[0-3])$/.test(text) ? undefined : `'${text}' : unknown ssl/tls version`;

/** Values HAProxy looks at though nothing comes of them. */
const COMPLAINTS: Readonly<Record<string, ((text: string) => string | undefined) | undefined>> = {
  'ssl-max-ver': unknownVersion,
  'ssl-min-ver': unknownVersion,
  verify: (text) =>
    /^(?:none|optional|required)$/.test(text)
      ? undefined
      : `'verify' : unknown verify method '${text}', only 'none', 'optional', and 'required' are supported`,
};

const rows: readonly ParameterRow[] = [
  ...flags.map((name) => ({ name, doc: 'TLS of clients.', why: WITHOUT_SSL })),
  ...values.map(([name, example, missing]) => ({
    name,
    args: '<value>',
    doc: 'TLS of clients.',
    why: WITHOUT_SSL,
    example,
    missing: `'${name}' : ${missing}`,
    complain: (text: string) => COMPLAINTS[name]?.(text),
  })),
];

/** What HAProxy does with the value besides looking at its words. */
const EFFECTS: Readonly<Record<string, ((context: Context, text: string) => void) | undefined>> = {
  crt: readCertificate,
  'crt-list': readCertificateList,
  'ca-file': (context, text) => readAuthority(context, 'ca-file', text),
  'crl-file': (context, text) => readAuthority(context, 'crl-file', text),
  verify: ({ draft }, text) => {
    draft.verify = text;
  },
  'strict-sni': ({ draft }) => {
    draft.strictSni = true;
  },
};

function readCertificate(context: Context, text: string): void {
  const path = pathUnder(context.config.global.crtBase, text);
  const count = countCertificates(path);
  const message = count === undefined ? pairProblem(path) : undefined;
  if (message === undefined) context.draft.certificates += count ?? 1;
  else context.report({ code: 'bad-certificate', message, word: context.args[0] });
}

function readCertificateList(context: Context, text: string): void {
  const message = certificateListProblem(text, context.config.global.crtBase);
  if (message === undefined) context.draft.certificates++;
  else context.report({ code: 'bad-certificate', message: `'crt-list' : ${message}`, word: context.args[0] });
}

function readAuthority(context: Context, name: 'ca-file' | 'crl-file', text: string): void {
  const word = context.args[0];
  const found = findCaFile(text, context.config.global.caBase);
  if (found.ok) {
    if (name === 'ca-file') context.draft.caFile = found.path;
    return;
  }
  const message = `Couldn't open the ca-file '${found.path}' (${found.reason}).`;
  context.report({ code: 'ca-file', message, word, raw: true });
  context.report({ code: 'ca-file', message: `'${name}' : unable to load ${found.path}`, word });
}

/** Values that must be there to be read. */
const FILES = ['crt', 'crt-list', 'crl-file'];

function withEffect(definition: Definition): Definition {
  const effect = EFFECTS[definition.name];
  if (effect === undefined) return definition;
  const { name, examples } = definition;
  return {
    ...definition,
    examples: FILES.includes(name) ? { ok: [], bad: [...examples.bad, `${name} /nonexistent/file`] } : examples,
    parse: (context) => {
      definition.parse?.(context);
      if (!context.failed()) effect(context, context.args[0]?.text ?? '');
    },
  };
}

export const bindTlsParameters: readonly Definition[] = [
  {
    name: 'ssl',
    sections: bindSections,
    args: '',
    doc: 'Clients speak TLS to this socket.',
    support: {
      kind: 'not-yet',
      instead: 'Pass TLS through (a tcp frontend without ssl), or end it in another program before hapax.',
    },
    examples: { ok: ['ssl'], bad: [] },
    parse: ({ draft }) => {
      draft.ssl = true;
    },
  },
  ...parametersWithoutEffect<BindDraft>(bindSections, rows).map(withEffect),
];
