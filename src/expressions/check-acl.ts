/** An ACL: a sample, how it is compared, and with what. */
import { type ParsedFlag, parseAcl, parseSample, type Range } from '../grammar/expression.ts';
import { aclKeywords } from './acl-keywords.ts';
import { checkSample } from './check-sample.ts';
import { comparedAs, defaultMethod, type MatchMethod, matchMethods } from './match-method.ts';
import type { AclModel } from './model.ts';
import { PatternList } from './patterns.ts';
import { castable } from './sample-type.ts';
import type { ExpressionProblem, Surroundings } from './surroundings.ts';

export type CheckedAcl =
  | { readonly ok: true; readonly acl: AclModel }
  | { readonly ok: false; readonly problem: ExpressionProblem };

/** Fetches whose numbers are written as versions. */
const DOTTED: ReadonlySet<string> = new Set(['req.ssl_ver', 'req_ssl_ver']);

/**
 * Checks the words of an ACL (behind its name, or between braces). Ranges of problems count over the words, each followed
 * by one more unit.
 */
export function checkAcl(words: readonly string[], around: Surroundings): CheckedAcl {
  const { expression, flags, dash, patterns } = parseAcl(words);
  const text = expression?.text ?? '';
  const checked = checkSample(text, parseSample(text), { inAcl: true }, around);
  if (!checked.ok) return checked;
  const { sample, keyword } = checked;
  const fail = (message: string, range?: Range): CheckedAcl => ({
    ok: false,
    problem: { message, ...(range === undefined ? {} : { range }) },
  });
  let method = firstMethod(sample.converters.length === 0 ? undefined : sample.output, keyword, sample.output);
  let ignoreCase = false;
  let resolve = true;
  const files: ParsedFlag[] = [];
  for (const flag of flags) {
    const value = flag.value?.text ?? '';
    if (flag.text === '-i') ignoreCase = true;
    else if (flag.text === '-n') resolve = false;
    else if (flag.text === '-f') files.push(flag);
    else if (flag.text === '-u') {
      if (!/^\d+$/.test(value)) return fail('the argument of -u must be an integer', flag.value ?? flag);
    } else if (flag.text === '-m') {
      const named = matchMethods.find((each) => each === value);
      if (named === undefined) {
        const message = `unknown matching method '${value}' when parsing ACL expression`;
        const range = flag.value ?? flag;
        return { ok: false, problem: { message, range, unknown: { name: value, known: matchMethods } } };
      }
      if (!castable(sample.output, comparedAs[named])) {
        return fail(`matching method '${named}' cannot be used with fetch keyword '${keyword}'`, flag.value ?? flag);
      }
      method = named;
    } else if (flag.text !== '-M') {
      const hint = "Please use '--' before any pattern beginning with a '-'";
      return fail(`'${flag.text}' is not a valid ACL option. ${hint}`, flag);
    }
    if (flag.text === '-f' && method === undefined) break;
  }
  if (method === undefined) {
    const message = `matching method must be specified first (using '-m') when using a sample fetch of this type ('${keyword}')`;
    return fail(message, expression ?? undefined);
  }
  if (flags.length === 0 && !dash && patterns.length === 0) warnOfNothing(keyword, method, around);
  const dotted = method === 'int' && DOTTED.has(keyword) && sample.converters.length === 0;
  const list = new PatternList(method, around, { ignoreCase, resolve, dotted });
  for (const file of files) {
    const wrong = addFile(list, file.value?.text ?? '', around);
    if (wrong !== undefined) return fail(wrong, file.value ?? file);
  }
  for (const pattern of patterns) {
    const wrong = list.addWord(pattern.text);
    if (wrong !== undefined) return fail(wrong, pattern);
  }
  return { ok: true, acl: { sample, keyword, match: list.finish() } };
}

/** The method of the ACL keyword, unless converters change what is compared. */
function firstMethod(
  converted: AclModel['sample']['output'] | undefined,
  keyword: string,
  output: AclModel['sample']['output'],
): MatchMethod | undefined {
  return (
    (converted === undefined ? undefined : defaultMethod(converted)) ??
    aclKeywords.get(keyword)?.method ??
    defaultMethod(output)
  );
}

function warnOfNothing(keyword: string, method: MatchMethod, around: Surroundings): void {
  if (method === 'bool' || method === 'found') return;
  around.warn(
    `parsing acl keyword '${keyword}' :\n` +
      '  no pattern to match against were provided, so this ACL will never match.\n' +
      "  If this is what you intended, please add '--' to get rid of this warning.\n" +
      "  If you intended to match only for existence, please use '-m found'.\n" +
      "  If you wanted to force an int to match as a bool, please use '-m bool'.\n",
  );
}

/** Patterns from a file, one a line; blank lines and comments are passed over. */
function addFile(list: PatternList, path: string, around: Surroundings): string | undefined {
  const lines = around.readLines(path);
  if (lines === undefined) return `failed to open pattern file <${path}>`;
  for (const [index, line] of lines.entries()) {
    const text = line.replace(/^[ \t]+/, '');
    if (text === '' || text.startsWith('#')) continue;
    const wrong = list.add(text);
    if (wrong !== undefined) return `${wrong} at line ${index + 1} of file '${path}'`;
  }
  return undefined;
}
