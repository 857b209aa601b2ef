import type { SecureContextOptions } from 'node:tls';
import { chosenCiphers } from '../build-servers.ts';
import { pairProblem } from '../certificate-pair.ts';
import type { ConfigDraft, ProxyDraft } from '../draft.ts';
import type { ServerDraft, TlsVersion } from '../server-draft.ts';
import type { CheckPass } from './pass.ts';
import { ownerText, serverFrame } from './proxy-texts.ts';

const NO_AUTHORITY =
  "verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust " +
  "the server's certificate, please set an explicit 'verify none' statement on the 'server' line, or use " +
  "'ssl-server-verify none' in the global section to disable server-side verifications by default.";

const VERSIONS: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** HAProxy writes TLSv1 as TLSv1.0. */
const SHOWN: Readonly<Record<TlsVersion, string>> = {
  SSLv3: 'SSLv3',
  TLSv1: 'TLSv1.0',
  'TLSv1.1': 'TLSv1.1',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
};

/** Servers that are spoken to over TLS, if only by checks: a certificate that can be shown, an authority to trust, a version, ciphers that exist. */
export const reportServerTls: CheckPass = {
  name: 'report-server-tls',
  proxy(proxy, config, report) {
    for (const server of proxy.servers) {
      const { check } = server.settings;
      if (!check.ssl && !server.settings.ssl && !scriptUsesTls(proxy)) continue;
      const frame = serverFrame(proxy, server);
      const { span } = server;
      const alert = (code: string, message: string) => report({ code, message: frame + message, span });
      const pair = check.certificate === undefined ? undefined : pairProblem(check.certificate);
      if (pair !== undefined) alert('bad-certificate', pair);
      const verify = check.verify ?? (config.global.sslServerVerifyNone ? 'none' : 'required');
      if (verify === 'required' && check.caFile === undefined) alert('no-ca-file', NO_AUTHORITY);
      const { hole, none } = allowedVersions(server, config);
      const owner = ownerText(proxy);
      if (none) alert('no-tls-version', `${owner}: all SSL/TLS versions are disabled for server '${server.name}'.`);
      else if (hole !== undefined) {
        const message =
          `${owner}: SSL/TLS versions range not contiguous for server '${server.name}'. ` +
          `Hole find for ${SHOWN[hole]}. Use only 'ssl-min-ver' and 'ssl-max-ver' to fix.`;
        report({ code: 'tls-version-hole', severity: 'warning', message: frame + message, span });
      }
      const ciphers = chosenCiphers(check.ciphers ?? config.global.sslDefaultServer.ciphers);
      if (ciphers !== undefined && !makesContext({ ciphers })) {
        alert('bad-ciphers', `unable to set SSL cipher list to '${ciphers}'.`);
      }
      const suites = check.ciphersuites ?? config.global.sslDefaultServer.ciphersuites;
      if (suites !== undefined && !knowsSuites(suites)) {
        alert('bad-ciphers', `unable to set TLS 1.3 cipher suites to '${suites}'.`);
      }
      const curves = check.curves ?? config.global.sslDefaultServer.curves;
      if (curves !== undefined && !makesContext({ ecdhCurve: curves })) {
        alert('bad-ciphers', `unable to set SSL curves list to '${curves}'.`);
      }
      const sigalgs = check.sigalgs ?? config.global.sslDefaultServer.sigalgs;
      if (sigalgs !== undefined && !makesContext({ sigalgs })) {
        alert('bad-ciphers', `unable to set SSL Signature Algorithm list to '${sigalgs}'.`);
      }
    }
  },
};

function scriptUsesTls(proxy: ProxyDraft): boolean {
  // Also where another kind of check was chosen: HAProxy prepares TLS for rules that it then ignores.
  const { tcpRules, connection, rounds } = proxy.settings.check;
  if (tcpRules.some((rule) => rule.kind === 'connect' && rule.ssl === true)) return true;
  return connection?.ssl === true || rounds.some((round) => round.connection.ssl === true);
}

/** `hole` is a forbidden version between two allowed ones. No library speaks SSLv3 any more. */
function allowedVersions(
  server: ServerDraft,
  config: ConfigDraft,
): { readonly none: boolean; readonly hole: TlsVersion | undefined } {
  const { check } = server.settings;
  const { minVersion, maxVersion } = config.global.sslDefaultServer;
  const lowest = VERSIONS.indexOf(check.minVersion ?? minVersion ?? 'SSLv3');
  const highest = VERSIONS.indexOf(check.maxVersion ?? maxVersion ?? 'TLSv1.3');
  const allowed = VERSIONS.map(
    (version, at) => at > 0 && at >= lowest && at <= highest && !check.withoutVersions.includes(version),
  );
  const first = allowed.indexOf(true);
  const last = allowed.lastIndexOf(true);
  const hole = VERSIONS.find((_version, at) => first >= 0 && at > first && at < last && !allowed[at]);
  return { none: first < 0, hole };
}

/** Loaded for those who say something about TLS: it takes longer than reading a short configuration. */
function tls() {
  return process.getBuiltinModule('node:tls');
}

/** OpenSSL takes the list. */
function makesContext(options: SecureContextOptions): boolean {
  try {
    tls().createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

function knowsSuites(list: string): boolean {
  const known = tls().getCiphers();
  return list.split(':').every((suite) => known.includes(suite.toLowerCase()));
}
