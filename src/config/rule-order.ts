/** Kinds of rules are run kind by kind, whatever order they are written in: a rule that looks as if it came later gets a warning. */
import type { ProxyDraft } from './draft.ts';
import type { LineContext } from './keyword.ts';

/** In order of running; those of the last two do not come before each other. */
const KINDS = [
  'tcp-request connection',
  'tcp-request session',
  'tcp-request content',
  'monitor fail',
  'http-request',
  'redirect',
  'use_backend',
  'use-server',
] as const;

export type RuleKind = (typeof KINDS)[number];

/**
 * Notes that a section has a rule of a kind, and warns about rules above it that are run after it. Call it once the rule was
 * found right.
 */
export function noteRule(context: LineContext<ProxyDraft>, kind: RuleKind): void {
  const { draft, line } = context;
  const later = kind === 'use_backend' ? [] : KINDS.slice(KINDS.indexOf(kind) + 1);
  const other = later.find((each) => draft.ruleKinds.has(each));
  if (!draft.ruleKinds.has(kind)) draft.ruleKinds.set(kind, line.words[0]!.span);
  if (other === undefined) return;
  const first = draft.ruleKinds.get(other)!;
  const article = other === 'http-request' ? 'an' : 'a';
  context.report({
    code: 'rule-order',
    severity: 'warning',
    message: `a '${kind.replace(/^tcp-request .*/, 'tcp-request')}' rule placed after ${article} '${other}' rule will still be processed before.`,
    help: `Move it above line ${first.line}: the order of kinds is fixed, and the file then says what happens.`,
    related: [{ file: first.file, line: first.line, message: `the first '${other}' rule, which is run after it` }],
  });
}
