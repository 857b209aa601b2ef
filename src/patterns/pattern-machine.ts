/**
 * A matcher that goes back like PCRE's and V8's, and counts what it does: after so many steps it gives up. The count, unlike a
 * clock, says the same on a busy machine as on an idle one.
 */
import * as op from './pattern-program.ts';
import { isWord, recurs, setIndex } from './pattern-text.ts';

/** Places to come back to that are kept at most; four numbers each. */
const MOST_PLACES = 500_000;

/** Characters that a tight loop passes in the time of a step, as a power of two. */
const AT_A_STEP = 4;

/** Kinds of what is on the stack: an instruction to go on with, or one of these. */
const UNDO = -1;
const FEWER = -2;
const MORE = -3;

const FAILED = -1;
const GAVE_UP = -2;

/** The stack is of the thread: a match never waits for anything. What a match needed beyond the usual is not kept. */
const USUAL = 1 << 16;
let stack = new Int32Array(USUAL);

export class PatternMachine {
  readonly #program: op.PatternProgram;
  readonly #registers: Int32Array;
  #text = '';
  #steps = 0;
  #top = 0;

  constructor(program: op.PatternProgram) {
    this.#program = program;
    this.#registers = new Int32Array(program.registers);
  }

  /** Whether the pattern is found in the text; undefined: not within so many steps. */
  find(text: string, steps: number): boolean | undefined {
    if (stack.length > USUAL) stack = new Int32Array(USUAL);
    this.#text = text;
    this.#steps = steps;
    this.#registers.fill(-1);
    const { first, code: program } = this.#program;
    const anchored = program[0] === op.AT_START;
    for (let start = 0; start <= text.length; start++) {
      if (first !== undefined) {
        const from = start;
        while (start < text.length && first[setIndex(text, start)] === 0) start++;
        this.#steps -= (start - from) >> AT_A_STEP;
        if (start === text.length) break;
      }
      this.#top = 0;
      const end = this.#run(0, start);
      if (end === GAVE_UP) return undefined;
      if (end !== FAILED) {
        this.#registers[0] = start;
        this.#registers[1] = end;
        return true;
      }
      if (anchored) break;
    }
    return false;
  }

  /** What each group holds after a match; the first is all of it. */
  groups(): (string | undefined)[] {
    return Array.from({ length: this.#program.groups + 1 }, (_, group) => {
      const begin = this.#registers[2 * group] as number;
      return begin < 0 ? undefined : this.#text.slice(begin, this.#registers[2 * group + 1]);
    });
  }

