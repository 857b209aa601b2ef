import type { ConnectFailure } from '../../engine.ts';

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

/** The errno's name of an error from Node; `EIO` when it has none. */
export function errnoName(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'EIO';
}

/** What kind of failure an errno is for an attempt to connect. */
export function classifyConnectError(code: string): ConnectFailure {
  return FAILURES[code] ?? 'other';
}
