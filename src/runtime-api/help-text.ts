/** Lists of commands: for `help` and for a command that is not known. */
import { similarity } from '../config/suggest.ts';
import type { Command } from './command.ts';

/** Column of the colon. */
const USAGE_WIDTH = 40;
const MOST_SUGGESTIONS = 5;
const LEAST_SIMILARITY = 0.3;
/** Longer words are compared by their beginning: a client may send thousands of characters. */
const COMPARED_LENGTH = 40;

/** Always at the end of a list, whatever it is about. */
const LAST = ['help', 'prompt', 'quit'];

/** `  usage     : help` lines, `help`, `prompt` and `quit` last. */
export function helpLines(commands: readonly Command[]): string {
  const last = commands.filter((command) => LAST.includes(command.words.join(' ')));
  const others = commands.filter((command) => !last.includes(command));
  return [...others, ...last].map((command) => `  ${command.usage.padEnd(USAGE_WIDTH)}: ${command.help}\n`).join('');
}

/** The commands whose words begin with the given ones, or the closest ones, with the three that are always listed. */
export function closestCommands(
  words: readonly string[],
  commands: readonly Command[],
): readonly Command[] | undefined {
  const always = commands.filter((command) => LAST.includes(command.words.join(' ')));
  const others = commands.filter((command) => !always.includes(command));
  const sameBeginning = others.filter((command) => words.every((word, index) => command.words[index] === word));
  if (sameBeginning.length > 0) return [...sameBeginning.slice(0, MOST_SUGGESTIONS), ...always];

  const scored = others
    .map((command, position) => ({ command, position, score: score(words, command) }))
    .filter(({ score }) => score >= LEAST_SIMILARITY)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_SUGGESTIONS)
    .sort((a, b) => a.position - b.position);
  return scored.length === 0 ? undefined : [...scored.map(({ command }) => command), ...always];
}

/** Likeness of the command's words and as many of the given ones. A shared first word counts as much as all letters. */
function score(words: readonly string[], command: Command): number {
  const given = words
    .slice(0, command.words.length)
    .map((word) => word.slice(0, COMPARED_LENGTH).toLowerCase())
    .join(' ');
  return similarity(given, command.words.join(' ')) + (words[0] === command.words[0] ? 1 : 0);
}
