/** All servers of the page at a glance: how many have which colour, and which need somebody's attention. */
import type { BackendRecord } from '../servers/server-record.ts';
import { statusText } from '../servers/status-text.ts';
import { checkStory } from './check-story.ts';
import { counted } from './figures.ts';
import { rowKey } from './page-rows.ts';
import { LEGEND, needsAttention, type ServerClass, serverClass } from './row-class.ts';

/** More of them would only repeat the tables. */
const MOST_TOLD = 8;

export interface Attention {
  /** Of the server's row. */
  readonly key: string;
  readonly path: string;
  readonly className: ServerClass;
  readonly status: string;
  readonly story: string;
}

export interface Summary {
  /** One an entry of the legend. */
  readonly counts: readonly number[];
  readonly servers: number;
  /** Servers that checks found ill, or are about to. */
  readonly troubled: number;
  /** Backends without a server that takes new sessions, be it by failure or by hand. */
  readonly down: readonly string[];
  /** The first of the troubled servers. */
  readonly attention: readonly Attention[];
}

export function summarize(backends: readonly BackendRecord[]): Summary {
  const counts = LEGEND.map(() => 0);
  const attention: Attention[] = [];
  const down: string[] = [];
  let servers = 0;
  let troubled = 0;
  for (const backend of backends) {
    const { proxy, servers: all } = backend;
    if (backend.down) down.push(proxy.name);
    for (const server of all) {
      const className = serverClass(server);
      const entry = LEGEND.findIndex(([classes]) => classes.includes(className));
      counts[entry] = (counts[entry] ?? 0) + 1;
      servers++;
      if (!needsAttention(server)) continue;
      troubled++;
      if (attention.length === MOST_TOLD) continue;
      attention.push({
        key: rowKey(proxy.iid, 'server', server.model.id),
        path: `${proxy.name}/${server.model.name}`,
        className,
        status: statusText(server),
        story: checkStory(server, 'result'),
      });
    }
  }
  return { counts, servers, troubled, down, attention };
}

/** Whether nothing needs anybody's attention. */
export function isFine({ troubled, down }: Summary): boolean {
  return troubled === 0 && down.length === 0;
}

/** The line above the tables. */
export function headline({ servers, troubled, down }: Summary): string {
  const [first] = down;
  if (first !== undefined) {
    const which = down.length === 1 ? first : counted(down.length, 'backend');
    return `${which} take${down.length === 1 ? 's' : ''} no sessions: no server is left. ${ofServers(servers, troubled)}`.trim();
  }
  return (
    ofServers(servers, troubled) ||
    (servers === 1 ? 'Nothing is wrong with the server.' : `Nothing is wrong with ${servers} servers.`)
  );
}

/** Empty where no check found anything. */
function ofServers(servers: number, troubled: number): string {
  if (servers === 0) return 'There are no servers here.';
  if (troubled === 0) return '';
  return `${troubled} of ${servers} server${servers === 1 ? '' : 's'} need${troubled === 1 ? 's' : ''} attention.`;
}
