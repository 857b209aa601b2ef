import { COMPATIBLE_VERSION } from '../../stats/product.ts';
import { type Command, message } from '../command.ts';

export const showVersion: Command = {
  words: ['show', 'version'],
  usage: 'show version',
  help: 'show the version of this process',
  level: 'user',
  run: () => message(COMPATIBLE_VERSION),
};
