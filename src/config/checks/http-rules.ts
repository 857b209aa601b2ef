import type { ProxyDraft } from '../draft.ts';
import { fixed, removeLines } from '../fix.ts';
import { proxyTable } from '../keywords/index.ts';
import { proxyKindText } from '../section-draft.ts';
import type { CheckPass } from './pass.ts';

/** HAProxy's order of naming them; those it does not know come last. */
const optionOrder = [
  'forwardfor',
  'originalto',
  'checkcache',
  'http-buffer-request',
  'http-ignore-probes',
  'idle-close-on-response',
  'prefer-last-server',
  'accept-invalid-http-request',
  'accept-invalid-http-response',
  'http-use-proxy-header',
  'http-pretend-keepalive',
  'http-no-delay',
  'disable-h2-upgrade',
];

function rank(option: string): number {
  const position = optionOrder.indexOf(option);
  return position < 0 ? optionOrder.length : position;
}

function statsLines({ written }: ProxyDraft): readonly string[] {
  return [...written.keys()].filter((keyword) => keyword.startsWith('stats '));
}

/** The stats page, HTTP rules and HTTP options of a proxy in mode tcp: HAProxy warns that they are ignored. */
export const httpRules: CheckPass = {
  name: 'http-rules',
  proxy(proxy, _config, report) {
    if (proxy.settings.mode !== 'tcp') return;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    const warn = (message: string, keywords: readonly string[]) => {
      const fix = removeLines(keywords.map((keyword) => proxy.written.get(keyword)));
      report({ code: 'ignored-keyword', severity: 'warning', message, span: proxy.span, ...fixed(fix) });
    };
    if (proxy.settings.stats !== undefined) {
      delete proxy.settings.stats;
      warn(`'stats' statement ignored for ${owner} as it requires HTTP mode.`, statsLines(proxy));
    }
    for (const rule of ['http-request', 'http-response', 'http-after-response', 'redirect']) {
      const written = proxy.httpRules.find((each) => each.name === rule);
      if (written === undefined) continue;
      const message = `'${rule}' rules ignored for ${owner} as they require HTTP mode.`;
      const fix = removeLines(proxy.httpRules.filter((each) => each.name === rule).map((each) => each.span));
      report({ code: 'ignored-keyword', severity: 'warning', message, span: written.span, ...fixed(fix) });
    }
    for (const option of httpOptions(proxy)) {
      warn(`'option ${option}' ignored for ${owner} as it requires HTTP mode.`, [`option ${option}`]);
    }
  },
};

/** Options that are on and that HAProxy calls HTTP-only for a proxy of this kind. */
function httpOptions(proxy: ProxyDraft): readonly string[] {
  const { options } = proxy.settings;
  const on = Object.keys(options).filter((name) => options[name] === true);
  on.sort((a, b) => rank(a) - rank(b));
  return on.filter((name) => {
    const definition = proxyTable.byFirstWord
      .get('option')
      ?.find((each) => each.definition.name === `option ${name}`)?.definition;
    return definition?.mode === 'http' && definition.sections.includes(proxy.kind);
  });
}
