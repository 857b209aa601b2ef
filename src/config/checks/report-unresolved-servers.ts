import { initialAddress } from '../server-address.ts';
import type { CheckPass } from './pass.ts';
import { serverFrame } from './proxy-texts.ts';

/** Servers whose name has no address. It comes last: HAProxy asks for addresses once everything else is in order. */
export const reportUnresolvedServers: CheckPass = {
  name: 'report-unresolved-servers',
  last: true,
  run(config, report) {
    let failed = false;
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled) continue;
      for (const server of proxy.servers) {
        if (!server.address?.isName) continue;
        const start = initialAddress(server, config);
        const frame = serverFrame(proxy, server);
        const { span } = server;
        const name = server.address?.host ?? '';
        const unresolved = `${frame}could not resolve address '${name}'`;
        if (start.kind === 'failed') {
          failed = true;
          const message = start.asked ? `${unresolved}.` : `${frame}no method found to resolve address '${name}'.`;
          report({ code: 'unresolved-address', message, span });
        } else if (start.kind === 'none' && start.asked) {
          report({
            code: 'unresolved-address',
            severity: 'warning',
            message: `${unresolved}, disabling server.`,
            span,
          });
        } else if (start.kind === 'found' && start.fellBack) {
          const message = `${unresolved}, falling back to configured address.`;
          report({ code: 'unresolved-address', severity: 'warning', message, span });
        }
      }
    }
    if (failed) report({ code: 'unresolved-address', message: 'Failed to initialize server(s) addr.', fatal: true });
  },
};
