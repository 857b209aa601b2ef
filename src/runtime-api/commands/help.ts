import { allows, type Command, message } from '../command.ts';
import { closestCommands, helpLines } from '../help-text.ts';

/** Made over the table it is part of. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    words: ['help'],
    usage: 'help [<command>]',
    help: 'list the commands, or those that match',
    level: 'user',
    run({ session }, args) {
      const usable = commands().filter((command) => allows(session.level, command.level));
      const shown = args.length === 0 ? usable : (closestCommands(args, usable) ?? usable);
      return message(`The following commands are valid at this level:\n${helpLines(shown)}`);
    },
  };
}
