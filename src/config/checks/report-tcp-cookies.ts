import type { CheckPass } from './pass.ts';
import { ownerText, serverFrame } from './proxy-texts.ts';

/** Parameters of servers that mean nothing, or too much, outside of mode http. */
export const reportTcpCookies: CheckPass = {
  name: 'report-tcp-cookies',
  proxy(proxy, _config, report) {
    const owner = ownerText(proxy);
    for (const server of proxy.servers) {
      const { settings, span } = server;
      if (!settings.fastOpen) continue;
      const message =
        'server has tfo activated, the backend should be configured with at least ' +
        "'conn-failure', 'empty-response' and 'response-timeout' or we wouldn't be able to retry the connection on failure.";
      report({ code: 'tfo-without-retry', severity: 'warning', message: serverFrame(proxy, server) + message, span });
    }
    if (proxy.settings.mode === 'http') return;
    for (const { name, settings, span } of proxy.servers) {
      if (settings.cookie === undefined) continue;
      const message = `${owner} : ignoring cookie for server '${name}' as HTTP mode is disabled.`;
      report({ code: 'cookie-ignored', severity: 'warning', message, span });
    }
    const redirecting = proxy.servers.find((server) => server.settings.redirectPrefix !== undefined);
    if (redirecting === undefined) return;
    const message = `${owner} : server cannot have cookie or redirect prefix in non-HTTP mode.`;
    report({ code: 'redirect-in-tcp', message, span: redirecting.span });
  },
};
