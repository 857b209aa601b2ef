import type { CheckPass } from './pass.ts';

/** `check-proto`: what a check speaks has to be a protocol that carries what it says. */
export const reportCheckProtocols: CheckPass = {
  name: 'report-check-protocols',
  proxy(proxy, config, report) {
    if (proxy.kind !== 'backend' && proxy.kind !== 'listen') return;
    for (const { name, span, settings } of proxy.servers) {
      const { enabled, protocol, section } = settings.check;
      if (!enabled || protocol === undefined) continue;
      const own = section === undefined ? undefined : config.healthchecks.get(section.text)?.settings.check;
      const http = (own ?? proxy.settings.check).selected.kind === 'http';
      if (http === (protocol !== 'none')) continue;
      const message = `config: backend '${proxy.name}': server '${name}' uses an incompatible MUX protocol for the selected check type`;
      report({ code: 'check-protocol', message, span });
    }
  },
};
