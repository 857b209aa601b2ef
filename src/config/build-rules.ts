/** Rules of a frontend, from drafts to the model. */

import type { ProxyDraft, SwitchDraft, TcpRuleDraft } from './draft.ts';
import type { FrontendRulesModel, SwitchRuleModel, TcpRuleModel } from './model.ts';
import { backendNamed } from './proxy-index.ts';

/** Undefined where every connection goes the same way. */
export function buildFrontendRules(draft: ProxyDraft, proxies: readonly ProxyDraft[]): FrontendRulesModel | undefined {
  const tcp = (where: TcpRuleDraft['where']) => draft.tcpRules.filter((rule) => rule.where === where).map(buildTcpRule);
  const rules = {
    connection: tcp('connection'),
    session: tcp('session'),
    content: tcp('content'),
    inspectDelay: draft.inspectDelay ?? 0,
    switching: buildSwitching(draft.useBackends, proxies),
  };
  const lists = [rules.connection, rules.session, rules.content, rules.switching];
  return lists.every((list) => list.length === 0) ? undefined : rules;
}

function buildTcpRule({ action, condition }: TcpRuleDraft): TcpRuleModel {
  return {
    action: action === 'accept' ? 'accept' : 'reject',
    ...(condition === undefined ? {} : { condition }),
  };
}

/** A `use_backend` line that sends every connection to one backend. */
export function alwaysApplies(rule: SwitchDraft): boolean {
  return rule.condition === undefined && !rule.dynamic;
}

/** Nothing where the first line always applies: that is the default backend then. */
function buildSwitching(lines: readonly SwitchDraft[], proxies: readonly ProxyDraft[]): readonly SwitchRuleModel[] {
  const rules: SwitchRuleModel[] = [];
  if (lines[0] === undefined || alwaysApplies(lines[0])) return rules;
  for (const { name, condition, dynamic, format } of lines) {
    const backend = dynamic ? format : backendNamed(proxies, name)?.index;
    if (backend !== undefined) rules.push({ backend, ...(condition === undefined ? {} : { condition }) });
  }
  return rules;
}
