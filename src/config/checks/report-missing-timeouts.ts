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
    const missing = missingTimeouts(proxy);
    if (missing.length === 0) return;
    const message = `missing timeouts for ${ownerText(proxy)}.\n${EXPLANATION}`;
    report({ code: 'missing-timeouts', severity: 'warning', message, span: proxy.span, help: advice(missing) });
  },
};

/** `timeout tunnel` does for `timeout server` where nothing but a tunnel is made. */
function missingTimeouts(proxy: ProxyDraft): readonly string[] {
  const { mode, timeouts } = proxy.settings;
  const missing: string[] = [];
  if (proxy.kind !== 'backend' && !timeouts.client) missing.push('timeout client 30s');
  if (proxy.kind === 'frontend' || proxy.servers.length === 0) return missing;
  if (!timeouts.connect) missing.push('timeout connect 5s');
  const tunnel = mode === 'http' ? 0 : (timeouts.tunnel ?? 0);
  if (!timeouts.server && tunnel === 0) missing.push('timeout server 30s');
  return missing;
}

function advice(missing: readonly string[]): string {
  const lines = missing.map((line) => `"${line}"`);
  const last = lines.pop()!;
  return `Write ${lines.length === 0 ? last : `${lines.join(', ')} and ${last}`} in this section or in "defaults".`;
}
