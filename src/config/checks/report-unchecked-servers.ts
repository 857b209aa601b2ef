import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** A section says how its servers are checked, and none of them is: told under `-dD`, as HAProxy has nothing against it. */
export const reportUncheckedServers: CheckPass = {
  name: 'report-unchecked-servers',
  proxy(proxy, config, report) {
    const { servers, settings } = proxy;
    if (config.strict || settings.check.selected.kind === 'connect' || servers.length === 0) return;
    const watched = servers.some(
      ({ settings: { check, agent, track } }) => check.enabled || agent.enabled || track !== undefined,
    );
    if (watched) return;
    report({
      code: 'unchecked-servers',
      severity: 'diag',
      message: `${ownerText(proxy)} says how its servers are checked, but no server has 'check', so none of them is.`,
      span: proxy.span,
      help: 'Write "check" on their lines, or "default-server check" above them.',
    });
  },
};
