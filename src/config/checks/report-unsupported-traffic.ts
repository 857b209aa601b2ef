import type { ConfigDraft, ProxyDraft } from '../draft.ts';
import { notSupportedYet } from '../not-supported.ts';
import type { Span } from '../place.ts';
import type { CheckPass } from './pass.ts';
import { serverFrame } from './proxy-texts.ts';

/** What is built for checks alone is refused on servers that traffic may reach. */
export const reportUnsupportedTraffic: CheckPass = {
  name: 'report-unsupported-traffic',
  run(config, report) {
    for (const proxy of config.proxies) {
      const servers = proxy.servers.filter(
        ({ settings: { check } }) => check.socks4 !== undefined || check.proxyHeader !== undefined,
      );
      if (servers.length === 0 || proxy.settings.disabled || !takesTraffic(proxy, config)) continue;
      for (const server of servers) {
        const { socks4, proxyHeader } = server.settings.check;
        const refuse = (keyword: string, span: Span, can: string) =>
          report({
            code: 'not-supported-yet',
            message: `${serverFrame(proxy, server)}${notSupportedYet(`'${keyword}' for traffic`)}`,
            span,
            help: `Checks can ${can}: put the server into a backend of its own for them, and "track" it here.`,
          });
        if (socks4 !== undefined) refuse('socks4', socks4.span, 'go through a SOCKS4 proxy');
        if (proxyHeader !== undefined)
          refuse(proxyHeader.keyword, proxyHeader.span, 'begin with a PROXY header, but traffic does not yet');
      }
    }
  },
};

/** Some frontend leads there, or may by a name that is made while it runs. */
function takesTraffic(proxy: ProxyDraft, config: ConfigDraft): boolean {
  if (proxy.kind !== 'backend') return true;
  return config.proxies.some(
    ({ kind, settings, useBackends }) =>
      kind !== 'backend' &&
      (settings.defaultBackend?.name === proxy.name ||
        useBackends.some(({ name, dynamic }) => dynamic || name === proxy.name)),
  );
}
