import { backendNamed } from '../proxy-index.ts';
import type { CheckPass } from './pass.ts';

/** A listen whose default_backend takes every connection: its own servers get none. */
export const reportIdleServers: CheckPass = {
  name: 'report-idle-servers',
  proxy(proxy, config, report) {
    const { defaultBackend } = proxy.settings;
    if (proxy.kind !== 'listen' || defaultBackend === undefined || proxy.servers.length === 0) return;
    const target = backendNamed(config.proxies, defaultBackend.name);
    if (target === undefined || target === proxy) return;
    if (proxy.settings.mode === 'http' && target.settings.mode === 'tcp') return;
    const { span } = defaultBackend;
    report({
      code: 'idle-servers',
      severity: 'warning',
      message: `In proxy '${proxy.name}', the 'default_backend' rule always has precedence over the servers, which will never be used.`,
      span,
      related: [{ ...proxy.servers[0]!.place, message: 'the first of these servers' }],
      help: `Remove the default_backend, or move the servers to backend '${target.name}'.`,
    });
  },
};
