import type { Level } from './event-line.ts';

/**
 * What a traffic log line says of one session, with the figures the line shows. Times in ms; -1 where the phase was not
 * reached. A traffic thread uses one record again and again: it is valid during the call, keep a copy if it must last.
 */
export interface SessionRecord {
  /** Index of the frontend in the model: its log settings apply. */
  frontend: number;
  clientHost: string;
  clientPort: number;
  /** Where the client connected to, for the default line. */
  localHost: string;
  localPort: number;
  /** Wall clock, ms since the epoch. */
  acceptedAt: number;
  frontendName: string;
  backendName: string;
  /** `<NOSRV>` when none was chosen. */
  serverName: string;
  queueTime: number;
  connectTime: number;
  totalTime: number;
  /** Server to client. */
  bytesOut: number;
  /** Client to server. */
  bytesIn: number;
  /** Two characters, `--` for a normal end. */
  termination: string;
  actConn: number;
  frontendConn: number;
  backendConn: number;
  serverConn: number;
  retries: number;
  redispatched: boolean;
  serverQueue: number;
  backendQueue: number;
}

/** Where a traffic thread hands its finished (or, with logasap, established) sessions. Never blocks. */
export interface SessionLog {
  /** Called when a session begins, for proxies whose line is the default one. */
  begun(record: SessionRecord): void;
  /** Called when it ends; `null` sessions (no byte either way) are marked by bytesIn and bytesOut of 0. */
  ended(record: SessionRecord): void;
  /** Whether the proxy's sessions need not even be described: nobody reads of them. Absent: they must. */
  isSilent?(proxy: number): boolean;
  /** Something about a proxy that its sessions suffer from. */
  trouble?(proxy: number, level: Level, text: string): void;
}
