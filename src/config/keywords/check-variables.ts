/** `set-var`, `set-var-fmt` and `unset-var` among the rules of checks. */
import { variableProblem } from '../../expressions/argument-rules.ts';
import { type VariableCondition, variableConditions } from '../../expressions/run/variables.ts';
import type { CheckActionModel } from '../model.ts';
import { readFormat, readSample } from './check-formats.ts';
import { type CheckContext, type CheckKeyword, checkSections, ruleProblem, warnInFrontend } from './check-shapes.ts';

const FORMS = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";

/** True for what is meant as one of these rules, be it written wrongly. */
export function isVariableRule(word: string): boolean {
  return word.startsWith('set-var') || word.startsWith('unset-var');
}

/** The rule of the line, or undefined after a report. `ruleset` is the line's first word. */
export function readVariableRule(context: CheckContext, ruleset: string): CheckActionModel | undefined {
  const { words } = context.line;
  const word = words[1]!;
  const keyword = `${ruleset} ${word.text}`;
  const [, kind = '', inside = ''] = /^(set-var-fmt|set-var|unset-var)\((.*)$/s.exec(word.text) ?? [];
  const family = kind === '' ? (word.text.startsWith('unset') ? 'unset-var' : 'set-var') : kind;
  const fail = (message: string): undefined => {
    ruleProblem(context, keyword, `'${family}' : ${message}.`, word);
  };
  if (kind === '') return fail(`invalid or incomplete action '${word.text}'. ${FORMS}`);
  if (!inside.endsWith(')')) return fail(`incomplete argument after action '${word.text}'. ${FORMS}`);
  const [name = '', ...conditions] = inside.slice(0, -1).split(',');
  const wrong = nameProblem(name);
  if (wrong !== undefined) return fail(wrong);
  const unknown = conditions.find((each) => !variableConditions.includes(each as VariableCondition));
  if (unknown !== undefined) return fail(`unknown condition "${unknown}"`);
  if (kind === 'unset-var') return { kind, name };
  const value = words[2] ?? { text: '', span: word.span };
  const target = { name, conditions: conditions as VariableCondition[] };
  const message = (problem: string) => `'${kind}' : ${problem}.`;
  if (kind === 'set-var') {
    const sample = readSample(context, keyword, value, message);
    return sample && { kind, ...target, value: sample };
  }
  const format = readFormat(context, keyword, value, message);
  return format && { kind: 'set-var-fmt', ...target, value: format };
}

/** HAProxy reads the closing parenthesis as a part of a name it cannot take. */
function nameProblem(name: string): string | undefined {
  if (/^(proc|sess|txn|req|res|check)\.$/.test(name))
    return variableProblem(name.slice(0, -1))?.replace(/'[^']*'/, `'${name}'`);
  const problem = variableProblem(name);
  return problem?.startsWith('invalid syntax at char') ? problem.replace(/'$/, ")'") : problem;
}

/** What the list of keywords says of them; the parenthesis is a part of their word, so the family reads the lines. */
export function variableKeywords(
  ruleset: 'tcp-check' | 'http-check',
  parse: (context: CheckContext) => void,
): CheckKeyword[] {
  const base = {
    sections: checkSections,
    support: { kind: 'yes' },
    elsewhere: 'silent',
    parse: (context: CheckContext) => {
      warnInFrontend(context, ruleset);
      parse(context);
    },
  } as const;
  return [
    {
      ...base,
      name: `${ruleset} set-var`,
      args: '(<name>[,<condition>...]) <expression>',
      doc: 'Keeps a value for the rules after it.',
      examples: {
        ok: [`${ruleset} set-var(check.path) str(/ready)`, `${ruleset} set-var(check.n,ifnotexists) int(5)`],
        bad: [`${ruleset} set-var(check.path)`, `${ruleset} set-var(my.path) str(a)`, `${ruleset} set-var int(1)`],
      },
    },
    {
      ...base,
      name: `${ruleset} set-var-fmt`,
      args: '(<name>[,<condition>...]) <format>',
      doc: 'The same with a log-format string.',
      examples: {
        ok: [`${ruleset} set-var-fmt(check.path) "/ready/%[srv_name]"`],
        bad: [`${ruleset} set-var-fmt(check.path) %[none]`],
      },
    },
    {
      ...base,
      name: `${ruleset} unset-var`,
      args: '(<name>)',
      doc: 'Forgets it.',
      examples: { ok: [`${ruleset} unset-var(check.path)`], bad: [`${ruleset} unset-var`, `${ruleset} unset-var()`] },
    },
  ];
}
