/**
 * Log-format strings as functions of a context: text, aliases (`%b`) and samples (`%[...]`) with their flags. Whoever runs
 * one says which aliases it has: those of checks stand in check-aliases.ts.
 */
import type { LogFormatModel, SampleModel } from '../model.ts';
import { compileSample, type FetchRunners } from './compile.ts';
import type { RuleContext, RuleScope } from './context.ts';
import { asText, type IpAddress, type Value } from './value.ts';

/** One character a byte. */
export type FormatRunner = (context: RuleContext) => string;

export interface AliasValue {
  /** Absent: the alias has nothing to say here. */
  readonly value: string | number | IpAddress | undefined;
  /** Written in hexadecimal, with so many digits at least, where the flag X stands. */
  readonly hex?: number;
  /** Never quoted. */
  readonly bare?: boolean;
}

/** What an alias stands for, by its name without `%`. */
export type Aliases = Readonly<Record<string, (context: RuleContext, scope: RuleScope) => AliasValue>>;

export interface FormatParts {
  readonly aliases?: Aliases;
  /** Absent: those of rules about a client's connection. */
  readonly fetches?: FetchRunners;
  /** What stands for something without a value: nothing, or `-` in log lines. */
  readonly missing?: string;
}

interface Flags {
  readonly quote: boolean;
  readonly escaped: boolean;
  readonly hex: boolean;
}

const PLAIN: Flags = { quote: false, escaped: false, hex: false };

export function compileLogFormat(format: LogFormatModel, scope: RuleScope, parts: FormatParts = {}): FormatRunner {
  const { aliases = {}, fetches, missing = '' } = parts;
  const runners: FormatRunner[] = [];
  // `%{+Q}o` sets the flags of everything after it.
  let standing = PLAIN;
  for (const part of format) {
    if (part.kind === 'text') {
      const text = Buffer.from(part.text, 'utf8').toString('latin1');
      runners.push(() => text);
    } else if (part.kind === 'sample') {
      runners.push(sampleRunner(part.sample, scope, fetches, withFlags(standing, part.flags), missing));
    } else if (part.name === 'o') {
      standing = withFlags(standing, part.flags);
    } else {
      const alias = aliases[part.name];
      const flags = withFlags(standing, part.flags);
      if (alias !== undefined) runners.push((context) => writeAlias(alias(context, scope), flags, missing));
    }
  }
  if (runners.length === 1) return runners[0] as FormatRunner;
  return (context) => {
    let line = '';
    for (const run of runners) line += run(context);
    return line;
  };
}

function sampleRunner(
  sample: SampleModel,
  scope: RuleScope,
  fetches: FetchRunners | undefined,
  flags: Flags,
  missing: string,
): FormatRunner {
  const fetch = compileSample(sample, scope, fetches);
  return (context) => {
    const value = fetch(context);
    return finish(value === undefined ? undefined : textOf(value), flags, missing);
  };
}

/** A NUL ends a text, as it does for HAProxy. */
function textOf(value: Value): string {
  const text = asText(value);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function writeAlias({ value, hex, bare }: AliasValue, flags: Flags, missing: string): string {
  if (flags.hex && hex !== undefined && value !== undefined) {
    const digits = typeof value === 'object' ? Buffer.from(value.bytes).toString('hex') : Number(value).toString(16);
    return digits.toUpperCase().padStart(hex, '0');
  }
  const text = value === undefined ? undefined : textOf(value);
  return finish(text, bare === true || typeof value === 'number' ? { ...flags, quote: false } : flags, missing);
}

function finish(text: string | undefined, { quote, escaped }: Flags, missing: string): string {
  if (text === undefined || text === '') return quote ? '""' : missing;
  const written = escaped ? text.replace(/["\\\]]/g, '\\$&') : text;
  return quote ? `"${written}"` : written;
}

/** `+Q,-X` over the flags in force. */
function withFlags(before: Flags, text: string): Flags {
  let flags = before;
  for (const word of text.split(',')) {
    const on = !word.startsWith('-');
    const name = word.replace(/^[-+]/, '').trim();
    if (name === 'Q') flags = { ...flags, quote: on };
    else if (name === 'E') flags = { ...flags, escaped: on };
    else if (name === 'X') flags = { ...flags, hex: on };
  }
  return flags;
}
