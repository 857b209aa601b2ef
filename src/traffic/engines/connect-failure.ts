import type { ConnectFailure } from '../engine.ts';

const FAILURES: Readonly<Record<string, ConnectFailure>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'no-port',
  EADDRINUSE: 'no-port',
  EMFILE: 'too-many-files',
  ENFILE: 'too-many-files',
};

/** What kind of failure an errno's name is for an attempt to connect. */
export function classifyConnectError(code: string): ConnectFailure {
  return FAILURES[code] ?? 'other';
}
