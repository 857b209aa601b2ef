/** How an ACL compares a sample with its patterns. */
import type { SampleType } from './sample-type.ts';

export const matchMethods = [
  'found',
  'bool',
  'int',
  'ip',
  'bin',
  'len',
  'str',
  'beg',
  'sub',
  'dir',
  'dom',
  'end',
  'reg',
] as const;

/** What stands after `-m`. */
export type MatchMethod = (typeof matchMethods)[number];

/** The type a sample is turned into before it is compared. */
export const comparedAs: Readonly<Record<MatchMethod, SampleType>> = {
  found: 'any',
  bool: 'bool',
  int: 'sint',
  ip: 'addr',
  bin: 'bin',
  len: 'str',
  str: 'str',
  beg: 'str',
  sub: 'str',
  dir: 'str',
  dom: 'str',
  end: 'str',
  reg: 'str',
};

/** The method of an ACL without `-m`; a sample of another type must be given one. */
export function defaultMethod(type: SampleType): MatchMethod | undefined {
  if (type === 'bool') return 'bool';
  if (type === 'sint') return 'int';
  if (type === 'str') return 'str';
  return type === 'addr' || type === 'ipv4' || type === 'ipv6' ? 'ip' : undefined;
}
