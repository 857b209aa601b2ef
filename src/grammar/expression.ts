/** Sample expressions, ACLs, conditions and log-format strings taken apart. A thin typed wrapper over the grammar. */
import { parse } from './generated/expression.js';

/** UTF-16 offsets in the text that was read. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface ParsedText extends Range {
  readonly text: string;
}

/** A fetch or a converter. The name may be empty. */
export interface ParsedStep extends Range {
  readonly name: string;
  readonly args: ParsedArguments | null;
}

export interface ParsedArguments extends Range {
  /** At least one, be it empty. */
  readonly list: readonly ParsedText[];
  /** The closing parenthesis is there. */
  readonly closed: boolean;
}

/** Ends where something stands that belongs to no sample. */
export interface ParsedSample extends Range {
  readonly fetch: ParsedStep;
  readonly converters: readonly ParsedStep[];
}

export interface ParsedFlag extends ParsedText {
  /** The word after `-f`, `-m` and `-u`, where there is one. */
  readonly value: ParsedText | null;
}

/** Offsets count over the words, each followed by one more unit. */
export interface ParsedAcl {
  readonly expression: ParsedText | null;
  readonly flags: readonly ParsedFlag[];
  /** `--` stood before the patterns. */
  readonly dash: boolean;
  readonly patterns: readonly ParsedText[];
}

export type ParsedTerm = Range &
  (
    | { readonly kind: 'or' }
    /** Negations with nothing after them. */
    | { readonly kind: 'nothing' }
    | { readonly kind: 'reference'; readonly name: string; readonly negated: boolean }
    | {
        readonly kind: 'anonymous';
        readonly words: readonly ParsedText[];
        readonly closed: boolean;
        readonly negated: boolean;
      }
  );

export type ParsedLogPart = Range &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'variable'; readonly name: string; readonly flags: string }
    | {
        readonly kind: 'sample';
        readonly sample: ParsedSample;
        readonly closed: boolean;
        readonly flags: string;
      }
    /** `%{+Q` to the end of the text. */
    | { readonly kind: 'open-flags'; readonly flags: string }
    /** `%{+Q}` with nothing to apply to. */
    | { readonly kind: 'lone-flags'; readonly flags: string }
    /** `%` at the end. */
    | { readonly kind: 'truncated' }
    /** `%` before a blank. */
    | { readonly kind: 'blank' }
  );

/** Reads a sample at the beginning of a text; what follows it is left to the caller. */
export function parseSample(text: string): ParsedSample {
  return parse(text, { startRule: 'wholeSample' }) as ParsedSample;
}

/** Reads the words of an ACL behind its name. */
export function parseAcl(words: readonly string[]): ParsedAcl {
  return parse(terminated(words), { startRule: 'aclLine' }) as ParsedAcl;
}

/** Reads the words behind `if` or `unless`. */
export function parseCondition(words: readonly string[]): readonly ParsedTerm[] {
  return parse(terminated(words), { startRule: 'condition' }) as readonly ParsedTerm[];
}

export function parseLogFormat(text: string): readonly ParsedLogPart[] {
  return parse(text, { startRule: 'logFormat' }) as readonly ParsedLogPart[];
}

function terminated(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join('');
}
