import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** Every server of a backend has a name of its own. */
export const reportDuplicateServers: CheckPass = {
  name: 'report-duplicate-servers',
  proxy(proxy, _config, report) {
    const first = new Map<string, number>();
    for (const { name, place, span } of proxy.servers) {
      const line = first.get(name);
      if (line === undefined) first.set(name, place.line);
      else {
        const where = `parsing [${place.file}:${place.line}] : ${ownerText(proxy)}`;
        const message = `${where}, another server named '${name}' was already defined at line ${line}, please use distinct names.`;
        report({ code: 'duplicate-server', message, span });
      }
    }
  },
};
