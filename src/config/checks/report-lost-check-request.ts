import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/**
 * Rules a section writes itself take the place of all rules of its `defaults`. The request of `option httpchk` is one of
 * them: HAProxy then sends nothing at all and the check can never pass, so hapax keeps the request and says so.
 */
export const reportLostCheckRequest: CheckPass = {
  name: 'report-lost-check-request',
  proxy(proxy, config, report) {
    const { check } = proxy.settings;
    if (config.strict || proxy.kind === 'frontend' || check.selected.kind !== 'http') return;
    if (check.request !== undefined || check.inheritedRequest === undefined) return;
    const span = proxy.written.get('http-check rules') ?? proxy.span;
    report({
      code: 'check-request-inherited',
      severity: 'warning',
      message:
        `${ownerText(proxy)} has http-check rules of its own, which take the place of all those of its 'defaults'; ` +
        "HAProxy would send no request, hapax sends the one of 'option httpchk' in 'defaults'.",
      span,
      help: "Write 'option httpchk' in this section too.",
    });
  },
};
