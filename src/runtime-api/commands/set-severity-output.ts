import { type Command, done, failure } from '../command.ts';

export const setSeverityOutput: Command = {
  words: ['set', 'severity-output'],
  usage: 'set severity-output [none|number|string]',
  help: 'put the severity before messages of this session',
  level: 'user',
  run({ session }, [output]) {
    if (output !== 'none' && output !== 'number' && output !== 'string') {
      return failure("one of 'none', 'number', 'string' is a required argument");
    }
    session.severityOutput = output;
    return done;
  },
};
