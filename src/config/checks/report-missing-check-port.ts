import type { ProxyDraft } from '../draft.ts';
import type { ServerDraft } from '../server-draft.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** A check needs a port: its own, the server's, or one of a `tcp-check connect` rule. */
export const reportMissingCheckPort: CheckPass = {
  name: 'report-missing-check-port',
  run(config, report) {
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled) continue;
      for (const server of proxy.servers) {
        if (!server.settings.check.enabled || hasPort(server)) continue;
        const complaint = portComplaint(proxy);
        if (complaint === undefined) continue;
        const message = `config: ${ownerText(proxy)}: server '${server.name}' has ${complaint}`;
        report({ code: 'no-check-port', message, span: server.span });
      }
    }
  },
};

function hasPort({ address, settings }: ServerDraft): boolean {
  const { check } = settings;
  if (check.address?.family === 'unix' || check.address?.family === 'abns') return true;
  if ((check.port ?? 0) > 0 || (check.address?.port ?? 0) > 0) return true;
  if (address === undefined || address.family !== 'ip') return true;
  return address.port !== 0 && !address.portIsOffset;
}

function portComplaint(proxy: ProxyDraft): string | undefined {
  const { selected, tcpRules } = proxy.settings.check;
  if (selected.kind === 'external') return undefined;
  if (selected.kind === 'connect' || (selected.kind === 'tcp' && tcpRules.length === 0)) {
    return 'neither service port nor check port.';
  }
  const connects = selected.kind === 'tcp' ? tcpRules.filter((rule) => rule.kind === 'connect') : [];
  if (connects[0]?.port === undefined) {
    return "neither service port nor check port nor tcp_check rule 'connect' with port information.";
  }
  return connects.some((rule) => rule.port === undefined)
    ? "neither service port nor check port, and a tcp_check rule 'connect' with no port information."
    : undefined;
}
