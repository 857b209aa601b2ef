/** `$NAME` without quotes: HAProxy expands it in addresses only, and guides forget that. */
import type { Fix } from './fix.ts';
import { replaceWord } from './fix.ts';
import type { Line, Word } from './keyword.ts';

const VARIABLE = /\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))/g;

/** By first words, which word is an address: it has variables of its own (address.ts). */
const ADDRESSES: Readonly<Record<string, number | undefined>> = {
  bind: 1,
  dispatch: 1,
  log: 1,
  mailer: 2,
  nameserver: 2,
  peer: 2,
  server: 2,
  'server-template': 3,
  source: 1,
  stats: 2,
};

const BEFORE_ADDRESS = new Set(['addr', 'agent-addr', 'check-via-socks4', 'socks4', 'source', 'usesrc']);

export interface UnquotedVariable {
  readonly word: Word;
  readonly fix: Fix;
}

/**
 * A line with the variables of bare words put in, and the words that had any. Only names that are set count: anything else is
 * meant as it stands, be it a regex.
 */
export function expandUnquoted(
  line: Line,
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly line: Line; readonly found: readonly UnquotedVariable[] } {
  const found: UnquotedVariable[] = [];
  const address = ADDRESSES[line.words[0]!.text];
  const words = line.words.map((word, index): Word => {
    const bare = word.text.includes('$') && text.slice(word.span.start, word.span.end) === word.text;
    if (!bare || index === address || BEFORE_ADDRESS.has(line.words[index - 1]?.text ?? '')) return word;
    const expanded = word.text.replace(VARIABLE, (all, braced?: string, plain?: string) => {
      return environment[braced ?? plain ?? ''] ?? all;
    });
    if (expanded === word.text) return word;
    found.push({ word, fix: replaceWord(word, `"${word.text}"`) });
    return { ...word, text: expanded };
  });
  return found.length === 0 ? { line, found } : { line: { ...line, words }, found };
}
