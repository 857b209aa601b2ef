import { type Command, done } from '../command.ts';

export const quit: Command = {
  words: ['quit'],
  usage: 'quit',
  help: 'close the connection',
  level: 'user',
  run({ session }) {
    session.quit = true;
    return done;
  },
};
