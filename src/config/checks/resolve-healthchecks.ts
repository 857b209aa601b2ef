import type { CheckPass } from './pass.ts';
import { serverFrame } from './proxy-texts.ts';

/** `healthcheck` on a server names a section; a section says what kind of check it is. */
export const resolveHealthchecks: CheckPass = {
  name: 'resolve-healthchecks',
  run(config, report) {
    for (const section of config.healthchecks.values()) {
      if (section.settings.check.selected.kind !== 'connect') continue;
      const message = `healthcheck section '${section.name}' has no 'type'.`;
      report({ code: 'missing-healthcheck-type', message, span: section.span, help: 'Write "type httpchk", for one.' });
    }
    for (const proxy of config.proxies) {
      for (const server of proxy.servers) {
        const named = server.settings.check.section;
        if (named === undefined || config.healthchecks.has(named.text)) continue;
        report({
          code: 'unknown-healthcheck',
          message: `${serverFrame(proxy, server)}unable to find healthcheck section '${named.text}'.`,
          span: named.span,
        });
      }
    }
  },
};
