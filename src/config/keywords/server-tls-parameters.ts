/** Parameters of `server` about TLS, as far as checks use it. */
import { findCaFile } from '../ca-file.ts';
import { pathUnder } from '../certificate-pair.ts';
import type { ServerSettings, TlsVersion } from '../server-draft.ts';
import { flag, type ServerContext, type ServerParameter, supported, value } from './server-parameter-shapes.ts';

const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  SSLv3: 'SSLv3',
  'TLSv1.0': 'TLSv1',
  'TLSv1.1': 'TLSv1.1',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
};

const SHORT_NAMES: Readonly<Record<string, TlsVersion>> = {
  sslv3: 'SSLv3',
  tlsv10: 'TLSv1',
  tlsv11: 'TLSv1.1',
  tlsv12: 'TLSv1.2',
  tlsv13: 'TLSv1.3',
};

function parseCaFile(context: ServerContext): void {
  const word = context.args[0];
  if (word === undefined || word.text === '') {
    context.report({ code: 'missing-argument', message: "'ca-file' : missing CAfile path." });
    return;
  }
  const found = findCaFile(word.text, context.config.global.caBase);
  if (!found.ok) {
    const message = `Couldn't open the ca-file '${found.path}' (${found.reason}).`;
    context.report({ code: 'ca-file', message, word });
    context.report({ code: 'ca-file', message: `'ca-file' : unable to load ${found.path}.`, word, raw: true });
    return;
  }
  if (found.filesInDirectory === 0) {
    const message = `ca-file: 0 CA were loaded from '${found.path}'`;
    context.report({ code: 'ca-file', severity: 'warning', message, word });
  }
  context.draft.settings.check.caFile = found.path;
}

function parseCrlFile(context: ServerContext): void {
  const word = context.args[0];
  if (word === undefined || word.text === '') {
    context.report({ code: 'missing-argument', message: "'crl-file' : missing CRLfile path." });
    return;
  }
  const found = findCaFile(word.text, context.config.global.caBase);
  if (!found.ok) {
    const message = `Couldn't open the ca-file '${found.path}' (${found.reason}).`;
    context.report({ code: 'ca-file', message, word });
    context.report({ code: 'ca-file', message: `'crl-file' : unable to load ${found.path}.`, word, raw: true });
    return;
  }
  context.draft.settings.check.crlFile = found.path;
}

/** The certificate that checks show; it is looked at once it is known whether there is TLS at all. */
function parseCertificate(context: ServerContext): void {
  const word = context.args[0];
  if (word === undefined || word.text === '') {
    context.report({ code: 'missing-argument', message: "'crt' : missing certificate file path." });
    return;
  }
  const base = context.config.global.crtBase;
  context.draft.settings.check.certificate = pathUnder(base, word.text);
}

function versionLimit(name: 'ssl-min-ver' | 'ssl-max-ver', key: 'minVersion' | 'maxVersion'): ServerParameter {
  return value(
    name,
    '<version>',
    `The ${key === 'minVersion' ? 'oldest' : 'newest'} version of TLS to speak.`,
    { ok: [`${name} TLSv1.2`], bad: [name, `${name} TLSv9`] },
    `'${name}' : missing the ssl/tls version.`,
    (settings, text) => {
      const version = Object.hasOwn(VERSIONS, text) ? VERSIONS[text] : undefined;
      if (version === undefined) return `'${text}' : unknown ssl/tls version.`;
      settings.check[key] = version;
      return undefined;
    },
  );
}

function text(
  name: 'verifyhost' | 'check-sni' | 'ciphers' | 'ciphersuites' | 'curves' | 'sigalgs',
  key: 'verifyhost' | 'sni' | 'ciphers' | 'ciphersuites' | 'curves' | 'sigalgs',
  missing: string,
  example: string,
  doc: string,
): ServerParameter {
  const examples = { ok: [`${name} ${example}`], bad: [name] };
  return value(name, '<text>', doc, examples, `'${name}' : missing ${missing}.`, (settings, written) => {
    settings.check[key] = written;
    return undefined;
  });
}

function setVerify(settings: ServerSettings, written: string): string | undefined {
  if (written !== 'none' && written !== 'required') {
    return `'verify' : unknown verify method '${written}', only 'none' and 'required' are supported.`;
  }
  settings.check.verify = written;
  return undefined;
}

const forced = Object.entries(SHORT_NAMES).map(([short, version]) =>
  flag(`force-${short}`, `Speaks ${version} alone.`, (settings) => {
    settings.check.minVersion = version;
    settings.check.maxVersion = version;
  }),
);

