import { otherCase, posixClass, quoteCode, rangeInBothCases } from './pcre-classes.ts';
import { readMemberEscape } from './pcre-escape.ts';
import { PatternProblem } from './pcre-problem.ts';

/** A code of one character, or the inside of a class; `end` is the offset after it. */
type Member = { readonly code: number; readonly end: number } | { readonly inside: string; readonly end: number };

/** Translates the bracket expression that opens at `text[start]`. */
export function readBrackets(
  text: string,
  start: number,
  ignoreCase: boolean,
): { readonly source: string; readonly end: number } {
  const negated = text[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  if (/^\[:\^?\w*:\]/.test(text.slice(start, start + 16))) {
    throw new PatternProblem('POSIX named classes are supported only within a class', start);
  }
  let source = negated ? '[^' : '[';
  let at = first;
  while (at === first || text[at] !== ']') {
    if (at >= text.length) throw new PatternProblem('missing terminating ] for character class', text.length);
    const part = readPart(text, at, ignoreCase);
    source += part.inside;
    at = part.end;
  }
  return { source: `${source}]`, end: at + 1 };
}

/** One class, character or range. */
function readPart(text: string, at: number, ignoreCase: boolean): { readonly inside: string; readonly end: number } {
  const from = readMember(text, at, ignoreCase);
  const rangeFollows = text[from.end] === '-' && text[from.end + 1] !== ']' && from.end + 1 < text.length;
  if ('inside' in from) {
    if (rangeFollows) throw new PatternProblem('invalid range in character class', from.end);
    return from;
  }
  if (!rangeFollows) {
    const other = ignoreCase ? otherCase(from.code) : undefined;
    return { inside: quoteCode(from.code) + (other === undefined ? '' : quoteCode(other)), end: from.end };
  }
  const to = readMember(text, from.end + 1, ignoreCase);
  if ('inside' in to) {
    const named = text[from.end + 1] === '[';
    throw new PatternProblem('invalid range in character class', named ? from.end + 2 : to.end);
  }
  if (to.code < from.code) throw new PatternProblem('range out of order in character class', from.end + 1);
  const inside = ignoreCase ? rangeInBothCases(from.code, to.code) : `${quoteCode(from.code)}-${quoteCode(to.code)}`;
  return { inside, end: to.end };
}

function readMember(text: string, at: number, ignoreCase: boolean): Member {
  const posix = /^\[:(\^?\w*):\]/.exec(text.slice(at, at + 16));
  if (posix !== null) {
    const inside = posixClass(posix[1]!);
    if (inside === undefined) throw new PatternProblem('unknown POSIX class name', at + 2);
    const end = at + posix[0].length;
    return { inside: ignoreCase && /^(?:lower|upper)$/.test(posix[1]!) ? 'A-Za-z' : inside, end };
  }
  const collating = /^\[([.=])[^\]]*\1\]/.exec(text.slice(at, at + 16));
  if (collating !== null) throw new PatternProblem('POSIX collating elements are not supported', at);
  if (text[at] !== '\\') return { code: text.charCodeAt(at), end: at + 1 };
  const found = readMemberEscape(text, at, true);
  switch (found.kind) {
    case 'error':
      throw new PatternProblem(found.message, found.offset, found.unsupported);
    case 'code':
      return { code: found.code, end: found.end };
    case 'class':
      return { inside: found.inside, end: found.end };
    case 'quote':
      return {
        inside: [...found.text].map((character) => quoteCode(character.charCodeAt(0))).join(''),
        end: found.end,
      };
    default:
      throw new PatternProblem('unrecognized character follows \\', at + 1);
  }
}
