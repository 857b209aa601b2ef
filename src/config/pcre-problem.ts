/** Unwinds the translation of a pattern (pcre.ts, which catches it). `offset` counts characters of the pattern. */
export class PatternProblem extends Error {
  readonly offset: number;
  /** PCRE would take it, hapax cannot. */
  readonly unsupported: boolean;

  constructor(message: string, offset: number, unsupported = false) {
    super(message);
    this.offset = offset;
    this.unsupported = unsupported;
  }
}
