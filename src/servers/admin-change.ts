/** What a change of a server's administrative bits means, told apart once for the registry and its tests. */
import { Admin, DRAIN, MAINTENANCE } from './server-record.ts';

export type AdminStep =
  | { readonly kind: 'enters-maintenance' }
  | { readonly kind: 'leaves-maintenance'; readonly forced: boolean; readonly draining: boolean }
  | { readonly kind: 'enters-drain' }
  | { readonly kind: 'leaves-drain' }
  /** One of two causes came or went while the other holds. `own`: the server's own cause holds. */
  | { readonly kind: 'remains'; readonly in: 'maintenance' | 'drain'; readonly own: boolean };

/** The steps between two sets of `Admin` bits, in the order in which they are told (observed: HAProxy 2.6). */
export function adminSteps(before: number, after: number): AdminStep[] {
  const wasMaintenance = (before & MAINTENANCE) !== 0;
  const isMaintenance = (after & MAINTENANCE) !== 0;
  const isDrain = (after & DRAIN) !== 0;
  const ownDrain = (after & Admin.forcedDrain) !== 0;
  if (!wasMaintenance && isMaintenance) return [{ kind: 'enters-maintenance' }];
  if (wasMaintenance && !isMaintenance) {
    const forced = (before & Admin.forcedMaint) !== 0;
    const leaves: AdminStep = { kind: 'leaves-maintenance', forced, draining: isDrain };
    return isDrain ? [leaves, { kind: 'remains', in: 'drain', own: ownDrain }] : [leaves];
  }
  if (wasMaintenance) {
    const gone = before & ~after;
    const inherited = (after & Admin.inheritedMaint) !== 0;
    const own = (after & Admin.forcedMaint) !== 0;
    if ((gone & Admin.forcedMaint) !== 0 && inherited) return [{ kind: 'remains', in: 'maintenance', own: false }];
    if ((gone & Admin.inheritedMaint) !== 0 && own) return [{ kind: 'remains', in: 'maintenance', own: true }];
    return [];
  }
  const wasDrain = (before & DRAIN) !== 0;
  if (!wasDrain && isDrain) return [{ kind: 'enters-drain' }];
  if (wasDrain && !isDrain) return [{ kind: 'leaves-drain' }];
  if (wasDrain && (before & DRAIN) !== (after & DRAIN)) return [{ kind: 'remains', in: 'drain', own: ownDrain }];
  return [];
}

/** The bits after `ready`, `drain` or `maint` was asked for. */
export function adminAfter(before: number, state: 'ready' | 'drain' | 'maint'): number {
  const rest = before & ~(Admin.forcedMaint | Admin.forcedDrain);
  if (state === 'ready') return rest;
  return rest | (state === 'maint' ? Admin.forcedMaint : Admin.forcedDrain);
}

/** The bits of a server whose tracked server has the bits `tracked`. */
export function adminInherited(before: number, tracked: number): number {
  let after = before & ~(Admin.inheritedMaint | Admin.inheritedDrain);
  if ((tracked & MAINTENANCE) !== 0) after |= Admin.inheritedMaint;
  if ((tracked & DRAIN) !== 0) after |= Admin.inheritedDrain;
  return after;
}
