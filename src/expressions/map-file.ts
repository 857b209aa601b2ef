/** Files of maps: a key and a value a line. */
import type { Surroundings } from './surroundings.ts';

/** Reads the file of a `map` converter; blank lines and comments are passed over. */
export function readMap(
  _converter: string,
  path: string,
  around: Surroundings,
): { readonly entries: readonly (readonly [key: string, value: string])[] } | { readonly message: string } {
  const lines = around.readLines(path);
  if (lines === undefined) return { message: `failed to open pattern file <${path}>` };
  const entries: (readonly [string, string])[] = [];
  for (const line of lines) {
    const text = line.replace(/^[ \t]+/, '');
    if (text === '' || text.startsWith('#')) continue;
    const [key = ''] = /^[^ \t]*/.exec(text) ?? [];
    entries.push([key, text.slice(key.length).trim()]);
  }
  return { entries };
}
