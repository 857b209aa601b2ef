/** `if` and `unless`: ACLs by name and in braces, joined by "and" and "or". */
import { type ParsedText, parseCondition, type Range } from '../grammar/expression.ts';
import { checkAcl } from './check-acl.ts';
import { fetchTable } from './fetches/index.ts';
import type { AclModel, ConditionModel, TermModel } from './model.ts';
import { type Place, usableAt } from './places.ts';
import { predefinedAcl, predefinedAclNames } from './predefined-acls.ts';
import type { ExpressionProblem, Surroundings } from './surroundings.ts';

export type CheckedCondition =
  | { readonly ok: true; readonly condition: ConditionModel }
  | { readonly ok: false; readonly problem: ExpressionProblem };

/** An ACL of a condition that can never be true where it stands. */
export interface MisplacedAcl {
  /** Empty for an anonymous one. */
  readonly name: string;
  readonly keyword: string;
  readonly range: Range;
}

/**
 * Checks the words behind `if` or `unless`; `misplaced` is told of the first ACL that cannot be evaluated at `place`. Ranges
 * count over the words, each followed by one more unit.
 */
export function checkCondition(
  unless: boolean,
  words: readonly string[],
  place: Place | undefined,
  around: Surroundings,
  misplaced: (acl: MisplacedAcl) => void,
): CheckedCondition {
  const anyOf: TermModel[][] = [[]];
  let told = false;
  for (const term of parseCondition(words)) {
    if (term.kind === 'or') anyOf.push([]);
    if (term.kind === 'or' || term.kind === 'nothing') continue;
    const range = { start: term.start, end: term.end - 1 };
    const name = term.kind === 'reference' ? term.name : '';
    const found = term.kind === 'reference' ? namedAcls(term.name, around) : anonymousAcl(term, range, around);
    if (found === undefined) return { ok: false, problem: noSuchAcl(name, range, around) };
    if ('problem' in found) return { ok: false, problem: found.problem };
    const foreign = place && found.acls.find((acl) => !usable(acl, place));
    if (foreign !== undefined && !told) {
      told = true;
      misplaced({ name, keyword: foreign.keyword, range });
    }
    anyOf[anyOf.length - 1]!.push({ negated: term.negated, acls: found.acls });
  }
  return { ok: true, condition: { unless, anyOf: anyOf.filter((terms) => terms.length > 0) } };
}

type Found = { readonly acls: readonly AclModel[] } | { readonly problem: ExpressionProblem };

function namedAcls(name: string, around: Surroundings): Found | undefined {
  const acls = around.aclsNamed(name);
  if (acls !== undefined) return { acls };
  const words = predefinedAcl(name);
  if (words === undefined) return undefined;
  const checked = checkAcl(words, around);
  return checked.ok ? { acls: [checked.acl] } : { problem: checked.problem };
}

function anonymousAcl(
  term: { readonly words: readonly ParsedText[]; readonly closed: boolean },
  range: Range,
  around: Surroundings,
): Found {
  if (!term.closed) return { problem: { message: "missing closing '}' in condition", range } };
  const checked = checkAcl(
    term.words.map((word) => word.text),
    around,
  );
  if (checked.ok) return { acls: [checked.acl] };
  const { problem } = checked;
  const first = term.words[0];
  if (problem.range === undefined || first === undefined) return { problem: { ...problem, range } };
  const { start, end } = problem.range;
  return { problem: { ...problem, range: { start: start + first.start, end: end + first.start } } };
}

function noSuchAcl(name: string, range: Range, around: Surroundings): ExpressionProblem {
  const known = [...around.aclNames, ...predefinedAclNames];
  return { message: `no such ACL : '${name}'`, range, unknown: { name, known } };
}

function usable(acl: AclModel, place: Place): boolean {
  const definition = fetchTable.get(acl.sample.fetch);
  return definition === undefined || usableAt(definition.places, place);
}
