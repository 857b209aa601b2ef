/**
 * Regular expressions: haproxy.cfg speaks PCRE, JavaScript's RegExp differs. A pattern is translated when the file is read
 * into a RegExp source that needs no flags and means the same on bytes held one per character (latin1).
 */
import { readBrackets } from './pcre-brackets.ts';
import { otherCase, quoteCode } from './pcre-classes.ts';
import { readEscape } from './pcre-escape.ts';
import { PatternProblem } from './pcre-problem.ts';

export type TranslatedPattern =
  | { readonly ok: true; readonly source: string }
  /** `message` and `offset` as PCRE2 says them; `unsupported` when PCRE would take it and RegExp cannot. */
  | { readonly ok: false; readonly message: string; readonly offset: number; readonly unsupported: boolean };

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly extended: boolean;
}

/** Translates a PCRE pattern into the source of a RegExp without flags. */
export function translatePattern(pattern: string): TranslatedPattern {
  try {
    const source = new Translation(pattern).run();
    new RegExp(source);
    return { ok: true, source };
  } catch (error) {
    if (error instanceof PatternProblem) {
      return { ok: false, message: error.message, offset: error.offset, unsupported: error.unsupported };
    }
    if (error instanceof SyntaxError) {
      return { ok: false, message: error.message, offset: 0, unsupported: true };
    }
    throw error;
  }
}

/** HAProxy's words about a pattern that does not compile. */
export function patternMessage(pattern: string, problem: Extract<TranslatedPattern, { ok: false }>): string {
  return `regex '${pattern}' is invalid (error=${problem.message}, erroffset=${problem.offset})`;
}

class Translation {
  private readonly text: string;
  private at = 0;
  private groups = 0;
  private readonly names = new Set<string>();
  private readonly references: { readonly group: number | string; readonly offset: number }[] = [];

  constructor(text: string) {
    this.text = text;
  }

  run(): string {
    const flags = { ignoreCase: false, dotAll: false, multiline: false, extended: false };
    const source = this.alternatives(flags);
    if (this.at < this.text.length) throw new PatternProblem('unmatched closing parenthesis', this.at);
    for (const { group, offset } of this.references) {
      const known = typeof group === 'number' ? group <= this.groups : this.names.has(group);
      if (!known) throw new PatternProblem('reference to non-existent subpattern', offset);
    }
    return source;
  }

  /** Everything up to the `)` that ends the group, or the end. */
  private alternatives(outer: Flags): string {
    let flags = outer;
    let source = '';
    while (this.at < this.text.length && this.text[this.at] !== ')') {
      const character = this.text[this.at]!;
      if (character === '|') {
        this.at++;
        source += '|';
        continue;
      }
      if (flags.extended && /[\s#]/.test(character)) {
        this.at = character === '#' ? this.text.indexOf('\n', this.at) + 1 || this.text.length : this.at + 1;
        continue;
      }
      const inline = /^\(\?([imsxnUJ]*)(?:-([imsx]*))?\)/.exec(this.text.slice(this.at));
      if (inline !== null) {
        flags = this.applyFlags(flags, inline[1]!, inline[2] ?? '');
        this.at += inline[0].length;
        continue;
      }
      const atom = this.atom(flags, character);
      source += atom === undefined ? '' : atom + this.quantifier(flags);
    }
    return source;
  }

  private applyFlags(flags: Flags, on: string, off: string): Flags {
    if (/[nUJ]/.test(on)) throw new PatternProblem(`option (?${on})`, this.at, true);
    const set = (letter: string, now: boolean) => (on.includes(letter) || now) && !off.includes(letter);
    return {
      ignoreCase: set('i', flags.ignoreCase),
      dotAll: set('s', flags.dotAll),
      multiline: set('m', flags.multiline),
      extended: set('x', flags.extended),
    };
  }

  /** One thing that may be repeated; absent for what leaves nothing behind (a comment). */
  private atom(flags: Flags, character: string): string | undefined {
    switch (character) {
      case '(':
        return this.group(flags);
      case '[':
        return this.brackets(flags);
      case '\\':
        return this.escape(flags);
      case '.':
        this.at++;
        return flags.dotAll ? '[^]' : '[^\\n]';
      case '^':
        this.at++;
        return flags.multiline ? '(?<![^\\n])' : '^';
      case '$':
        this.at++;
        return flags.multiline ? '(?=\\n|$)' : '(?=\\n?$)';
      case '*':
      case '+':
      case '?':
        throw new PatternProblem('quantifier does not follow a repeatable item', this.at);
      default:
        this.at++;
        return this.literal(character.charCodeAt(0), flags);
    }
  }

  private literal(code: number, flags: Flags): string {
    const other = flags.ignoreCase ? otherCase(code) : undefined;
    return other === undefined ? quoteCode(code) : `[${quoteCode(code)}${quoteCode(other)}]`;
  }

  private quantifier(flags: Flags): string {
    while (flags.extended && /\s/.test(this.text.charAt(this.at)) && this.at < this.text.length) this.at++;
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.text.slice(this.at));
    if (found === null) return '';
    const [whole, low, , high] = found;
    if (low !== undefined) {
      const tooBig = [low, high].find((bound) => Number(bound) > 65535);
      if (tooBig !== undefined) {
        const offset = this.text.indexOf(tooBig, this.at) + tooBig.length;
        throw new PatternProblem('number too big in {} quantifier', offset);
      }
      if (high !== '' && Number(high) < Number(low)) {
        throw new PatternProblem('numbers out of order in {} quantifier', this.at + whole.length - 1);
      }
    }
    this.at += whole.length;
    const next = this.text[this.at];
    if (next === '+') throw new PatternProblem('possessive quantifiers are not supported', this.at, true);
    if (next !== '?') return whole;
    this.at++;
    return `${whole}?`;
  }

