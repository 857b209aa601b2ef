/** `http-check expect` rules, ready to be applied to the answers of many checks. */

/** A rule as the configuration gives it. Patterns are RegExp sources that read bytes held one per character. */
export interface HttpExpectationSource {
  readonly negate: boolean;
  readonly match:
    | { readonly kind: 'status'; readonly ranges: readonly (readonly [from: number, to: number])[] }
    | { readonly kind: 'rstatus'; readonly pattern: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'rstring'; readonly pattern: string };
  readonly comment?: string;
}

export interface HttpExpectation {
  readonly negate: boolean;
  readonly comment: string | undefined;
  readonly looksAt: 'status' | 'body';
  /**
   * `subject`: the status as written, or the body, one character a byte. `open`: more may follow it, so that a pattern
   * bound to the end (`$`) does not match yet. `negate` is not applied.
   */
  matches(subject: string, open: boolean): boolean;
}

export function compileExpectation(source: HttpExpectationSource): HttpExpectation {
  const { negate, match, comment } = source;
  const looksAt = match.kind === 'status' || match.kind === 'rstatus' ? 'status' : 'body';
  return { negate, comment, looksAt, matches: matcherOf(match) };
}

/** No byte: what stands for the bytes still to come. */
const UNSEEN = '\u0100';

function matcherOf(match: HttpExpectationSource['match']): HttpExpectation['matches'] {
  switch (match.kind) {
    case 'status':
      return (status) => match.ranges.some(([from, to]) => Number(status) >= from && Number(status) <= to);
    case 'string': {
      const bytes = Buffer.from(match.text, 'utf8').toString('latin1');
      return (body) => body.includes(bytes);
    }
    default: {
      const pattern = new RegExp(match.pattern);
      return (subject, open) => pattern.test(subject) && (!open || pattern.test(`${subject}${UNSEEN}`));
    }
  }
}
