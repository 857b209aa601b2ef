import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** A frontend or listen that nobody can connect to. */
export const reportMissingBinds: CheckPass = {
  name: 'report-missing-binds',
  proxy(proxy, _config, report) {
    if (proxy.kind === 'backend' || proxy.binds.length > 0) return;
    report({
      code: 'missing-bind',
      severity: 'warning',
      message: `${ownerText(proxy)} has no 'bind' directive. Please declare it as a backend if this was intended.`,
      span: proxy.span,
    });
  },
};
