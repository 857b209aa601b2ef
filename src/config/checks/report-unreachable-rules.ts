import { constantCondition } from '../../expressions/constant-condition.ts';
import type { ConditionModel } from '../../expressions/model.ts';
import type { ProxyDraft } from '../draft.ts';
import type { Span } from '../place.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** Rules behind one that decides about every connection. HAProxy says nothing about them. */
export const reportUnreachableRules: CheckPass = {
  name: 'report-unreachable-rules',
  proxy(proxy, config, report) {
    if (config.strict) return;
    for (const where of ['connection', 'session', 'content'] as const) {
      const rules = proxy.tcpRules.filter((rule) => rule.where === where);
      const last = rules.findIndex(({ action, condition }) => ENDS.has(action) && always(condition));
      const next = last < 0 ? undefined : rules[last + 1];
      if (next === undefined) continue;
      tell(
        `tcp-request ${where}`,
        next.span,
        `tcp-request ${where} ${rules[last]!.action}`,
        rules[last]!.span,
        proxy,
        report,
      );
    }
    if (proxy.kind !== 'backend') reportSwitching(proxy, report);
  },
};

const ENDS: ReadonlySet<string> = new Set(['accept', 'reject', 'silent-drop']);

function always(condition: ConditionModel | undefined): boolean {
  return condition === undefined || constantCondition(condition) === true;
}

function reportSwitching(proxy: ProxyDraft, report: PassReport): void {
  const rules = proxy.useBackends;
  // A name made for every connection may be that of no backend, and the next rule is then asked.
  const last = rules.findIndex(({ condition, dynamic }) => condition === undefined && !dynamic);
  if (last < 0) return;
  const { name, span } = rules[last]!;
  const ending = `use_backend ${name}`;
  const next = rules[last + 1];
  const standard = proxy.written.get('default_backend');
  if (next !== undefined) tell('use_backend', next.span, ending, span, proxy, report);
  if (standard !== undefined) tell('default_backend', standard, ending, span, proxy, report);
}

function tell(kind: string, span: Span, ending: string, by: Span, proxy: ProxyDraft, report: PassReport): void {
  report({
    code: 'unreachable-rule',
    severity: 'warning',
    message:
      `parsing [${span.file}:${span.line}] : ${ownerText(proxy)} : this '${kind}' is never reached: ` +
      `'${ending}' at line ${by.line} has no condition and takes every connection.`,
    span,
    help: `Write it above line ${by.line}, give that line a condition, or remove this one.`,
    related: [{ file: by.file, line: by.line, message: 'takes every connection' }],
  });
}
