import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** A program as check: allowed, named, and to be found. */
export const reportExternalChecks: CheckPass = {
  name: 'report-external-checks',
  proxy(proxy, config, report) {
    const { selected, externalCommand, externalPath } = proxy.settings.check;
    if (selected.kind !== 'external' || (proxy.kind !== 'backend' && proxy.kind !== 'listen')) return;
    const { span } = proxy;
    const owner = `Proxy '${proxy.name}'`;
    const say = (message: string, severity: 'alert' | 'warning' = 'alert') =>
      report({ code: 'external-check', severity, message, span });
    if (!config.global.externalCheck) {
      say(`${owner} : 'option external-check' unable to find required 'global.external-check'.`);
    }
    if (externalCommand === undefined) {
      say(`${owner} : 'option external-check' unable to find required 'external-check command'.`);
    }
    if (!config.global.insecureFork) {
      say(
        `${owner} : 'insecure-fork-wanted' not enabled in the global section, ` +
          "'option external-check' will likely fail.",
        'warning',
      );
    }
    if (externalCommand !== undefined && !externalCommand.startsWith('/') && externalPath === undefined) {
      say(`${owner}: 'external-check command' does not have a leading '/' and 'external-check path' is not set.`);
    }
  },
};

/** `external-check` says nothing unless `option external-check` chose such checks. */
export const reportUnusedExternalCheck: CheckPass = {
  name: 'report-unused-external-check',
  proxy(proxy, _config, report) {
    const { selected, externalCommand, externalPath } = proxy.settings.check;
    if (selected.kind === 'external') return;
    for (const [what, value] of [['command', externalCommand] as const, ['path', externalPath] as const]) {
      if (value === undefined) continue;
      const message = `'external-check ${what}' will be ignored for ${ownerText(proxy)} (requires 'option external-check').`;
      report({ code: 'check-rules-ignored', severity: 'warning', message, span: proxy.span });
    }
  },
};
