/** What follows `redirect`, as a keyword and as an action. */
import { isConditionWord } from '../conditions.ts';
import { filled, formatProblem, type ReadArguments } from './http-rule-context.ts';

const TYPES = new Set(['location', 'prefix', 'scheme']);
const FLAGS = new Set(['drop-query', 'append-slash', 'ignore-empty']);
const CODES = new Set(['301', '302', '303', '307', '308']);

const LIST =
  "'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' or 'append-slash'";

export const redirectArguments: ReadArguments = (args, rule) => {
  let type: string | undefined;
  let at = 0;
  for (; at < args.length && !isConditionWord(args[at]); at++) {
    const word = args[at]!;
    if (FLAGS.has(word.text) || (word.text === 'keep-query' && !rule.old)) continue;
    const takes = TYPES.has(word.text) || ['code', 'set-cookie', 'clear-cookie'].includes(word.text);
    if (!takes) return { message: `expects ${LIST} (was '${word.text}')`, word };
    const value = args[++at];
    if (!filled(value)) return { message: `missing argument for '${word.text}'`, word };
    if (word.text === 'code' && !CODES.has(value.text)) {
      const message = `'code': unsupported HTTP code '${value.text}' (must be one of 301, 302, 303, 307 or 308)`;
      return { message, word: value };
    }
    if (!TYPES.has(word.text)) continue;
    type = word.text;
    const problem = rule.keyword === 'redirect' ? undefined : formatProblem(value, rule);
    if (problem !== undefined) return problem;
  }
  if (type === undefined) return { message: "redirection type expected ('prefix', 'location', or 'scheme')" };
  if (rule.keyword === 'http-response' && type !== 'location') {
    return { message: "response only supports redirect type 'location'" };
  }
  return at;
};
