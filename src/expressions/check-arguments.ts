/** Arguments of fetches and converters: how many, and of which types. */
import { isIPv4, isIPv6 } from 'node:net';
import type { ParsedArguments, Range } from '../grammar/expression.ts';
import type { Arguments, ArgumentType } from './definition.ts';
import type { ArgumentModel } from './model.ts';

export type CheckedArguments =
  | { readonly ok: true; readonly args: readonly ArgumentModel[] }
  /** `index` is that of the argument meant, from 0. */
  | { readonly ok: false; readonly message: string; readonly index: number; readonly range: Range | undefined };

/** Types whose argument may be empty though it is required: the text is, or the proxy is the one that is being read. */
const mayBeEmpty: ReadonlySet<ArgumentType> = new Set([
  'string',
  'frontend',
  'backend',
  'server',
  'table',
  'user list',
  'regex',
]);

const patterns: Readonly<Partial<Record<ArgumentType, (text: string) => boolean>>> = {
  integer: (text) => /^-?\d+$/.test(text),
  'IPv4 address': isIPv4,
  'IPv6 address': isIPv6,
  'IPv4 mask': (text) => (/^\d+$/.test(text) ? Number(text) <= 32 : isIPv4(text)),
  'IPv6 mask': (text) => (/^\d+$/.test(text) ? Number(text) <= 128 : isIPv6(text)),
  'Protocol buffers field number': (text) => /^\d+(\.\d+)*$/.test(text),
};

/** Checks what stands in the parentheses of `text`. The messages are HAProxy's (measured with 2.6). */
export function checkArguments(text: string, parsed: ParsedArguments | null, expected: Arguments): CheckedArguments {
  const { types, required } = expected;
  const list = parsed?.list ?? (required > 0 ? [{ text: '', start: 0, end: 0 }] : []);
  const args: ArgumentModel[] = [];
  const fail = (message: string, index: number, range?: Range): CheckedArguments => ({
    ok: false,
    message,
    index,
    range,
  });
  for (const [index, argument] of list.entries()) {
    const type = types[index];
    if (type === undefined) {
      if (index === 0 && argument.start === argument.end && list.length === 1) break;
      const rest = text.slice(index === 0 ? argument.start : argument.start - 1);
      return parsed?.closed || list.length > index + 1
        ? fail(`expected ')' before '${rest}'`, index, argument)
        : fail("expected ')'", index, argument);
    }
    if (argument.text === '') {
      if (index < required && !mayBeEmpty.has(type)) {
        return fail(`expected type '${type}' at position ${index + 1}, but got nothing`, index);
      }
    } else if (patterns[type]?.(argument.text) === false) {
      return fail(`failed to parse '${argument.text}' as type '${type}' at position ${index + 1}`, index, argument);
    }
    args.push({ type, text: argument.text });
  }
  if (parsed !== null && !parsed.closed) return fail("expected ')'", args.length, parsed);
  if (args.length < required) {
    const message = `missing arguments (got ${args.length}/${required}), type '${types[args.length]}' expected`;
    return fail(message, args.length, parsed ?? undefined);
  }
  return { ok: true, args };
}
