import type { ProxyDraft } from '../draft.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

const EXPLANATION = [
  '   | While not properly invalid, you will certainly encounter various problems',
  '   | with such a configuration. To fix this, please ensure that all following',
  "   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.",
].join('\n');

/** Without these timeouts a peer that vanished keeps its session for ever. */
export const reportMissingTimeouts: CheckPass = {
  name: 'report-missing-timeouts',
  proxy(proxy, _config, report) {
    const missing = (proxy.kind !== 'backend' && lacksClientTimeout(proxy)) || lacksServerTimeouts(proxy);
    if (!missing) return;
    const message = `missing timeouts for ${ownerText(proxy)}.\n${EXPLANATION}`;
    report({ code: 'missing-timeouts', severity: 'warning', message, span: proxy.span });
  },
};

function lacksClientTimeout(proxy: ProxyDraft): boolean {
  return (proxy.settings.timeouts.client ?? 0) === 0;
}

/** `timeout tunnel` does for `timeout server` where nothing but a tunnel is made. */
function lacksServerTimeouts(proxy: ProxyDraft): boolean {
  if (proxy.kind === 'frontend' || proxy.servers.length === 0) return false;
  const { mode, timeouts } = proxy.settings;
  const tunnel = mode === 'http' ? 0 : (timeouts.tunnel ?? 0);
  return (timeouts.connect ?? 0) === 0 || ((timeouts.server ?? 0) === 0 && tunnel === 0);
}
