/** What is wrong with an argument is said at once and by name: TypeError for another kind of value, RangeError for a wrong one. */
import { setMaxListeners } from 'node:events';
import { inspect } from 'node:util';
import type { CallOptions } from './target.ts';

/** The longest wait of Node's timers, ms. */
export const LONGEST_WAIT = 0x7fffffff;

/** Returns `value`, a number of ms from `least` to the longest a timer can wait. */
export function milliseconds(name: string, value: number, least = 1): number {
  return within(name, value, `a number of milliseconds from ${least} to ${LONGEST_WAIT}`, least, LONGEST_WAIT);
}

/** Returns `value`, a whole number of at least `least` and at most `most`. */
export function wholeNumber(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return within(name, value, `a whole number ${range}`, least, most, Number.isInteger(value));
}

/** Returns `value`, a number that names a TCP port. */
export function portNumber(name: string, value: number): number {
  return wholeNumber(name, value, 1, 65_535);
}

function within(name: string, value: number, wanted: string, least: number, most: number, whole = true): number {
  if (typeof value !== 'number') throw notOfKind(name, wanted, value);
  if (!(whole && value >= least && value <= most)) throw new RangeError(complaint(name, wanted, value));
  return value;
}

/** Returns `value`, which `isOne` takes; `wanted` says in words what that is. */
export function ofKind<T>(name: string, wanted: string, value: T, isOne: (value: unknown) => boolean): T {
  if (!isOne(value)) throw notOfKind(name, wanted, value);
  return value;
}

export function notOfKind(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(complaint(name, wanted, value));
}

/** `port must be a whole number from 1 to 65535, not '80'` */
export function complaint(name: string, wanted: string, value: unknown): string {
  const shown = inspect(value, {
    depth: 0,
    maxStringLength: 60,
    maxArrayLength: 5,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return `${name} must be ${wanted}, not ${shown}`;
}

/** A string, where it is given. */
export function optionalText<T extends string | undefined>(name: string, value: T): T {
  return ofKind(name, 'a string', value, (each) => each === undefined || typeof each === 'string');
}

/** True or false. */
export function flag(name: string, value: boolean): boolean {
  return ofKind(name, 'true or false', value, (each) => typeof each === 'boolean');
}

/** True or false, where it is given. */
export function optionalFlag<T extends boolean | undefined>(name: string, value: T): T {
  return ofKind(name, 'true or false', value, (each) => each === undefined || typeof each === 'boolean');
}

/** A function, where it is given. */
export function optionalFunction<T>(name: string, value: T): T {
  return ofKind(name, 'a function', value, (each) => each === undefined || typeof each === 'function');
}

/** One of a few; undefined may be among them. */
export function oneOf<T extends string | number>(
  name: string,
  words: readonly (T | undefined)[],
  value: T | undefined,
): void {
  const known = words.filter((word) => word !== undefined);
  const wanted = `one of ${known.map((word) => inspect(word)).join(', ')}`;
  ofKind(name, wanted, value, (each) => words.includes(each as T | undefined));
}

/** An object with named values. */
export function record<T extends object>(name: string, value: T): T {
  return ofKind(name, 'an object', value, (each) => typeof each === 'object' && each !== null && !Array.isArray(each));
}

/** An array. */
export function list<T extends readonly unknown[]>(name: string, value: T): T {
  return ofKind(name, 'an array', value, Array.isArray);
}

/** A string that can stand in one line of a protocol: no line end, no NUL. */
export function singleLine(name: string, value: string): string {
  return ofKind(
    name,
    'a string without line ends and NUL',
    value,
    (each) => typeof each === 'string' && !/[\r\n\0]/.test(each),
  );
}

/**
 * The signal of a call. Node takes many listeners of one signal for a leak, and says so on stderr; here each is a call under
 * way.
 */
export function signalOf(options: CallOptions): AbortSignal | undefined {
  const { signal } = record('options', options);
  return optionalSignal(signal);
}

export function optionalSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  ofKind(
    'signal',
    'an AbortSignal',
    signal,
    (each) => typeof (each as Partial<AbortSignal>)?.throwIfAborted === 'function',
  );
  try {
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
  } catch {
    // A signal that is not Node's own, as in a simulated browser; it counts nothing.
  }
  return signal;
}
