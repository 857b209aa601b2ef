import { suggest } from '../suggest.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `use-server` names a server of its backend. */
export const reportMissingServers: CheckPass = {
  name: 'report-missing-servers',
  proxy(proxy, _config, report) {
    const names = proxy.servers.map((server) => server.name);
    for (const { name, span } of proxy.useServers) {
      if (names.includes(name)) continue;
      const near = suggest(name, names);
      report({
        code: 'missing-server',
        message: `${ownerText(proxy)} : unable to find server '${name}' referenced in a 'use-server' rule.`,
        span,
        ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
      });
    }
  },
};
