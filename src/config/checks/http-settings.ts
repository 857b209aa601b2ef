import { fixed, removeLines } from '../fix.ts';
import { proxyKindText } from '../section-draft.ts';
import type { CheckPass } from './pass.ts';

/** Settings that only mean something in mode http, written on a proxy in mode tcp: HAProxy warns and goes on. */
export const httpSettings: CheckPass = {
  name: 'http-settings',
  proxy(proxy, _config, report) {
    const { settings } = proxy;
    if (settings.mode !== 'tcp') return;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    const warn = (message: string, keyword?: string) => {
      const fix = keyword === undefined ? undefined : removeLines([proxy.written.get(keyword)]);
      report({ code: 'ignored-keyword', severity: 'warning', message, span: proxy.span, ...fixed(fix) });
    };
    if (settings.cookie !== undefined && proxy.kind !== 'frontend') {
      warn(`cookie will be ignored for ${owner} (needs 'mode http').`, 'cookie');
    }
    if (settings.monitorUri !== undefined) {
      warn(`monitor-uri will be ignored for ${owner} (needs 'mode http').`, 'monitor-uri');
    }
    if (settings.balanceOverHttp) {
      warn(`Layer 7 hash not possible for ${owner} (needs 'mode http'). Falling back to round robin.`);
    }
  },
};
