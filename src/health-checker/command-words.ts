/** A command line split into words, as a shell would without running anything. */

export type CommandWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Blanks part words; quotes of both kinds and backslashes keep what is in them together. Nothing is expanded. */
export function splitCommand(text: string): CommandWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && quote !== "'") {
      const next = text[++at];
      if (next === undefined) return { ok: false, problem: 'it ends with a backslash' };
      // Inside double quotes a backslash stands for itself unless it protects a quote or another backslash.
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return { ok: false, problem: `a quote (${quote}) is not closed` };
  if (word !== undefined) words.push(word);
  return words.length === 0 ? { ok: false, problem: 'it is empty' } : { ok: true, words };
}
