/** One line of a configuration taken apart into words, with variables put in. A thin typed wrapper over the grammar. */
import { parse } from './generated/haproxy.js';

/** A word; `start` and `end` are UTF-16 offsets in the line, quotes included. */
export interface ParsedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Makes a word of the same. */
export type MakeWord<Word> = (text: string, start: number, end: number) => Word;

export type LineProblemCode = 'quote' | 'hexadecimal' | 'variable-name' | 'variable-brace';

export interface ParsedLine<Word> {
  readonly words: readonly Word[];
  /** The first mistake, and where. The words of such a line mean nothing. */
  readonly problem?: { readonly code: LineProblemCode; readonly at: number };
}

type Part =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'byte'; readonly value: number }
  | { readonly kind: 'quoted'; readonly parts: readonly Part[] }
  | { readonly kind: 'variable'; readonly name: string; readonly list: boolean; readonly fallback: string | null }
  | { readonly kind: 'problem'; readonly code: LineProblemCode; readonly at: number };

interface GrammarWord {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly Part[];
}

type Variable = (name: string) => string | undefined;

const NOT_PLAIN = /["'\\]/;

/** Takes a line (without its line feed) apart. `variable` gives the value of an environment variable. */
export function parseLine(line: string, variable: Variable): ParsedLine<ParsedWord>;
export function parseLine<Word>(line: string, variable: Variable, makeWord: MakeWord<Word>): ParsedLine<Word>;
export function parseLine(
  line: string,
  variable: Variable,
  makeWord: MakeWord<unknown> = parsedWord,
): ParsedLine<unknown> {
  return NOT_PLAIN.test(line) ? parseByGrammar(line, variable, makeWord) : { words: plainWords(line, makeWord) };
}

/** As `MakeWord`. */
export function parsedWord(text: string, start: number, end: number): ParsedWord {
  return { text, start, end };
}

/** Any line, read by grammar/haproxy.peggy, which is the definition of a line. */
export function parseByGrammar<Word>(line: string, variable: Variable, makeWord: MakeWord<Word>): ParsedLine<Word> {
  const words: Word[] = [];
  let problem: ParsedLine<Word>['problem'];
  for (const word of parse(line) as readonly GrammarWord[]) {
    const assembly = new WordAssembly(variable);
    assembly.addAll(word.parts);
    problem = firstProblem(problem, assembly.problem);
    for (const text of assembly.finish()) words.push(makeWord(text, word.start, word.end));
  }
  return problem === undefined ? { words } : { words, problem };
}

/** The words of a line without quotes and escapes, which most lines are: as the grammar would find them, many times as fast. */
function plainWords<Word>(line: string, makeWord: MakeWord<Word>): readonly Word[] {
  const words: Word[] = [];
  const comment = line.indexOf('#');
  const length = comment < 0 ? line.length : comment;
  let start = -1;
  for (let at = 0; at < length; at++) {
    const code = line.charCodeAt(at);
    // A blank, or one of tab, vertical tab, form feed and carriage return.
    if (code === 0x20 || (code < 0x0e && code > 0x08 && code !== 0x0a)) {
      if (start >= 0) words.push(makeWord(line.slice(start, at), start, at));
      start = -1;
    } else if (start < 0) start = at;
  }
  if (start >= 0) words.push(makeWord(line.slice(start, length), start, length));
  return words;
}

/** HAProxy meets a bad escape or variable on its way, and an open quote only at the end of the line. */
function firstProblem(a: Problem, b: Problem): Problem {
  if (a === undefined || b === undefined) return a ?? b;
  return a.code === 'quote' && b.code !== 'quote' ? b : a;
}

type Problem = ParsedLine<never>['problem'];

class WordAssembly {
  readonly #variable: Variable;
  readonly #words: string[] = [];
  #text = '';
  #bytes: number[] = [];
  problem: Problem;

  constructor(variable: Variable) {
    this.#variable = variable;
  }

  addAll(parts: readonly Part[]): void {
    for (const part of parts) this.#add(part);
  }

  finish(): readonly string[] {
    this.#flushBytes();
    this.#words.push(this.#text);
    return this.#words;
  }

  #add(part: Part): void {
    if (part.kind === 'byte') {
      this.#bytes.push(part.value);
      return;
    }
    this.#flushBytes();
    if (part.kind === 'text') this.#text += part.value;
    else if (part.kind === 'quoted') this.addAll(part.parts);
    else if (part.kind === 'problem') this.problem = firstProblem(this.problem, { code: part.code, at: part.at });
    else this.#addVariable(part.name, part.list, part.fallback);
  }

  #addVariable(name: string, list: boolean, fallback: string | null): void {
    const value = this.#variable(name) ?? fallback ?? '';
    if (!list) {
      this.#text += value;
      return;
    }
    const items = value.split(/\s+/).filter((item) => item !== '');
    items.forEach((item, index) => {
      if (index > 0) {
        this.#words.push(this.#text);
        this.#text = '';
      }
      this.#text += item;
    });
  }

  #flushBytes(): void {
    if (this.#bytes.length === 0) return;
    this.#text += decodeBytes(this.#bytes);
    this.#bytes = [];
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes written as `\xHH`: UTF-8 where they are, else one code unit U+DC80..U+DCFF a byte, which `wordBytes` undoes. */
function decodeBytes(bytes: readonly number[]): string {
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return bytes.map((byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
  }
}

/** The bytes a word stands for, `\xHH` escapes that are no UTF-8 included. */
export function wordBytes(text: string): Buffer {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text, 'utf8');
  const chunks: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    chunks.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(chunks);
}
