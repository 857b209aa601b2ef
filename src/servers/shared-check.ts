/** What the thread that makes a server's checks has to know of it. */
import { CheckFlag } from './check-board.ts';
import { fullHealth } from './check-health.ts';
import { verdictOf } from './operational-state.ts';
import type { ServerEntry } from './server-entry.ts';
import { Oper } from './server-record.ts';

/** Writes it to the board; nothing where the control thread makes the checks itself. */
export function publishCheck(entry: ServerEntry): void {
  const check = entry.ownCheck;
  const place = check?.place;
  if (check === undefined || place === undefined) return;
  const wanted = entry.checksEnabled && !entry.inMaintenance ? CheckFlag.wanted : 0;
  const up = entry.oper === Oper.stopped ? 0 : CheckFlag.up;
  const settled = wanted !== 0 && isSettled(entry) ? CheckFlag.settled : 0;
  // Switched off, it is looked at again as often as in full health.
  const health = entry.checksEnabled ? check.health : fullHealth(check);
  place.board.publish(place.check, health, wanted | up | settled);
}

/** A check that ends as the last one did would change nothing but its duration. */
function isSettled(entry: ServerEntry): boolean {
  const { ownCheck: check, oper } = entry;
  if (check === undefined || check.status === 'INI' || check.status === 'HANA') return false;
  const verdict = verdictOf(check.status);
  if (verdict === 'failed') return check.health === 0 && oper === Oper.stopped;
  if (check.health < fullHealth(check)) return false;
  // Its agent keeps it down, whatever its checks say.
  if (!entry.healthy) return oper === Oper.stopped;
  return verdict === 'conditional' ? oper === Oper.stopping : oper === Oper.running || oper === Oper.starting;
}
