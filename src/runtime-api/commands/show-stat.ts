import { leadingInteger } from '../../config/leading-integer.ts';
import { renderCsv } from '../../stats/csv.ts';
import { collectRows, type Selection } from '../../stats/rows.ts';
import { renderJson, renderTyped } from '../../stats/typed.ts';
import { allows, type Command, dump, failure } from '../command.ts';
import { proxyId } from '../targets.ts';

/** How many words select rows; they must all be there, and come first. */
const SELECTORS = 3;

export const showStat: Command = {
  words: ['show', 'stat'],
  usage: 'show stat [desc|json|no-maint|typed|up]*',
  help: 'show counters of every frontend, backend and server',
  level: 'user',
  run({ view, session }, args) {
    const selected = args.length >= SELECTORS;
    const options = selected ? args.slice(SELECTORS) : args;
    const iid = selected ? proxyId(view, args[0] ?? '') : -1;
    if (iid === undefined) return failure('No such proxy.');
    const selection: Selection = {
      iid,
      types: selected ? leadingInteger(args[1] ?? '') : -1,
      sid: selected ? leadingInteger(args[2] ?? '') : -1,
      up: options.includes('up'),
      noMaint: options.includes('no-maint'),
      addresses: allows(session.level, 'operator'),
    };
    const rows = collectRows(view, selection);
    const form = options.findLast((option) => option === 'typed' || option === 'json');
    if (form === 'json') return dump(renderJson(rows));
    if (form === 'typed') return dump(renderTyped(rows, options.includes('desc')));
    return dump(renderCsv(rows));
  },
};
