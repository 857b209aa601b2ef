import type { ProxyDraft } from '../draft.ts';
import type { ServerDraft } from '../server-draft.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

const PORT_HELP = 'Write the port behind the address, or "port" and the port of the check.';

/** A check needs a port: its own, the server's, or one of a `tcp-check connect` rule. */
export const reportMissingCheckPort: CheckPass = {
  name: 'report-missing-check-port',
  run(config, report) {
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled) continue;
      for (const server of proxy.servers) {
        if (!server.settings.check.enabled || hasPort(server)) continue;
        const section = server.settings.check.section;
        const complaint = portComplaint((section && config.healthchecks.get(section.text)) ?? proxy);
        if (complaint === undefined) continue;
        const message = `config: ${ownerText(proxy)}: server '${server.name}' has ${complaint}`;
        const named = server.address?.isName === true;
        if (!named) report({ code: 'no-check-port', message, span: server.span, help: PORT_HELP });
        // HAProxy asks servers with addresses alone, and finds the others down.
        else if (!config.strict) {
          const help = `${PORT_HELP} A check of port 0 never passes.`;
          report({ code: 'no-check-port', severity: 'warning', message, span: server.span, help });
        }
      }
    }
  },
};

function hasPort({ address, settings }: ServerDraft): boolean {
  const { check } = settings;
  if (check.address?.family === 'unix' || check.address?.family === 'abns') return true;
  if ((check.port ?? 0) > 0 || (check.address?.port ?? 0) > 0) return true;
  if (address === undefined || address.family !== 'ip') return true;
  // An SRV record brings its ports.
  if (address.isName && address.host.startsWith('_')) return true;
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
