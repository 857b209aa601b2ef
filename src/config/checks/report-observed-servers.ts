import type { CheckPass } from './pass.ts';
import { serverFrame } from './proxy-texts.ts';

/** `observe` lets traffic decide about a checked server; HAProxy leaves out layer7 outside of mode http, after an alert. */
export const reportObservedServers: CheckPass = {
  name: 'report-observed-servers',
  proxy(proxy, _config, report) {
    for (const [index, server] of proxy.servers.entries()) {
      const { observe } = server.settings;
      // Servers of one server-template share a place; what was said about the first holds for all.
      if (observe === undefined || proxy.servers[index - 1]?.span === server.span) continue;
      const frame = serverFrame(proxy, server);
      const { span } = server;
      if (observe === 'layer7' && proxy.settings.mode !== 'http') {
        const message = `${frame}'layer7' can only be used in http proxies..`;
        report({ code: 'observe-layer7', message, span, harmless: true });
      }
    }
  },
};
