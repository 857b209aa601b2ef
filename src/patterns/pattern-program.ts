/** Makes a pattern's tree a program for the machine (pattern-machine.ts). */
import { type CodeSet, firstCodes, type ParsedPattern, type PatternNode, widthOf } from './pattern-node.ts';

/** Instructions; what follows each in the program stands beside it. */
export const ACCEPT = 0;
/** set */
export const SET = 1;
/** where to go on, where else */
export const SPLIT = 2;
/** where to */
export const JUMP = 3;
/** register */
export const SAVE = 4;
/** set, least, most, lazy: a character repeated */
export const RUN = 5;
/** register */
export const ZERO = 6;
/** registers of count and place, least, most, lazy, where to afterwards; its ENTER follows */
export const LOOP = 7;
/** registers of count and place */
export const ENTER = 8;
/** registers: from, before */
export const CLEAR = 9;
/** group, ignoring case */
export const REFERENCE = 10;
export const AT_START = 11;
export const AT_END = 12;
/** 1: at an edge of a word, 0: anywhere else */
export const WORD = 13;
/** negated, where to afterwards; up to ACCEPT the body */
export const AHEAD = 14;
/** negated, where to afterwards, register of its end, least, most; up to ACCEPT the body */
export const BEHIND = 15;
/** where to afterwards; up to ACCEPT the body */
export const ATOMIC = 16;
/** register: a place that must be this one */
export const REACHED = 17;
/** group, register of where it began: only now does it hold this */
export const CLOSE = 18;

/** Stands for no upper bound. */
export const ENDLESS = 0x7fffffff;

export interface PatternProgram {
  readonly code: Int32Array;
  readonly sets: readonly CodeSet[];
  readonly registers: number;
  /** Registers of a group: twice its number, and the next. */
  readonly groups: number;
  readonly pcre: boolean;
  /** With what a match can begin; undefined: with anything or nothing. */
  readonly first: CodeSet | undefined;
}

export function programOf({ root, groups, pcre }: ParsedPattern): PatternProgram {
  const writer = new ProgramWriter(groups, pcre);
  writer.write(root);
  const { code, sets, registers } = writer.end();
  return { code: Int32Array.from(code), sets, registers, groups, pcre, first: firstCodes(root) };
}

class ProgramWriter {
  readonly #code: number[] = [];
  readonly #sets = new Map<CodeSet, number>();
  readonly #pcre: boolean;
  #registers: number;

  constructor(groups: number, pcre: boolean) {
    this.#pcre = pcre;
    this.#registers = 2 * (groups + 1);
  }

  end() {
    this.#code.push(ACCEPT);
    return { code: this.#code, sets: [...this.#sets.keys()], registers: this.#registers };
  }

  write(node: PatternNode): void {
    switch (node.kind) {
      case 'set':
        this.#code.push(SET, this.#setOf(node.set));
        break;
      case 'sequence':
        for (const part of node.parts) this.write(part);
        break;
      case 'choice':
        this.#writeChoice(node.options);
        break;
      case 'group':
        this.#writeGroup(node.number, node.body);
        break;
      case 'reference':
        this.#code.push(REFERENCE, node.group, Number(node.ignoreCase));
        break;
      case 'place':
        this.#writePlace(node.at);
        break;
      case 'atomic':
        this.#enclosed([ATOMIC], [], node.body);
        break;
      case 'look':
        this.#writeLook(node.behind, node.negated, node.body);
        break;
      case 'repeat':
        this.#writeRepeat(node);
        break;
    }
  }

  #writeGroup(number: number, body: PatternNode): void {
    const begin = this.#registers++;
    this.#code.push(SAVE, begin);
    this.write(body);
    this.#code.push(CLOSE, 2 * number, begin);
  }

  #setOf(set: CodeSet): number {
    const number = this.#sets.get(set) ?? this.#sets.size;
    this.#sets.set(set, number);
    return number;
  }

  #writePlace(at: 'start' | 'end' | 'word' | 'no-word'): void {
    if (at === 'start') this.#code.push(AT_START);
    else if (at === 'end') this.#code.push(AT_END);
    else this.#code.push(WORD, Number(at === 'word'));
  }

  #writeChoice(options: readonly PatternNode[]): void {
    const ends: number[] = [];
    for (const option of options.slice(0, -1)) {
      this.#code.push(SPLIT, this.#code.length + 3, 0);
      const other = this.#code.length - 1;
      this.write(option);
      this.#code.push(JUMP, 0);
      ends.push(this.#code.length - 1);
      this.#code[other] = this.#code.length;
    }
    this.write(options.at(-1) as PatternNode);
    for (const end of ends) this.#code[end] = this.#code.length;
  }

  /** A body of its own between an instruction and where that goes on. */
  #enclosed(head: readonly number[], tail: readonly number[], body: PatternNode, reached?: number): void {
    this.#code.push(...head, 0, ...tail);
    const exit = this.#code.length - 1 - tail.length;
    this.write(body);
    if (reached !== undefined) this.#code.push(REACHED, reached);
    this.#code.push(ACCEPT);
    this.#code[exit] = this.#code.length;
  }

  #writeLook(behind: boolean, negated: boolean, body: PatternNode): void {
    if (!behind) {
      this.#enclosed([AHEAD, Number(negated)], [], body);
      return;
    }
    const [least, most] = widthOf(body);
    const end = this.#registers++;
    this.#enclosed([BEHIND, Number(negated)], [end, Math.min(least, ENDLESS), Math.min(most, ENDLESS)], body, end);
  }

  #writeRepeat({ body, min, max, lazy, groups }: Extract<PatternNode, { readonly kind: 'repeat' }>): void {
    const most = Math.min(max, ENDLESS);
    if (body.kind === 'set') {
      this.#code.push(RUN, this.#setOf(body.set), Math.min(min, ENDLESS), most, Number(lazy));
      return;
    }
    const count = this.#registers++;
    const place = this.#registers++;
    this.#code.push(ZERO, count);
    const loop = this.#code.length;
    this.#code.push(LOOP, count, place, Math.min(min, ENDLESS), most, Number(lazy), 0);
    const exit = this.#code.length - 1;
    this.#code.push(ENTER, count, place);
    if (!this.#pcre && groups[0] < groups[1]) this.#code.push(CLEAR, 2 * groups[0], 2 * groups[1]);
    this.write(body);
    this.#code.push(JUMP, loop);
    this.#code[exit] = this.#code.length;
  }
}
