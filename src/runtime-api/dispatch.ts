/** Finds and runs the command that a list of words names. */
import {
  allows,
  type Command,
  type CommandContext,
  done,
  failure,
  message,
  permissionDenied,
  type Reply,
} from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { closestCommands, helpLines } from './help-text.ts';
import { missingCommandText } from './missing-commands.ts';

/**
 * Runs one command. An empty one (`show info;` has one after the semicolon) answers a blank line, as HAProxy 3.x does.
 * Level comes before arguments: who may not use a command learns nothing else.
 */
export function runCommand(context: CommandContext, words: readonly string[]): Reply {
  if (words.length === 0) return done;
  const command = findCommand(words);
  if (command === undefined) return unknownCommand(context, words);
  if (!allows(context.session.level, command.level)) return permissionDenied;
  return command.run(context, words.slice(command.words.length));
}

/** The command with the most words that the given ones begin with. */
function findCommand(words: readonly string[]): Command | undefined {
  let best: Command | undefined;
  for (const command of COMMANDS) {
    if (command.words.length <= (best?.words.length ?? 0)) continue;
    if (command.words.every((word, index) => words[index] === word)) best = command;
  }
  return best;
}

function unknownCommand(context: CommandContext, words: readonly string[]): Reply {
  const missing = missingCommandText(words);
  if (missing !== undefined) return failure(missing);
  const usable = COMMANDS.filter((command) => allows(context.session.level, command.level));
  const closest = closestCommands(words, usable);
  return message(
    closest === undefined
      ? `Unknown command. Please enter one of the following commands only:\n${helpLines(usable)}`
      : `Unknown command, but maybe one of the following ones is a better match:\n${helpLines(closest)}`,
  );
}
