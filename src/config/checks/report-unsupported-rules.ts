import { missingInCondition, missingInFormat } from '../../expressions/support.ts';
import type { ProxyDraft, TcpRuleDraft } from '../draft.ts';
import { findAction } from '../keywords/tcp-actions.ts';
import { notSupportedYet } from '../not-supported.ts';
import type { Span } from '../place.ts';
import type { CheckPass } from './pass.ts';

/** Rules that would be used and that hapax cannot run: whole kinds of them, actions, fetches, converters. */
export const reportUnsupportedRules: CheckPass = {
  name: 'report-unsupported-rules',
  proxy(proxy, _config, report) {
    const tell = (what: string, span: Span, help?: string) => {
      report({
        code: 'not-supported-yet',
        message: `parsing [${span.file}:${span.line}] : ${notSupportedYet(what)}`,
        span,
        ...(help === undefined ? {} : { help }),
      });
    };
    for (const { span, condition } of proxy.useServers) {
      if (missingInCondition(condition) !== undefined || proxy.kind !== 'frontend') tell("'use-server'", span);
    }
    if (proxy.kind !== 'backend') reportSwitching(proxy, tell);
    reportTcpRules(proxy, tell);
    for (const { where, span } of proxy.rulesFrom?.tcpRules ?? []) tell(`'${keywordOf(where)}' in defaults`, span);
  },
};

type Tell = (what: string, span: Span, help?: string) => void;

function reportSwitching(proxy: ProxyDraft, tell: Tell): void {
  for (const { condition, format, span } of proxy.useBackends) {
    const missing = missingInCondition(condition) ?? (format === undefined ? undefined : missingInFormat(format));
    if (missing !== undefined) tell(missing, span);
    else if (proxy.settings.mode === 'http' && (condition !== undefined || format !== undefined)) {
      tell("'use_backend' with a condition in mode http", span);
    }
  }
}

function keywordOf(where: TcpRuleDraft['where']): string {
  return where === 'response' ? 'tcp-response content' : `tcp-request ${where}`;
}

function reportTcpRules(proxy: ProxyDraft, tell: Tell): void {
  for (const { where, action, condition, span } of proxy.tcpRules) {
    const keyword = keywordOf(where);
    const missing = missingInCondition(condition);
    if (findAction(where, action)?.runs !== true) tell(`'${keyword} ${action}'`, span);
    else if (proxy.settings.mode === 'http') tell(`'${keyword}' in mode http`, span);
    else if (proxy.kind === 'backend') tell(`'${keyword}' in a backend`, span);
    else if (missing !== undefined) tell(missing, span);
  }
}
