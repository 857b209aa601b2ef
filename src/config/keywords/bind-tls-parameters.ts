/** Parameters of `bind` lines about TLS. `ssl` itself is not built yet; the others say nothing without it. */
import type { BindDraft } from '../bind-draft.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { bindSections } from './bind-parameters-tuning.ts';
import { type ParameterRow, parametersNotYet, parametersWithoutEffect } from './parameter-shapes.ts';

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
  ['ca-file', 'ca.pem', 'missing CAfile path'],
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

export const bindTlsParameters: readonly KeywordDefinition<BindDraft>[] = [
  ...parametersNotYet<BindDraft>(bindSections, [
    {
      name: 'ssl',
      doc: 'Clients speak TLS to this socket.',
      why: 'Pass TLS through (a tcp frontend without ssl), or end it in another program before hapax.',
    },
  ]),
  ...parametersWithoutEffect<BindDraft>(bindSections, rows),
];
