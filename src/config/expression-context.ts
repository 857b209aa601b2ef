/** What expressions of a line ask for (files, ACLs, addresses), and how their mistakes are reported. */
import type { ExpressionProblem, ExpressionReference, Surroundings } from '../expressions/surroundings.ts';
import type { Range } from '../grammar/expression.ts';
import { wordBytes } from '../grammar/line.ts';
import { readUpTo } from './bounded-read.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import type { LineContext, Word } from './keyword.ts';
import { firstTarget } from './keyword-versions.ts';
import { isBefore } from './language-versions.ts';
import { patternMessage, translatePattern } from './pcre.ts';
import type { Span } from './place.ts';

/** Larger pattern files are refused. */
const MAX_PATTERN_FILE = 1 << 26;

/** Lines of a file of patterns; undefined where it cannot be read. */
function readLines(path: string): readonly string[] | undefined {
  try {
    const lines = readUpTo(path, MAX_PATTERN_FILE)?.toString('utf8').split('\n');
    if (lines?.[lines.length - 1] === '') lines.pop();
    return lines?.map((line) => line.replace(/\r$/, ''));
  } catch {
    return undefined;
  }
}

function translate(pattern: string, ignoreCase: boolean): { readonly source: string } | { readonly message: string } {
  const text = wordBytes(pattern).toString('latin1');
  const translated = translatePattern(ignoreCase ? `(?i)${text}` : text, false);
  return translated.ok ? { source: translated.source } : { message: patternMessage(pattern, translated) };
}

/**
 * The surroundings of an expression on a proxy's line. `usedBy` says what holds it, for messages about names it refers to (`log-format
 * string`); an ACL's need none.
 */
export function surroundings(context: LineContext<ProxyDraft>, usedBy = ''): Surroundings {
  const { draft, config } = context;
  return {
    ...formatSurroundings(draft, config, context.line.words[0]!.span, usedBy),
    has: (kind, name) => {
      if (isNew(kind, name, config) && !config.strict) {
        const message = `HAProxy ${config.target} has no '${name}' yet.`;
        context.report({ code: 'newer-than-target', severity: 'warning', message });
      }
      return hasName(kind, name, config);
    },
    warn: (message) => context.report({ code: 'acl-never-matches', severity: 'warning', message, raw: true }),
  };
}

/** Whether the target has not got a fetch or a converter. */
function isNew(kind: 'fetch' | 'converter', name: string, { target }: ConfigDraft): boolean {
  const since = target === undefined ? undefined : firstTarget(kind, name);
  return since !== undefined && isBefore(target!, since);
}

/** To an older HAProxy a newer name is none. */
function hasName(kind: 'fetch' | 'converter', name: string, config: ConfigDraft): boolean {
  return !config.strict || !isNew(kind, name, config);
}

/** The surroundings of a log-format string that is read when all lines are: `span` is its place. */
export function formatSurroundings(draft: ProxyDraft, config: ConfigDraft, span: Span, usedBy: string): Surroundings {
  return {
    aclsNamed: (name) => draft.acls.get(name),
    aclNames: draft.acls.keys(),
    readLines,
    translate,
    has: (kind, name) => hasName(kind, name, config),
    addressesOf: (name) => {
      const lookup = config.hosts.get(name);
      return lookup?.ok ? lookup.addresses.map((each) => each.address) : [];
    },
    refer: (reference: ExpressionReference) => draft.references.push({ ...reference, usedBy, span }),
    warn: () => {},
  };
}

/** Reports a mistake in an expression: HAProxy's message between what comes before and after it, and the words meant. */
export function reportExpression(
  context: LineContext<ProxyDraft>,
  words: readonly Word[],
  problem: ExpressionProblem,
  message: (text: string) => string,
  options: { readonly tight?: boolean; readonly fatal?: boolean } = {},
): void {
  const { unknown } = problem;
  const found = problem.range === undefined ? undefined : wordsAt(words, problem.range);
  const named = found !== undefined && unknown !== undefined ? { ...found.word, text: unknown.name } : found?.word;
  context.report({
    code: unknown === undefined ? 'invalid-expression' : 'unknown-name',
    message: message(problem.message),
    word: named,
    until: found?.until,
    ...(unknown === undefined ? {} : { suggestFrom: [...unknown.known] }),
    ...options,
  });
}

/** The words a range of their joined text lies in (each is followed by one more unit); a part of a word where that can be told. */
function wordsAt(words: readonly Word[], range: Range): { readonly word: Word; readonly until: Word } | undefined {
  let offset = 0;
  let first: Word | undefined;
  for (const word of words) {
    const end = offset + word.text.length;
    if (first === undefined && range.start <= end) first = part(word, range.start - offset, range.end - offset);
    if (first !== undefined && range.end <= end) {
      return { word: first, until: part(word, Math.max(0, range.start - offset), range.end - offset) };
    }
    offset = end + 1;
  }
  const last = words[words.length - 1];
  if (last === undefined) return undefined;
  return { word: first ?? last, until: last };
}

/** A part of a word; the whole word where quotes or variables hide which characters of the line it is. */
function part(word: Word, from: number, to: number): Word {
  const { span, text } = word;
  if (span.end - span.start !== text.length) return word;
  const start = span.start + Math.min(Math.max(0, from), text.length);
  const end = span.start + Math.min(Math.max(0, to), text.length);
  return {
    text: text.slice(start - span.start, end - span.start),
    span: { ...span, start, end: Math.max(end, start) },
  };
}
