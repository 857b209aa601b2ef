/** Lines that end in parameters (`bind`, `server`, `stats socket`): reading them and wording their problems. */
import {
  type ContextBase,
  type KeywordTable,
  noOtherWords,
  noSiblings,
  type OfLines,
  runParameters,
} from '../dispatch.ts';
import type { LineContext, Word } from '../keyword.ts';
import { suggest } from '../suggest.ts';

type Problem = Parameters<LineContext<never>['report']>[0];

const RAW = { raw: true } as const;
const FRAMED = {} as const;

/** How a line words its problems: what stands around a parameter's message. */
export interface ParameterWording {
  /** A parameter's own message. */
  readonly problem: (message: string) => string;
  /** A word that is no parameter; `near` is the one that may have been meant. */
  readonly unknown: (word: string, near: string | undefined) => string;
  /** What to do about such a word, where that is known. */
  readonly helpForUnknown?: (word: string) => string | undefined;
  /** The message brings its own `[file:line] : `. */
  readonly raw?: boolean;
}

/**
 * Reads the parameters from word `start` on into `draft`. What is not supported yet is reported last, so that a mistake
 * gets HAProxy's message. Answers whether the line is good.
 */
export function readParameters<Section, Draft>(
  context: Omit<LineContext<Section>, OfLines>,
  table: KeywordTable<Draft>,
  draft: Draft,
  start: number,
  wording: ParameterWording,
): boolean {
  const postponed: Problem[] = [];
  let failed = false;
  const raw = wording.raw ? RAW : FRAMED;
  const report = (problem: Problem) => {
    if (problem.code === 'not-supported-yet') {
      postponed.push(problem);
      return;
    }
    if ((problem.severity ?? 'alert') === 'alert' && !problem.harmless) failed = true;
    // A parameter that is raw itself speaks outside of its line's frame.
    if (problem.raw) context.report(problem);
    else context.report({ ...problem, message: wording.problem(problem.message), ...raw });
  };
  const { line, section, config, strict } = context;
  const base: ContextBase<Draft> = {
    line,
    section,
    draft,
    config,
    strict,
    report,
    failed: () => failed,
    siblings: noSiblings,
    readInstead: noOtherWords,
  };
  runParameters(table, base, start, (word) => {
    // An empty word ends the line for HAProxy.
    if (word.text === '') return;
    const near = suggest(word.text, parameterNames(table));
    failed = true;
    const help = wording.helpForUnknown?.(word.text);
    context.report({ code: 'unknown-keyword', message: wording.unknown(word.text, near), word, help, ...raw });
  });
  // With --strict, what hapax lacks counts only where HAProxy finds nothing wrong.
  if (failed && strict) return false;
  for (const problem of postponed) context.report({ ...problem, message: wording.problem(problem.message), ...raw });
  return !failed && postponed.length === 0;
}

function parameterNames<Draft>(table: KeywordTable<Draft>): readonly string[] {
  return table.definitions.map((definition) => definition.name);
}

/** The parameter's value, or undefined after reporting `missing`. */
export function requireValue<Draft>(context: LineContext<Draft>, missing: string): Word | undefined {
  const word = context.args[0];
  if (word !== undefined && word.text !== '') return word;
  context.report({ code: 'missing-argument', message: missing });
  return undefined;
}