  private group(flags: Flags): string | undefined {
    const start = this.at;
    const rest = this.text.slice(start);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    if (comment !== null) {
      this.at += comment[0].length;
      return undefined;
    }
    if (rest.startsWith('(*')) throw new PatternProblem('verbs are not supported', start, true);
    const backReference = /^\(\?P=(\w+)\)/.exec(rest);
    if (backReference !== null) {
      this.at += backReference[0].length;
      this.references.push({ group: backReference[1]!, offset: start + 4 });
      return `\\k<${backReference[1]}>`;
    }
    const scoped = /^\(\?([imsx]*)(?:-([imsx]*))?:/.exec(rest);
    const named = /^\(\?P?<([A-Za-z_]\w*)>|^\(\?'([A-Za-z_]\w*)'/.exec(rest);
    const look = /^\(\?<?[=!]/.exec(rest);
    let inner = flags;
    let open: string;
    if (scoped !== null) {
      inner = this.applyFlags(flags, scoped[1]!, scoped[2] ?? '');
      open = '(?:';
      this.at += scoped[0].length;
    } else if (look !== null) {
      open = look[0];
      this.at += look[0].length;
    } else if (named !== null) {
      const name = (named[1] ?? named[2])!;
      this.names.add(name);
      this.groups++;
      open = `(?<${name}>`;
      this.at += named[0].length;
    } else if (rest.startsWith('(?')) {
      throw this.strangeGroup(rest, start);
    } else {
      this.groups++;
      open = '(';
      this.at++;
    }
    const body = this.alternatives(inner);
    if (this.text[this.at] !== ')') throw new PatternProblem('missing closing parenthesis', this.text.length);
    this.at++;
    return `${open}${body})`;
  }

  private strangeGroup(rest: string, start: number): PatternProblem {
    const unfinishedName = /^\(\?P?[<'](\w*)/.exec(rest);
    if (unfinishedName !== null) {
      const offset = start + unfinishedName[0].length;
      return new PatternProblem('syntax error in subpattern name (missing terminator?)', offset);
    }
    const kind = /^\(\?[imsxnUJ-]*(.?)/.exec(rest)!;
    if (kind[1] === '') return new PatternProblem('missing closing parenthesis', this.text.length);
    if (/[>|R(&+0-9P]/.test(kind[1]!)) return new PatternProblem(`(?${kind[1]} is not supported`, start, true);
    return new PatternProblem('unrecognized character after (? or (?-', start + kind[0].length - 1);
  }

  private escape(flags: Flags): string | undefined {
    const start = this.at;
    const found = readEscape(this.text, start, false);
    if (found.kind === 'error') throw new PatternProblem(found.message, found.offset);
    this.at = found.end;
    switch (found.kind) {
      case 'code':
        return this.literal(found.code, flags);
      case 'class':
        return `[${found.inside}]`;
      case 'assertion':
      case 'piece':
        return found.source;
      case 'number':
        this.references.push({ group: found.group, offset: start + 1 });
        return `(?:\\${found.group})`;
      case 'name':
        this.references.push({ group: found.name, offset: found.at });
        return `\\k<${found.name}>`;
      case 'quote':
        if (found.text === '') return undefined;
        return [...found.text].map((character) => this.literal(character.charCodeAt(0), flags)).join('');
    }
  }

  private brackets(flags: Flags): string {
    const { source, end } = readBrackets(this.text, this.at, flags.ignoreCase);
    this.at = end;
    return source;
  }
}
