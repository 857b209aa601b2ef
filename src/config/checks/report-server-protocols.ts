import type { ProxyDraft } from '../draft.ts';
import { suggest } from '../suggest.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `proto`: what the mode of the proxy carries; and FastCGI with a program, which does not go one without the other. */
export const reportServerProtocols: CheckPass = {
  name: 'report-server-protocols',
  run(config, report) {
    for (const app of config.fcgiApps.values()) {
      if (app.docroot !== undefined) continue;
      report({ code: 'fastcgi', message: `fcgi-app '${app.name}': no docroot configured.`, span: app.span });
    }
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled || proxy.kind === 'frontend') continue;
      const { mode, fcgiApp } = proxy.settings;
      const alert = (message: string, span = proxy.span) => report({ code: 'fastcgi', message, span });
      const speaking = proxy.servers.filter(({ settings }) => settings.protocol === 'fcgi');
      reportUnusable(proxy, report);
      if (fcgiApp === undefined) {
        for (const { name, span } of asking(proxy)) {
          alert(`proxy '${proxy.name}': FCGI server '${name}' has no FCGI app configured.`, span);
        }
      } else if (!config.fcgiApps.has(fcgiApp.name)) {
        const near = suggest(fcgiApp.name, [...config.fcgiApps.keys()]);
        report({
          code: 'fastcgi',
          message: `proxy '${proxy.name}' : fcgi-app '${fcgiApp.name}' not found.`,
          span: fcgiApp.span,
          ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
        });
      } else if (mode !== 'http') {
        alert(`proxy '${proxy.name}': FCGI application cannot be used in non-HTTP mode.`, fcgiApp.span);
      } else if (speaking.length === 0) {
        alert(`proxy '${proxy.name}': FCGI app configured but no FCGI server found.`, fcgiApp.span);
      }
    }
  },
};

/** `proto` names what the mode of the proxy cannot carry. */
function reportUnusable(proxy: ProxyDraft, report: PassReport): void {
  for (const { name, place, span, settings } of proxy.servers) {
    const { protocol } = settings;
    if (protocol === undefined || (protocol === 'none') === (proxy.settings.mode === 'tcp')) continue;
    const at = `at [${place.file}:${place.line}]`;
    const message = `${ownerText(proxy)} : MUX protocol '${protocol}' is not usable for server '${name}' ${at}.`;
    report({ code: 'check-protocol', message, span });
  }
}

/** Those of whom FastCGI is asked, be it by checks alone: HAProxy takes these, and their checks can never pass (2.6 crashes). */
function asking({ servers, settings }: ProxyDraft): ProxyDraft['servers'] {
  const { connection, rounds } = settings.check;
  const connections = [connection, ...rounds.map((round) => round.connection)];
  const ruled = connections.some((each) => each?.protocol === 'fcgi');
  return servers.filter((server) => {
    const { protocol, check } = server.settings;
    return protocol === 'fcgi' || (check.enabled && (check.protocol === 'fcgi' || ruled));
  });
}
