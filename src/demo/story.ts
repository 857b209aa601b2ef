/** Tells changes of servers as sentences, for readers who have never seen a load balancer. */
import type { ServerSnapshot, ServerState } from './server-snapshot.ts';

export interface Happening {
  /** Wall clock. */
  readonly at: Date;
  readonly mood: 'good' | 'bad' | 'neutral';
  readonly text: string;
}

/** States whose coming and going is told; between them the table shows what is on its way. */
type Standing = 'new' | 'up' | 'down' | 'maintenance' | 'draining';

const STANDING: Readonly<Record<ServerState, Standing>> = {
  new: 'new',
  up: 'up',
  failing: 'up',
  down: 'down',
  recovering: 'down',
  maintenance: 'maintenance',
  draining: 'draining',
};

export function isUsable({ state }: ServerSnapshot): boolean {
  return STANDING[state] === 'up' || state === 'new';
}

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** `its status API answers 500 (Internal Server Error)`, or what went wrong before HTTP. */
function reason({ code, words }: ServerSnapshot): string {
  const said = words === '' || words === 'OK' ? '' : ` (${words})`;
  if (code !== undefined) return `its status API answers ${code}${said}`;
  return `it cannot be asked${said}`;
}

export class Storyteller {
  #last: ReadonlyMap<string, Standing> = new Map();

  /** What has changed since the call before. The first call tells nothing. */
  tell(servers: readonly ServerSnapshot[], at: Date): readonly Happening[] {
    const before = this.#last;
    // Those that passed their first check are told together with the last of them, so that the beginning is one line.
    const waiting = servers.some(({ state }) => state === 'new');
    const now = ({ state }: ServerSnapshot) => (waiting && STANDING[state] === 'up' ? 'new' : STANDING[state]);
    this.#last = new Map(servers.map((server) => [server.name, now(server)]));
    const changed = servers.filter(({ name }) => before.has(name) && before.get(name) !== this.#last.get(name));
    const welcome = changed.filter(({ name }) => before.get(name) === 'new' && this.#last.get(name) === 'up');
    const found: Happening[] = [];
    if (welcome.length > 0) found.push({ at, mood: 'good', text: welcomed(welcome) });
    for (const server of changed) {
      if (welcome.includes(server)) continue;
      found.push({ at, ...this.#change(server, servers) });
    }
    return found;
  }

  #change(server: ServerSnapshot, all: readonly ServerSnapshot[]): Omit<Happening, 'at'> {
    const { name, state } = server;
    const others = all.filter((each) => each !== server && isUsable(each)).map((each) => each.name);
    const rest =
      others.length === 0
        ? 'Nobody is left: visitors are turned away.'
        : `New connections go to ${list.format(others)}.`;
    switch (STANDING[state]) {
      case 'down':
        return { mood: 'bad', text: `${name} is DOWN: ${reason(server)}. ${rest}` };
      case 'maintenance':
        return { mood: 'neutral', text: `${name} is in MAINTenance, as ordered, and is not asked any more. ${rest}` };
      case 'draining':
        return { mood: 'neutral', text: `${name} DRAINs, as ordered: what it has goes on. ${rest}` };
      default:
        return { mood: 'good', text: `${name} is UP again and takes its share of new connections.` };
    }
  }
}

function welcomed(servers: readonly ServerSnapshot[]): string {
  const names = list.format(servers.map(({ name }) => name));
  return servers.length === 1
    ? `${names} is UP: its status API answers 200.`
    : `${names} are UP: their status APIs answer 200.`;
}
