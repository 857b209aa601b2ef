import { parseDuration } from '../../config/duration.ts';
import { type Command, done, failure } from '../command.ts';

export const setTimeoutCli: Command = {
  words: ['set', 'timeout'],
  usage: 'set timeout [cli] <delay>',
  help: 'change the timeout of this session',
  level: 'user',
  run({ session }, [which, delay]) {
    if (which !== 'cli') return failure("'set timeout' only supports 'cli'.");
    if (delay === undefined) return failure('Expects an integer value.');
    const parsed = parseDuration(delay, 's');
    if (!parsed.ok || parsed.trailing !== undefined || parsed.value === 0) return failure('Invalid timeout value.');
    session.timeout = parsed.value;
    return done;
  },
};
