import { type Command, done, type Level } from '../command.ts';

/** `operator` and `user` only ever lower the level: the command itself needs the level it gives. */
function lowerTo(level: Exclude<Level, 'admin'>): Command {
  return {
    words: [level],
    usage: level,
    help: `lower the level of this session to ${level}`,
    level,
    run({ session }) {
      session.level = level;
      return done;
    },
  };
}

export const operator = lowerTo('operator');
export const user = lowerTo('user');
