import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `http-check` says nothing unless `option httpchk` chose such checks. */
export const reportHttpRulesWithoutHttpchk: CheckPass = {
  name: 'report-http-rules-without-httpchk',
  proxy(proxy, _config, report) {
    const { check } = proxy.settings;
    const { kind } = check.selected;
    const owner = ownerText(proxy);
    const warn = (code: string, message: string, span = proxy.span) =>
      report({ code, severity: 'warning', message, span });
    if (check.unusedHttpRules && proxy.written.has('http-check rules')) {
      const message = `${owner} uses http-check rules without 'option httpchk', so the rules are ignored.`;
      warn('check-rules-ignored', message, proxy.written.get('http-check rules'));
    }
    const usable = kind === 'connect' || (kind === 'http' && proxy.kind !== 'frontend');
    if (!usable && check.disableOn404) {
      warn('check-rules-ignored', `'disable-on-404' will be ignored for ${owner} (requires 'option httpchk').`);
    }
    if (!usable && check.sendState) {
      warn('check-rules-ignored', `'send-state' will be ignored for ${owner} (requires 'option httpchk').`);
    }
  },
};

/** `tcp-check` says nothing unless `option tcp-check` chose such checks. */
export const reportTcpRulesWithoutTcpCheck: CheckPass = {
  name: 'report-tcp-rules-without-tcp-check',
  proxy(proxy, _config, report) {
    const { check } = proxy.settings;
    if (!check.unusedTcpRules || !proxy.written.has('tcp-check rules')) return;
    const message = `${ownerText(proxy)} uses tcp-check rules without 'option tcp-check', so the rules are ignored.`;
    report({ code: 'check-rules-ignored', severity: 'warning', message, span: proxy.span });
  },
};
