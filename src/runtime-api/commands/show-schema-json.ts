import { STATS_SCHEMA } from '../../stats/schema.ts';
import { type Command, dump } from '../command.ts';

export const showSchemaJson: Command = {
  words: ['show', 'schema', 'json'],
  usage: 'show schema json',
  help: 'show the JSON schema of the statistics',
  level: 'user',
  run: () => dump(JSON.stringify(STATS_SCHEMA)),
};
