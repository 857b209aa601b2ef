/** Regular expressions that meet what strangers say: each match ends in bounded time. */
import { setEngineFlags } from '../system/engine-flags.ts';
import { PatternMachine } from './pattern-machine.ts';
import { isLinear } from './pattern-node.ts';
import { type PatternProgram, programOf } from './pattern-program.ts';
import { readPattern } from './pattern-reader.ts';

export interface Pattern {
  /** Whether it is found in the text. A match that takes too long finds nothing, as with HAProxy. */
  matches(text: string): boolean;
  /** The text found and what each group holds; undefined: nothing is found. */
  groups(text: string): readonly (string | undefined)[] | undefined;
}

/** What a match may take: some 50 ms of a processor, and for one that has just taken all of that, half of one. */
const STEPS = 2_000_000;
const FEWER_STEPS = 25_000;

/** After one that took all there is, so many get fewer: a hostile page on each of 500 servers leaves the thread to others. */
const HELD_SHORT = 30;

type Meaning = { readonly native: RegExp } | { readonly program: PatternProgram };

/**
 * Makes a pattern of a source that `readPattern` takes. V8 matches what its linear matcher can go on with where the usual one
 * goes back too often; everything else, which is look-around, references, atoms and repetitions beyond its measure, is for a
 * matcher of ours that gives up.
 */
export function compilePattern(source: string): Pattern {
  const meaning = meaningOf(source);
  if ('program' in meaning) return new CountedPattern(meaning.program);
  const { native } = meaning;
  return { matches: (text) => native.test(text), groups: (text) => groupsOf(native.exec(text)) };
}

const groupsOf = (found: RegExpExecArray | null) => (found === null ? undefined : [...found]);

/** Many servers have the same one. */
const meanings = new Map<string, Meaning>();
const MOST_MEANINGS = 1000;

function meaningOf(source: string): Meaning {
  const known = meanings.get(source);
  if (known !== undefined) return known;
  const parsed = readPattern(source);
  const native = !parsed.pcre && isLinear(parsed.root) && linearMatcherServes();
  const meaning = native ? { native: new RegExp(source) } : { program: programOf(parsed) };
  if (meanings.size >= MOST_MEANINGS) meanings.clear();
  meanings.set(source, meaning);
  return meaning;
}

let serves: boolean | undefined;

/**
 * `(x+x+)+y` takes V8 for ever to find nowhere in a page of x. With this setting, which is the whole process's, it goes on with
 * its linear matcher after 50,000 steps back. False: this V8 is not known to have it.
 */
function linearMatcherServes(): boolean {
  serves ??= setEngineFlags('--enable-experimental-regexp-engine-on-excessive-backtracks');
  return serves;
}

class CountedPattern implements Pattern {
  readonly #machine: PatternMachine;
  #heldShort = 0;

  constructor(program: PatternProgram) {
    this.#machine = new PatternMachine(program);
  }

  matches(text: string): boolean {
    const short = this.#heldShort > 0;
    const found = this.#machine.find(text, short ? FEWER_STEPS : STEPS);
    if (found !== undefined) this.#heldShort = 0;
    else if (short) this.#heldShort--;
    else this.#heldShort = HELD_SHORT;
    return found === true;
  }

  groups(text: string): readonly (string | undefined)[] | undefined {
    return this.matches(text) ? this.#machine.groups() : undefined;
  }
}
