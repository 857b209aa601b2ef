import { renderInfo } from '../../stats/info.ts';
import { type Command, dump } from '../command.ts';

export const showInfo: Command = {
  words: ['show', 'info'],
  usage: 'show info [desc|json|typed|float]*',
  help: 'show figures of the process',
  level: 'user',
  run({ view, meter, listeners, clients }, args) {
    const form = args.findLast((option) => option === 'typed' || option === 'json');
    const context = { view, meter, listeners, clients, float: args.includes('float') };
    return dump(
      renderInfo(context, {
        form: form === 'typed' || form === 'json' ? form : 'text',
        describe: args.includes('desc'),
      }),
    );
  },
};
