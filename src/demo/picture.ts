/** Everything there is to show at one moment, and the words both kinds of output share. */
import type { Invitation, Places } from './invitations.ts';
import type { ServerSnapshot } from './server-snapshot.ts';
import type { Happening } from './story.ts';

export interface Picture {
  readonly places: Places;
  readonly invitations: readonly Invitation[];
  readonly servers: readonly ServerSnapshot[];
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  readonly answered: number;
  readonly failed: number;
  /** Since the start, ms. */
  readonly elapsed: number;
  /** When it ends by itself, ms after the start; absent: at Ctrl-C. */
  readonly limit: number | undefined;
}

export function introduction({ servers, places }: Pick<Picture, 'servers' | 'places'>): string {
  const moody = servers.at(-1)?.name ?? '';
  const steady = servers[0]?.name ?? '';
  return (
    `hapax puts two TLS services behind one address, https://${places.address}. Now and then ${moody} says that it is not well; ` +
    `new connections then go to ${steady} alone, and no visitor notices. Watch, or try the commands below.`
  );
}

export function visitorsText({ answered, failed }: Pick<Picture, 'answered' | 'failed'>): string {
  return `Visitors: ${answered} requests answered, ${failed} failed.`;
}

/** `05:31:09`, local time. */
export function clockText(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `1:05`. */
export function elapsedText(elapsed: number): string {
  const seconds = Math.floor(elapsed / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