const without = Object.entries(SHORT_NAMES).map(([short, version]) =>
  flag(`no-${short}`, `Does not speak ${version}.`, (settings) => {
    settings.check.withoutVersions = [...settings.check.withoutVersions, version];
  }),
);

export const serverTlsParameters: readonly ServerParameter[] = [
  {
    ...flag('ssl', 'Traffic to the server is encrypted.', (settings) => {
      settings.ssl = true;
    }),
    support: { kind: 'not-yet', instead: "For checks alone there is 'check-ssl'." },
  },
  {
    ...flag('no-ssl', 'Takes `ssl` back.', (settings) => {
      settings.ssl = false;
    }),
    listedAs: { kind: 'no-effect', because: "it says nothing without 'ssl'" },
  },
  {
    ...flag('check-ssl', 'Checks speak TLS.', (settings) => {
      settings.check.ssl = true;
    }),
    examples: { ok: ['check-ssl verify none'], bad: ['check-ssl'] },
  },
  flag('no-check-ssl', 'Takes `check-ssl` back.', (settings) => {
    settings.check.ssl = false;
  }),
  value(
    'verify',
    'none | required',
    "Whether the server's certificate must be good (required).",
    { ok: ['verify none', 'verify required'], bad: ['verify', 'verify maybe'] },
    "'verify' : missing verify method.",
    setVerify,
  ),
  {
    ...supported,
    name: 'ca-file',
    args: '<file> | @system-ca',
    doc: 'Certificates of the authorities to trust.',
    takes: 1,
    examples: { ok: [], bad: ['ca-file', 'ca-file /nonexistent/ca.pem'] },
    parse: parseCaFile,
  },
  text(
    'verifyhost',
    'verifyhost',
    'hostname to verify against',
    'www.example.com',
    'The name the certificate must have.',
  ),
  text('check-sni', 'sni', 'SNI', 'www.example.com', 'The name sent when a check begins TLS.'),
  {
    ...supported,
    name: 'crl-file',
    args: '<file>',
    doc: 'Certificates not to trust any more.',
    takes: 1,
    examples: { ok: [], bad: ['crl-file', 'crl-file /nonexistent/crl.pem'] },
    parse: parseCrlFile,
  },
  {
    ...supported,
    name: 'crt',
    args: '<file>',
    doc: 'Certificate and key that checks show to the server.',
    takes: 1,
    examples: { ok: [], bad: ['crt', 'check-ssl verify none crt /nonexistent/client.pem'] },
    parse: parseCertificate,
  },
  value(
    'check-alpn',
    '<list>',
    'Protocols offered when a check begins TLS.',
    { ok: ['check-alpn http/1.1', 'check-alpn h2,http/1.1'], bad: ['check-alpn'] },
    "'check-alpn' : missing the comma-delimited ALPN protocol suite.",
    (settings, text) => {
      settings.check.alpn = text.split(',').filter((each) => each !== '');
      return undefined;
    },
  ),
  flag('no-ssl-reuse', 'No check resumes the TLS session of the one before.', (settings) => {
    settings.check.freshSessions = true;
  }),
  flag('ssl-reuse', 'Takes `no-ssl-reuse` back.', (settings) => {
    settings.check.freshSessions = false;
  }),
  flag('no-tls-tickets', 'Checks ask for no session ticket, up to TLS 1.2.', (settings) => {
    settings.check.withoutTickets = true;
  }),
  flag('tls-tickets', 'Takes `no-tls-tickets` back.', (settings) => {
    settings.check.withoutTickets = false;
  }),
  flag(
    'check-send-proxy',
    'Checks begin with a PROXY header, wherever they go (version 1, or as `send-proxy-v2` says).',
    (settings) => {
      settings.check.sendProxy = true;
    },
  ),
  flag('no-check-send-proxy', 'Takes `check-send-proxy` back.', (settings) => {
    settings.check.sendProxy = false;
  }),
  text('ciphers', 'ciphers', 'cipher suite', 'HIGH', 'Ciphers up to TLS 1.2.'),
  text('ciphersuites', 'ciphersuites', 'cipher suite', 'TLS_AES_128_GCM_SHA256', 'Ciphers of TLS 1.3.'),
  text('curves', 'curves', 'curves list', 'X25519:P-256', 'Curves, the best first.'),
  text('sigalgs', 'sigalgs', 'signature algorithms list', 'RSA-PSS+SHA256', 'Signature algorithms of certificates.'),
  versionLimit('ssl-min-ver', 'minVersion'),
  versionLimit('ssl-max-ver', 'maxVersion'),
  ...forced,
  ...without,
];
