import { Word } from '../../servers/shared-table.ts';
import { allows, type Command, done, permissionDenied } from '../command.ts';

/** Highest values go to 0 even while sessions are open, as HAProxy's do; `all` clears what is summed up, too. */
export const clearCounters: Command = {
  words: ['clear', 'counters'],
  usage: 'clear counters [all]',
  help: 'set the highest values to 0 (or every counter)',
  level: 'operator',
  run({ view, control, session }, [what]) {
    const all = what === 'all';
    if (all && !allows(session.level, 'admin')) return permissionDenied;
    for (const block of view.counters) block.clear(all ? 'all' : 'maxima');
    for (let slot = 0; slot < view.slots.count; slot++) {
      view.table.set(slot, Word.currentMax, 0);
      view.table.set(slot, Word.queuedMax, 0);
    }
    if (all) control.clearCounters?.();
    return done;
  },
};
