import { type Command, dump, failure } from '../command.ts';

export const showEnv: Command = {
  words: ['show', 'env'],
  usage: 'show env [var]',
  help: 'show environment variables of the process',
  level: 'operator',
  run(_context, [name]) {
    if (name === undefined) {
      const lines = Object.entries(process.env).map(([key, value]) => `${key}=${value}\n`);
      return dump(lines.join(''));
    }
    const value = process.env[name];
    return value === undefined ? failure('Variable not found') : dump(`${name}=${value}`);
  },
};
