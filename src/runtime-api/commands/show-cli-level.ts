import { type Command, message } from '../command.ts';

export const showCliLevel: Command = {
  words: ['show', 'cli', 'level'],
  usage: 'show cli level',
  help: 'show the level of this session',
  level: 'user',
  run: ({ session }) => message(session.level),
};
