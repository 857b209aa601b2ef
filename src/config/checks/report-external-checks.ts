import type { CheckPass } from './pass.ts';

/** A program as check: allowed, named, and to be found. */
export const reportExternalChecks: CheckPass = {
  name: 'report-external-checks',
  proxy(proxy, config, report) {
    const { selected, externalCommand, externalPath } = proxy.settings.check;
    if (selected.kind !== 'external' || (proxy.kind !== 'backend' && proxy.kind !== 'listen')) return;
    const { span } = proxy;
    const owner = `Proxy '${proxy.name}'`;
    if (!config.global.externalCheck) {
      const message = `config: ${owner} : 'option external-check' unable to find required 'global.external-check'.`;
      report({ code: 'external-check', message, span });
    } else if (!config.global.insecureFork) {
      const message =
        `config: ${owner} : 'insecure-fork-wanted' not enabled in the global section, ` +
        "'option external-check' will likely fail.";
      report({ code: 'external-check', severity: 'warning', message, span });
    }
    if (externalCommand === undefined) {
      const message = `config: ${owner} : 'option external-check' unable to find required 'external-check command'.`;
      report({ code: 'external-check', message, span });
    } else if (!externalCommand.startsWith('/') && externalPath === undefined) {
      const message = `config: ${owner}: 'external-check command' does not have a leading '/' and 'external-check path' is not set.`;
      report({ code: 'external-check', message, span });
    }
  },
};
