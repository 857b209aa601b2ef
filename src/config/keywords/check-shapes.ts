/** Shapes shared by the keywords of health checks. */

import { wordBytes } from '../../grammar/line.ts';
import type { CheckDraft, CheckKind } from '../check-draft.ts';
import type { ProxyDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { KeywordDefinition, LineContext, SectionKind, Word } from '../keyword.ts';
import type { TcpCheckRule } from '../model.ts';
import { notSupportedYet } from '../not-supported.ts';
import { patternMessage, translatePattern } from '../pcre.ts';

export type CheckKeyword = KeywordDefinition<ProxyDraft>;
export type CheckContext = LineContext<ProxyDraft>;

/** `frontend` is left out: there these lines are ignored with a warning. */
export const checkSections: readonly SectionKind[] = ['defaults', 'backend', 'listen'];

/** Says that a frontend has no use for check rules; the line is read all the same. */
export function warnInFrontend(context: CheckContext, keyword: 'http-check' | 'tcp-check'): void {
  if (context.section !== 'frontend') return;
  const message = `'${keyword}' ignored because frontend '${context.draft.name}' has no backend capability.`;
  context.report({ code: 'ignored-keyword', severity: 'warning', message, fix: removeLine(placeOf(context)) });
}

/**
 * The rules of a section. Rules taken over from `defaults` are not added to: the first rule a section writes itself takes the
 * place of all of them (measured on HAProxy 2.6).
 */
export function ownHttpRules(context: CheckContext): CheckDraft {
  const { check } = context.draft.settings;
  if (firstInSection(context, 'http-check rules')) {
    if (check.request !== undefined) check.inheritedRequest = check.request;
    dropHttpRules(check);
    check.unusedHttpRules = false;
  }
  return check;
}

function dropHttpRules(check: CheckDraft): void {
  delete check.request;
  check.expect = [];
  check.actions = [];
  delete check.comment;
  check.rounds = [];
  delete check.connection;
  check.lastHttpRule = 0;
}

/** The same for `option tcp-check` and `tcp-check`. */
export function ownTcpRules(context: CheckContext): CheckDraft {
  const { check } = context.draft.settings;
  if (firstInSection(context, 'tcp-check rules')) {
    check.tcpRules = [];
    check.unusedTcpRules = false;
  }
  return check;
}

/** Adds a rule to the script of the section. */
export function addTcpRule(context: CheckContext, rule: TcpCheckRule): void {
  const check = ownTcpRules(context);
  check.tcpRules.push(rule);
  check.unusedTcpRules = check.selected.kind !== 'tcp';
}

/** The section's HTTP rules, to add one to them. */
export function withHttpRule(context: CheckContext): CheckDraft {
  const check = ownHttpRules(context);
  check.unusedHttpRules = check.selected.kind !== 'http';
  return check;
}

/** Chooses the kind of check. Rules of other kinds that stand there already are kept without a word. */
export function selectCheck(context: CheckContext, kind: CheckKind): void {
  const { check } = context.draft.settings;
  check.selected = kind;
  check.unusedHttpRules = false;
  check.unusedTcpRules = false;
}

function firstInSection(context: CheckContext, mark: string): boolean {
  const { written } = context.draft;
  if (written.has(mark)) return false;
  written.set(mark, context.line.words[0]!.span);
  return true;
}

/** Reports a problem of a rule, framed by the rule's keyword. The rules before it are forgotten: no later one is held against them (measured). */
export function ruleProblem(context: CheckContext, keyword: string, message: string, word?: Word): void {
  context.report({ code: 'bad-check-rule', message: `'${keyword}' : ${message}`, word });
  const { check } = context.draft.settings;
  if (keyword.startsWith('http-check ')) dropHttpRules(check);
  if (keyword.startsWith('tcp-check ')) check.tcpRules = [];
}

/** Reports a part of a rule that HAProxy has and hapax has not. */
export function ruleNotYet(context: CheckContext, keyword: string, what: string, word?: Word): void {
  const message = `'${keyword}' : ${notSupportedYet(`'${what}'`)}`;
  context.report({ code: 'not-supported-yet', message, word });
}

/** The value behind `words[at]`, or undefined after saying that `keyword` misses it. */
export function valueAfter(
  context: CheckContext,
  keyword: string,
  words: readonly Word[],
  at: number,
  missing: string,
): Word | undefined {
  const value = words[at + 1];
  if (value !== undefined && value.text !== '') return value;
  ruleProblem(context, keyword, missing, words[at]);
  return undefined;
}

/** Translates a regular expression, or reports it; the answer is a source for `compilePattern`. */
export function readPattern(
  context: CheckContext,
  keyword: string,
  word: Word,
  ignoreCase = false,
): string | undefined {
  // Answers are held one byte a character, so the pattern is too.
  const bytes = wordBytes(word.text).toString('latin1');
  const pattern = translatePattern(ignoreCase ? `(?i)${bytes}` : bytes, false);
  if (pattern.ok) return pattern.source;
  if (pattern.unsupported) ruleNotYet(context, keyword, pattern.message, word);
  else ruleProblem(context, keyword, `${patternMessage(word.text, pattern)}.`, word);
  return undefined;
}
