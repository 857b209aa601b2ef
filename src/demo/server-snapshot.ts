/** What the statistics say about the servers, in the words of the demonstration. */
import { STATUS_CODES } from 'node:http';
import type { StatRow } from '../control/start-proxy.ts';
import { BACKEND } from './configuration.ts';

export type ServerState =
  /** Not asked yet. */
  | 'new'
  | 'up'
  /** Up, with a bad answer. */
  | 'failing'
  | 'down'
  /** Down, with a good answer. */
  | 'recovering'
  | 'maintenance'
  | 'draining';

/** The last finished check: HTTP's code, ms, and what the server or the system said. */
export interface LastCheck {
  readonly code: number | undefined;
  readonly duration: number | undefined;
  readonly words: string;
}

export interface ServerSnapshot extends LastCheck {
  readonly name: string;
  readonly state: ServerState;
  /** Sessions now and ever, bytes in both directions. */
  readonly sessions: number;
  readonly sessionsEver: number;
  readonly bytes: number;
}

const NO_CHECK: LastCheck = { code: undefined, duration: undefined, words: '' };

type Fields = StatRow['fields'];

function optional(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function stateOf({ status, check_status }: Fields): ServerState {
  const text = String(status);
  const steps = /\d\/\d/.test(text);
  if (text.startsWith('MAINT')) return 'maintenance';
  if (text.startsWith('DRAIN')) return 'draining';
  if (text.startsWith('DOWN')) return steps ? 'recovering' : 'down';
  // A star stands before the outcome while a check is under way.
  if (/^(\* )?(INI|UNK)$/.test(String(check_status))) return 'new';
  return steps ? 'failing' : 'up';
}

export class ServerWatch {
  readonly #checks = new Map<string, LastCheck>();

  /** The servers behind the address as `rows` of the statistics tell it, in the order of the configuration. */
  look(rows: readonly StatRow[]): readonly ServerSnapshot[] {
    return rows
      .filter(({ kind, fields }) => kind === 'server' && fields.pxname === BACKEND)
      .map(({ fields }) => {
        const number = (name: string) => optional(fields[name]) ?? 0;
        return {
          name: String(fields.svname),
          state: stateOf(fields),
          ...this.#lastCheck(fields),
          sessions: number('scur'),
          sessionsEver: number('stot'),
          bytes: number('bin') + number('bout'),
        };
      });
  }

  /** While a check is under way the columns of the one before are half empty: it is remembered. */
  #lastCheck({ svname, check_status, check_code, check_duration, last_chk }: Fields): LastCheck {
    const name = String(svname);
    if (check_status === undefined) this.#checks.delete(name);
    else if (!String(check_status).startsWith('*')) {
      const code = optional(check_code);
      // Words of servers may hold anything; a terminal gets what is printable.
      const words = String(last_chk || (STATUS_CODES[code ?? 0] ?? '')).replace(/[^\x20-\x7e]/g, '?');
      this.#checks.set(name, { code, duration: optional(check_duration), words });
    }
    return this.#checks.get(name) ?? NO_CHECK;
  }
}