  #push(kind: number, first: number, second: number, third: number): void {
    if (this.#top * 4 === stack.length) {
      const larger = new Int32Array(stack.length * 2);
      larger.set(stack);
      stack = larger;
    }
    const at = this.#top++ * 4;
    stack[at] = kind;
    stack[at + 1] = first;
    stack[at + 2] = second;
    stack[at + 3] = third;
  }

  #set(register: number, value: number): void {
    this.#push(UNDO, register, this.#registers[register] as number, 0);
    this.#registers[register] = value;
  }

  /** Where the match of the instructions from `pc` ends, or what became of it. What it leaves on the stack can be gone back to. */
  #run(from: number, start: number): number {
    const { code: program, sets, pcre } = this.#program;
    const registers = this.#registers;
    const text = this.#text;
    const base = this.#top;
    let pc = from;
    let at = start;
    for (;;) {
      if (--this.#steps < 0 || this.#top > MOST_PLACES) return GAVE_UP;
      let failed = false;
      switch (program[pc]) {
        case op.ACCEPT:
          return at;
        case op.SET:
          failed = at >= text.length || (sets[program[pc + 1] as number] as Uint8Array)[setIndex(text, at)] === 0;
          at++;
          pc += 2;
          break;
        case op.SPLIT:
          this.#push(program[pc + 2] as number, at, 0, 0);
          pc = program[pc + 1] as number;
          break;
        case op.JUMP:
          pc = program[pc + 1] as number;
          break;
        case op.SAVE:
          this.#set(program[pc + 1] as number, at);
          pc += 2;
          break;
        case op.ZERO:
          this.#set(program[pc + 1] as number, 0);
          pc += 2;
          break;
        case op.RUN: {
          const set = sets[program[pc + 1] as number] as Uint8Array;
          const least = at + (program[pc + 2] as number);
          const most = Math.min(text.length, at + (program[pc + 3] as number));
          const lazy = program[pc + 4] === 1;
          const goal = lazy ? Math.min(least, most) : most;
          let end = at;
          while (end < goal && set[setIndex(text, end)] !== 0) end++;
          this.#steps -= (end - at) >> AT_A_STEP;
          failed = end < least;
          if (!failed && lazy && end < most) this.#push(MORE, pc, end, most);
          if (!failed && !lazy && end > least) this.#push(FEWER, pc + 5, end, least);
          at = end;
          pc += 5;
          break;
        }
        case op.LOOP: {
          const done = registers[program[pc + 1] as number] as number;
          const empty = done > 0 && registers[program[pc + 2] as number] === at;
          const least = program[pc + 3] as number;
          const exit = program[pc + 6] as number;
          if (empty && !pcre && done > least) failed = true;
          else if (empty && pcre) pc = exit;
          else if (done < least) pc += 7;
          else if (done >= (program[pc + 4] as number)) pc = exit;
          else if (program[pc + 5] === 1) {
            this.#push(pc + 7, at, 0, 0);
            pc = exit;
          } else {
            this.#push(exit, at, 0, 0);
            pc += 7;
          }
          break;
        }
        case op.ENTER: {
          const count = program[pc + 1] as number;
          this.#set(count, (registers[count] as number) + 1);
          this.#set(program[pc + 2] as number, at);
          pc += 3;
          break;
        }
        case op.CLEAR: {
          const before = program[pc + 2] as number;
          for (let register = program[pc + 1] as number; register < before; register++) {
            if (registers[register] !== -1) this.#set(register, -1);
          }
          pc += 3;
          break;
        }
        case op.REFERENCE: {
          const group = 2 * (program[pc + 1] as number);
          const begin = registers[group] as number;
          const end = registers[group + 1] as number;
          if (begin < 0) failed = pcre;
          else {
            const length = end - begin;
            this.#steps -= length >> AT_A_STEP;
            failed = !recurs(text, begin, at, length, program[pc + 2] === 1);
            at += length;
          }
          pc += 3;
          break;
        }
        case op.CLOSE: {
          const group = program[pc + 1] as number;
          this.#set(group, registers[program[pc + 2] as number] as number);
          this.#set(group + 1, at);
          pc += 3;
          break;
        }
        case op.AT_START:
          failed = at !== 0;
          pc++;
          break;
        case op.AT_END:
          failed = at !== text.length;
          pc++;
          break;
        case op.WORD:
          failed = Number(isWord(text, at - 1) !== isWord(text, at)) !== program[pc + 1];
          pc += 2;
          break;
        case op.REACHED:
          failed = registers[program[pc + 1] as number] !== at;
          pc += 2;
          break;
        case op.ATOMIC: {
          const end = this.#enclosed(pc + 2, at, false);
          if (end === GAVE_UP) return GAVE_UP;
          failed = end === FAILED;
          at = end;
          pc = program[pc + 1] as number;
          break;
        }
        case op.AHEAD: {
          const negated = program[pc + 1] === 1;
          const end = this.#enclosed(pc + 3, at, negated);
          if (end === GAVE_UP) return GAVE_UP;
          failed = (end === FAILED) !== negated;
          pc = program[pc + 2] as number;
          break;
        }
        case op.BEHIND: {
          const negated = program[pc + 1] === 1;
          registers[program[pc + 3] as number] = at;
          const first = Math.max(0, at - (program[pc + 5] as number));
          let end = FAILED;
          for (let place = at - (program[pc + 4] as number); place >= first && end === FAILED; place--) {
            end = this.#enclosed(pc + 6, place, negated);
          }
          if (end === GAVE_UP) return GAVE_UP;
          failed = (end === FAILED) !== negated;
          pc = program[pc + 2] as number;
          break;
        }
        default:
          throw new Error(`no instruction ${program[pc]}`);
      }
      if (!failed) continue;
      // Back to the last place where there was another way.
      for (;;) {
        if (this.#top === base) return FAILED;
        const entry = --this.#top * 4;
        const kind = stack[entry] as number;
        const first = stack[entry + 1] as number;
        const second = stack[entry + 2] as number;
        if (kind === UNDO) {
          registers[first] = second;
          continue;
        }
        if (kind === FEWER) {
          const end = second - 1;
          const least = stack[entry + 3] as number;
          if (end > least) this.#push(FEWER, first, end, least);
          pc = first;
          at = end;
        } else if (kind === MORE) {
          const set = sets[program[first + 1] as number] as Uint8Array;
          if (set[setIndex(text, second)] === 0) continue;
          const end = second + 1;
          const most = stack[entry + 3] as number;
          if (end < most) this.#push(MORE, first, end, most);
          pc = first + 5;
          at = end;
        } else {
          pc = kind;
          at = first;
        }
        break;
      }
    }
  }

  /** A match with no way back into it. `forget`: what it has noted is undone at once. */
  #enclosed(pc: number, at: number, forget: boolean): number {
    const base = this.#top;
    const end = this.#run(pc, at);
    if (end < 0) return end;
    let kept = base;
    if (forget) {
      while (this.#top > base) {
        const entry = --this.#top * 4;
        if (stack[entry] === UNDO) this.#registers[stack[entry + 1] as number] = stack[entry + 2] as number;
      }
      return end;
    }
    for (let each = base; each < this.#top; each++) {
      if (stack[each * 4] !== UNDO) continue;
      stack.copyWithin(kept * 4, each * 4, each * 4 + 4);
      kept++;
    }
    this.#top = kept;
    return end;
  }
}
