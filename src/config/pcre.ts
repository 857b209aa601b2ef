/**
 * Regular expressions: haproxy.cfg speaks PCRE, JavaScript's RegExp differs. A pattern is translated when the file is read
 * into a source for `compilePattern` (RegExp's language, without flags, and a little more) that means the same on bytes held
 * one per character (latin1).
 */
import { findLooseLook } from '../patterns/pattern-node.ts';
import { PCRE_GROUPS, readPattern } from '../patterns/pattern-reader.ts';
import { readBrackets } from './pcre-brackets.ts';
import { otherCase, quoteCode } from './pcre-classes.ts';
import { readEscape } from './pcre-escape.ts';
import { PatternProblem, strangeGroup } from './pcre-problem.ts';

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

/**
 * Translates a PCRE pattern into a source for `compilePattern`. `capturing`: plain groups keep what they matched and have
 * numbers; where HAProxy has no use for that, only groups with names do.
 */
export function translatePattern(pattern: string, capturing: boolean): TranslatedPattern {
  try {
    return { ok: true, source: new Translation(pattern, capturing).run() };
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

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/;
const NOT_REPEATABLE = 'quantifier does not follow a repeatable item';

class Translation {
  private readonly text: string;
  private readonly capturing: boolean;
  /** It takes more than RegExp, or groups as PCRE has them. */
  private beyond = false;
  private depth = 0;
  private at = 0;
  private groups = 0;
  /** Where what looks behind begins, in this order. */
  private readonly behind: number[] = [];
  private readonly names = new Set<string>();
  private readonly references: { readonly group: number | string; readonly offset: number }[] = [];

  constructor(text: string, capturing: boolean) {
    this.text = text;
    this.capturing = capturing;
  }

  run(): string {
    const flags = { ignoreCase: false, dotAll: false, multiline: false, extended: false };
    const source = this.alternatives(flags);
    if (this.at < this.text.length) throw new PatternProblem('unmatched closing parenthesis', this.at);
    for (const { group, offset } of this.references) {
      const known = typeof group === 'number' ? group <= this.groups : this.names.has(group);
      if (!known) throw new PatternProblem('reference to non-existent subpattern', offset);
    }
    const written = this.beyond ? PCRE_GROUPS + source : source;
    const loose = findLooseLook(readPattern(written).root);
    if (loose !== undefined) throw new PatternProblem('lookbehind assertion is not fixed length', this.behind[loose]!);
    return written;
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
      const place = /^(?:[\^$]|\\[bBAzZG])/.test(this.text.slice(this.at));
      const atom = this.atom(flags, character);
      source += atom === undefined ? '' : atom + this.quantifier(flags, !place);
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
        // A line begins behind every end of one, if anything follows there.
        if (!flags.multiline) return '^';
        this.behind.push(this.at - 1);
        return '(?:^|(?<=\\n)(?!$))';
      case '$':
        this.at++;
        if (flags.multiline) return '(?=\\n|$)';
        // Where nothing can follow, it need not look ahead, which the linear matcher cannot.
        return this.depth === 0 && /^(?:\||$)/.test(this.text.slice(this.at)) ? '\\n?$' : '(?=\\n?$)';
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(NOT_REPEATABLE, this.at);
      default: {
        const quantifier = character === '{' ? QUANTIFIER.exec(this.text.slice(this.at)) : null;
        if (quantifier !== null) throw new PatternProblem(NOT_REPEATABLE, this.at + quantifier[0].length - 1);
        this.at++;
        return this.literal(character.charCodeAt(0), flags);
      }
    }
  }

  private literal(code: number, flags: Flags): string {
    const other = flags.ignoreCase ? otherCase(code) : undefined;
    return other === undefined ? quoteCode(code) : `[${quoteCode(code)}${quoteCode(other)}]`;
  }

  private quantifier(flags: Flags, repeatable: boolean): string {
    while (flags.extended && /\s/.test(this.text.charAt(this.at)) && this.at < this.text.length) this.at++;
    const nothing = /^(?:\(\?#[^)]*\)|\\Q\\E|\\E)+(?=[*+?]|\{\d+(?:,\d*)?\})/.exec(this.text.slice(this.at));
    if (nothing !== null) this.at += nothing[0].length;
    const found = QUANTIFIER.exec(this.text.slice(this.at));
    if (found === null) return '';
    if (!repeatable) throw new PatternProblem(NOT_REPEATABLE, this.at + found[0].length - 1);
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
    if (next === '+') this.beyond = true;
    if (next !== '?' && next !== '+') return whole;
    this.at++;
    return whole + next;
  }

  private group(flags: Flags): string | undefined {
    const start = this.at;
    const rest = this.text.slice(start);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    if (comment === null && rest.startsWith('(?#')) {
      throw new PatternProblem('missing ) after (?# comment', this.text.length);
    }
    if (comment !== null) {
      this.at += comment[0].length;
      return undefined;
    }
    if (rest.startsWith('(*')) throw new PatternProblem('verbs are not supported', start, true);
    const backReference = /^\(\?P=(\w+)\)/.exec(rest);
    if (backReference !== null) {
      this.at += backReference[0].length;
      return this.reference(backReference[1]!, start + 4, flags);
    }
    const scoped = /^\(\?([imsx]*)(?:-([imsx]*))?:/.exec(rest);
    const named = /^\(\?P?<([A-Za-z_]\w*)>|^\(\?'([A-Za-z_]\w*)'/.exec(rest);
    const look = /^\(\?(?:<?[=!]|>)/.exec(rest);
    let inner = flags;
    let open: string;
    if (scoped !== null) {
      inner = this.applyFlags(flags, scoped[1]!, scoped[2] ?? '');
      open = '(?:';
      this.at += scoped[0].length;
    } else if (look !== null) {
      open = look[0];
      this.beyond ||= open === '(?>';
      if (open.startsWith('(?<')) this.behind.push(start);
      this.at += look[0].length;
    } else if (named !== null) {
      const name = (named[1] ?? named[2])!;
      if (this.names.has(name)) {
        const message = 'two named subpatterns have the same name (PCRE2_DUPNAMES not set)';
        throw new PatternProblem(message, start + named[0].length);
      }
      this.names.add(name);
      this.groups++;
      open = `(?<${name}>`;
      this.at += named[0].length;
    } else if (rest.startsWith('(?')) {
      throw strangeGroup(this.text, start);
    } else {
      if (this.capturing) this.groups++;
      open = this.capturing ? '(' : '(?:';
      this.at++;
    }
    this.depth++;
    const body = this.alternatives(inner);
    this.depth--;
    if (this.text[this.at] !== ')') throw new PatternProblem('missing closing parenthesis', this.text.length);
    this.at++;
    // RegExp does not repeat what looks behind.
    const wrapped = /^\(\?<[=!]/.test(open) && QUANTIFIER.test(this.text.slice(this.at));
    return wrapped ? `(?:${open}${body}))` : `${open}${body})`;
  }

  private reference(group: number | string, offset: number, { ignoreCase }: Flags): string {
    this.references.push({ group, offset });
    this.beyond = true;
    return `${ignoreCase ? '(?i:' : '(?:'}\\${typeof group === 'number' ? group : `k<${group}>`})`;
  }

  private escape(flags: Flags): string | undefined {
    const start = this.at;
    const found = readEscape(this.text, start, this.groups);
    if (found.kind === 'error') throw new PatternProblem(found.message, found.offset, found.unsupported);
    this.at = found.end;
    switch (found.kind) {
      case 'code':
        return this.literal(found.code, flags);
      case 'class':
        return `[${found.inside}]`;
      case 'atomic':
        this.beyond = true;
        return found.source;
      case 'assertion':
      case 'piece':
        return found.source;
      case 'number':
        return this.reference(found.group, found.end - 1, flags);
      case 'name':
        return this.reference(found.name, found.at, flags);
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
