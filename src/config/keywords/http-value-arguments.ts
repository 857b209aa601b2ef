/** Actions whose arguments are times, lengths, flags and regular expressions. */
import { isConditionWord } from '../conditions.ts';
import { parseDuration } from '../duration.ts';
import type { Word } from '../keyword.ts';
import { patternMessage, translatePattern } from '../pcre.ts';
import { type ArgumentProblem, filled, type ReadArguments, sampleProblem } from './http-rule-context.ts';

/** A regular expression PCRE would not compile. */
export function patternProblem(word: Word, before = ''): ArgumentProblem | undefined {
  const translated = translatePattern(word.text, true);
  return translated.ok ? undefined : { message: `${before}${patternMessage(word.text, translated)}`, word };
}

const METHODS = new Set(['str', 'beg', 'end', 'sub', 'reg']);

export const headerDeletion: ReadArguments = ([name, flag, method]) => {
  if (!filled(name)) return { message: 'expects at least 1 argument' };
  if (flag?.text !== '-m') return 1;
  if (!filled(method)) return { message: '-m flag expects exactly 1 argument', word: flag };
  if (!METHODS.has(method.text))
    return { message: `-m with unsupported matching method '${method.text}'`, word: method };
  return (method.text === 'reg' ? patternProblem(name) : undefined) ?? 3;
};

export const capture: ReadArguments = (args, rule) => {
  const [expression, kind, value] = args;
  const request = rule.keyword === 'http-request';
  const wanted = request ? "<expression> [ 'len' <length> | id <idx> ]" : '<expression> id <idx>';
  const own = args.findIndex((word) => isConditionWord(word));
  if ((own < 0 ? args.length : own) < 3 && args.length < 3) return { message: `expects ${wanted}` };
  if (!filled(expression) || !filled(kind) || !filled(value)) return { message: `expects ${wanted}` };
  const wrong = sampleProblem(expression, rule);
  if (wrong !== undefined) return wrong;
  if (kind.text === 'len' && request) {
    return Number.parseInt(value.text, 10) > 0 ? 3 : { message: 'length must be > 0', word: value };
  }
  if (kind.text !== 'id') {
    const list = request ? "'len' or 'id'" : "'id'";
    return { message: `expects ${list}, found '${kind.text}'`, word: kind };
  }
  return /^\d+$/.test(value.text) ? 3 : { message: `cannot parse id '${value.text}'`, word: value };
};

export const newTimeout: ReadArguments = (args, rule) => {
  const [name, value] = args;
  const { draft } = rule.context;
  if (!filled(name) || !filled(value)) return { message: 'expects exactly 2 arguments' };
  if (draft.kind === 'frontend') return { message: `proxy '${draft.name}' has no backend capability` };
  const known = rule.old ? ['server', 'tunnel'] : ['server', 'tunnel', 'client', 'connect', 'queue', 'tarpit'];
  if (!known.includes(name.text))
    return { message: `'set-timeout' rule: unsupported timeout '${name.text}'`, word: name };
  if (/^\d/.test(value.text)) return parseDuration(value.text).ok ? 2 : { message: 'invalid timeout', word: value };
  return sampleProblem(value, rule) ?? 2;
};

export const bodyWait: ReadArguments = (args) => {
  let at = 0;
  let timed = false;
  for (; at < args.length; at += 2) {
    const word = args[at]!;
    if (word.text !== 'time' && word.text !== 'at-least') break;
    const value = args[at + 1];
    if (!filled(value)) return { message: `missing argument for '${word.text}'`, word };
    const odd =
      word.text === 'time' ? oddInTime(value.text) : (/^\d+[kmg]?(.*)$/is.exec(value.text)?.[1] ?? value.text);
    if (odd !== '') return { message: `unexpected character '${odd[0]}'`, word: value };
    if (word.text === 'time') timed = true;
  }
  return timed ? at : { message: 'expects time <time> [ at-least <bytes> ]' };
};

function oddInTime(text: string): string {
  const parsed = parseDuration(text);
  return parsed.ok || parsed.reason === 'overflow' ? '' : parsed.character;
}
