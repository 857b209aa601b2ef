/** `http-check expect` rules, ready to be applied to the answers of many checks. */
import { compilePattern } from '../patterns/pattern.ts';
import { type CheckText, EMPTY_TEXT, type ExpectOutcome, outcomeOf } from './expect-outcome.ts';
import { headerValues } from './header-values.ts';

/** A rule as the configuration gives it. Patterns are sources for `compilePattern` that read bytes held one per character. */
export interface HttpExpectationSource extends ExpectOutcome {
  readonly negate: boolean;
  readonly match:
    | { readonly kind: 'status'; readonly ranges: readonly (readonly [from: number, to: number])[] }
    | { readonly kind: 'rstatus'; readonly pattern: string }
    | { readonly kind: 'string'; readonly text: CheckText }
    | { readonly kind: 'rstring'; readonly pattern: string }
    | { readonly kind: 'hdr' | 'fhdr'; readonly name: TextMatch; readonly value?: TextMatch };
  /** Bytes of the body to wait for. */
  readonly minRecv?: number;
  readonly comment?: string;
}

export interface TextMatch {
  readonly how: 'str' | 'beg' | 'end' | 'sub' | 'reg';
  /** A source for `compilePattern` where `how` is that: then never one that is put together. */
  readonly text: CheckText;
}

/** Names in lower case, values one character a byte. */
export type HttpHeaders = readonly (readonly [name: string, value: string])[];

export interface HttpExpectation extends ExpectOutcome {
  readonly negate: boolean;
  readonly comment: string | undefined;
  readonly looksAt: 'status' | 'headers' | 'body';
  /** Bytes of the body to wait for. With it the body is judged as soon as they are there. */
  readonly minRecv: number | undefined;
  /** How many bytes of a body can match at the least, where that is known. */
  least(): number;
  /** Of a rule that looks at headers; `negate` is not applied. A text says why it cannot be judged. */
  matchesHeaders(headers: HttpHeaders): boolean | string;
  /**
   * `subject`: the status as written, or the body, one character a byte. `open`: more may follow it, so that a pattern
   * bound to the end (`$`) does not match yet. `negate` is not applied. A text says why it cannot be judged.
   */
  matches(subject: string, open: boolean): boolean | string;
}

export function compileExpectation(source: HttpExpectationSource): HttpExpectation {
  const { negate, match, comment } = source;
  const base = { ...outcomeOf(source), negate, comment, minRecv: source.minRecv, least: () => 0 };
  if (isHeaderSource(match)) {
    return { ...base, looksAt: 'headers', matches: () => false, matchesHeaders: headerMatcher(match) };
  }
  const looksAt = match.kind === 'status' || match.kind === 'rstatus' ? 'status' : 'body';
  const least = match.kind === 'string' ? leastOf(match.text) : base.least;
  return { ...base, looksAt, least, matches: matcherOf(match), matchesHeaders: () => false };
}

function leastOf(text: CheckText): () => number {
  const bytes = typeof text === 'function' ? undefined : Buffer.byteLength(text);
  return () => bytes ?? (text as () => string)().length;
}

/** No byte: what stands for the bytes still to come. */
const UNSEEN = '\u0100';

type HeaderSource = Extract<HttpExpectationSource['match'], { readonly kind: 'hdr' | 'fhdr' }>;

function isHeaderSource(match: HttpExpectationSource['match']): match is HeaderSource {
  return match.kind === 'hdr' || match.kind === 'fhdr';
}

function headerMatcher({ kind, name, value }: HeaderSource): HttpExpectation['matchesHeaders'] {
  const makeName = textMatcher(name, true);
  const makeValue = value === undefined ? undefined : textMatcher(value, false);
  return (headers) => {
    const isName = makeName();
    const isValue = makeValue?.() ?? (() => true);
    if (typeof isName === 'string') return isName;
    if (typeof isValue === 'string') return isValue;
    if (value === undefined) return headers.some(([each]) => isName(each));
    return headers.some(([each, line]) => {
      if (!isName(each)) return false;
      return kind === 'fhdr' ? isValue(line) : headerValues(line).some(isValue);
    });
  };
}

type Test = (subject: string) => boolean;

/** Makes the test anew where its text is put together each time. */
function textMatcher({ how, text }: TextMatch, lower: boolean): () => Test | string {
  const fold = (words: string) => (lower ? words.toLowerCase() : words);
  if (typeof text === 'function') {
    return () => {
      const wanted = text();
      return wanted === '' ? EMPTY_TEXT : compare(how, fold(wanted), '');
    };
  }
  const test = compare(how, Buffer.from(fold(text), 'utf8').toString('latin1'), text);
  return () => test;
}

function compare(how: TextMatch['how'], wanted: string, source: string): Test {
  switch (how) {
    case 'str':
      return (subject) => subject === wanted;
    case 'beg':
      return (subject) => subject.startsWith(wanted);
    case 'end':
      return (subject) => subject.endsWith(wanted);
    case 'sub':
      return (subject) => subject.includes(wanted);
    case 'reg': {
      const pattern = compilePattern(source);
      return (subject) => pattern.matches(subject);
    }
  }
}

function matcherOf(match: Exclude<HttpExpectationSource['match'], HeaderSource>): HttpExpectation['matches'] {
  switch (match.kind) {
    case 'status':
      return (status) => match.ranges.some(([from, to]) => Number(status) >= from && Number(status) <= to);
    case 'string': {
      const { text } = match;
      if (typeof text === 'function') {
        return (body) => {
          const wanted = text();
          return wanted === '' ? EMPTY_TEXT : body.includes(wanted);
        };
      }
      const bytes = Buffer.from(text, 'utf8').toString('latin1');
      return (body) => body.includes(bytes);
    }
    default: {
      const pattern = compilePattern(match.pattern);
      return (subject, open) => pattern.matches(subject) && (!open || pattern.matches(`${subject}${UNSEEN}`));
    }
  }
}
