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

/** What PCRE says of the group at `start` that begins with `(?` like none that it, or RegExp, has. */
export function strangeGroup(text: string, start: number): PatternProblem {
  const rest = text.slice(start);
  const unfinishedName = /^\(\?(?:P?[<']|P=)(\w*)/.exec(rest);
  if (unfinishedName !== null) {
    const offset = start + unfinishedName[0].length;
    const begin = offset - unfinishedName[1]!.length;
    if (unfinishedName[1] === '') return new PatternProblem('subpattern name expected', begin);
    if (/\d/.test(text.charAt(begin))) {
      return new PatternProblem('subpattern name must start with a non-digit', begin);
    }
    return new PatternProblem('syntax error in subpattern name (missing terminator?)', offset);
  }
  const kind = /^\(\?[imsxnUJ-]*(.?)/.exec(rest)!;
  if (kind[1] === '') return new PatternProblem('missing closing parenthesis', text.length);
  if (/[|R(&+0-9PC^]/.test(kind[1]!)) return new PatternProblem(`(?${kind[1]} is not supported`, start, true);
  return new PatternProblem('unrecognized character after (? or (?-', start + kind[0].length - 1);
}
