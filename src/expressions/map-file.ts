/** Files of maps: a key and a value a line. */
import { matchMethods } from './match-method.ts';
import { PatternList } from './patterns.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Reads the file of a `map` converter; blank lines and comments are passed over. Keys are checked as patterns; regular expressions come
 * out translated.
 */
export function readMap(
  converter: string,
  path: string,
  around: Surroundings,
): { readonly entries: readonly (readonly [key: string, value: string])[] } | { readonly message: string } {
  const lines = around.readLines(path);
  if (lines === undefined) return { message: `failed to open pattern file <${path}>` };
  const method = matchMethods.find((each) => converter.split('_')[1]?.startsWith(each)) ?? 'str';
  const entries: (readonly [string, string])[] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.replace(/^[ \t]+/, '');
    if (text === '' || text.startsWith('#')) continue;
    const [key = ''] = /^[^ \t]*/.exec(text) ?? [];
    const patterns = new PatternList(method, around, { ignoreCase: false, resolve: true, dotted: false });
    const wrong = patterns.add(key);
    if (wrong !== undefined) return { message: `${wrong} at line ${index + 1} of file '${path}'` };
    const read = patterns.finish();
    const meant = read.method === 'reg' ? (read.patterns[0] ?? key) : key;
    entries.push([meant, text.slice(key.length).trim()]);
  }
  return { entries };
}
