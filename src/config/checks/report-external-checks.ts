import type { CheckPass } from './pass.ts';

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
