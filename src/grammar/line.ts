/** One line of a configuration taken apart into words, with variables put in. A thin typed wrapper over the grammar. */
import { parse } from './generated/haproxy.js';

/** A word; `start` and `end` are UTF-16 offsets in the line, quotes included. */
export interface ParsedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type LineProblemCode = 'quote' | 'hexadecimal' | 'variable-name' | 'variable-brace';

export interface ParsedLine {
  readonly words: readonly ParsedWord[];
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

/** Takes a line (without its line feed) apart. `variable` gives the value of an environment variable. */
export function parseLine(line: string, variable: (name: string) => string | undefined): ParsedLine {
  if (!/["'\\]/.test(line)) return { words: plainWords(line) };
  const words: ParsedWord[] = [];
  let problem: ParsedLine['problem'];
  for (const word of parse(line) as readonly GrammarWord[]) {
    const assembly = new WordAssembly(variable);
    assembly.addAll(word.parts);
    problem = firstProblem(problem, assembly.problem);
    for (const text of assembly.finish()) words.push({ text, start: word.start, end: word.end });
  }
  return problem === undefined ? { words } : { words, problem };
}

const BARE = /[^ \t\v\f\r#]+|#/g;

/** The words of a line without quotes and escapes, which most lines are: as the grammar would find them, ten times as fast. */
function plainWords(line: string): readonly ParsedWord[] {
  const words: ParsedWord[] = [];
  for (const { 0: text, index } of line.matchAll(BARE)) {
    if (text === '#') break;
    words.push({ text, start: index, end: index + text.length });
  }
  return words;
}

/** HAProxy meets a bad escape or variable on its way, and an open quote only at the end of the line. */
function firstProblem(a: ParsedLine['problem'], b: ParsedLine['problem']): ParsedLine['problem'] {
  if (a === undefined || b === undefined) return a ?? b;
  return a.code === 'quote' && b.code !== 'quote' ? b : a;
}

class WordAssembly {
  readonly #variable: (name: string) => string | undefined;
  readonly #words: string[] = [];
  #text = '';
  #bytes: number[] = [];
  problem: ParsedLine['problem'];

  constructor(variable: (name: string) => string | undefined) {
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
