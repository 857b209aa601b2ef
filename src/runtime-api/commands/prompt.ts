import { type Command, done } from '../command.ts';

export const prompt: Command = {
  words: ['prompt'],
  usage: 'prompt',
  help: 'switch the interactive mode on or off',
  level: 'user',
  run({ session }) {
    session.interactive = !session.interactive;
    return done;
  },
};
