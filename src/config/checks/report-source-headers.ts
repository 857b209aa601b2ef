import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `source ... usesrc hdr_ip(...)` takes the address out of a request, so there is none in mode tcp. */
export const reportSourceHeaders: CheckPass = {
  name: 'report-source-headers',
  proxy(proxy, _config, report) {
    if (proxy.settings.mode === 'http' || proxy.kind === 'frontend') return;
    const owner = ownerText(proxy);
    const { source } = proxy.settings;
    if (source?.header !== undefined) {
      const message = `${owner} : ignoring use of header ${source.header} as source IP in non-HTTP mode.`;
      report({ code: 'header-ignored', severity: 'warning', message, span: source.span });
    }
    for (const { name, settings } of proxy.servers) {
      if (settings.source?.header === undefined) continue;
      const { header, span } = settings.source;
      const message = `${owner} : server ${name} cannot use header ${header} as source IP in non-HTTP mode.`;
      report({ code: 'header-ignored', severity: 'warning', message, span });
    }
  },
};
