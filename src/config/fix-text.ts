/** Rewrites a configuration in today's form, with the edits its diagnostics carry. */
import { applyFixes } from './apply-fixes.ts';
import { type LoadResult, loadSourceFiles, type TextOptions } from './load.ts';
import { sourceFromText } from './source.ts';

/** One edit can lay another bare; a chain longer than this has no end. */
const MAX_ROUNDS = 20;

export interface FixedText {
  readonly text: string;
  /** How many fixes were made. */
  readonly made: number;
  /** What is said of the new text. */
  readonly result: LoadResult;
}

/** Reads, mends, and reads again until nothing is left that has a fix. Comments and layout stay. `name` is for messages. */
export async function fixText(
  text: string,
  name: string,
  options: Omit<TextOptions, 'strict'> = {},
): Promise<FixedText> {
  let current = text;
  let made = 0;
  for (let round = 0; ; round++) {
    const source = sourceFromText(name, current);
    const result = await loadSourceFiles([source], options);
    const fixes = result.diagnostics.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    const next = applyFixes(source, fixes);
    if (next.made === 0 || next.text === current || round === MAX_ROUNDS) return { text: current, made, result };
    current = next.text;
    made += next.made;
  }
}
