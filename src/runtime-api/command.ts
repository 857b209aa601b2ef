/** What a command of the runtime API is: one object a command, one file each in commands/. */
import type { LookupHost } from '../config/address-resolution.ts';
import type { StatsSocketModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import type { ProcessMeter } from '../stats/process-meter.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

export type Level = StatsSocketModel['level'];

const RANK: Readonly<Record<Level, number>> = { user: 0, operator: 1, admin: 2 };

/** Whether a session of level `held` may do what needs `needed`. */
export function allows(held: Level, needed: Level): boolean {
  return RANK[held] >= RANK[needed];
}

export type SeverityOutput = 'none' | 'number' | 'string';

/** What commands may change of the connection they came over. */
export interface CommandSession {
  level: Level;
  /** `prompt`: the connection stays open and every answer ends with `> `. */
  interactive: boolean;
  severityOutput: SeverityOutput;
  /** ms of silence after which the connection is closed. */
  timeout: number;
  /** Set by `quit`: close without another word. */
  quit: boolean;
}

export interface CommandContext {
  readonly view: RuntimeView;
  readonly control: ServerControl;
  readonly meter: ProcessMeter;
  /** The system's resolver. */
  readonly lookup: LookupHost;
  readonly sockets: readonly StatsSocketModel[];
  /** Listening sockets of the process. */
  readonly listeners: number;
  /** Connections to the stats sockets. */
  readonly clients: { readonly total: number; readonly current: number };
  readonly session: CommandSession;
}

/** RFC 5424 numbers, as `set severity-output` shows them. */
export type Severity = 3 | 6;

export interface Reply {
  /** '' for a command that succeeded silently; else text with or without its last line feed. */
  readonly text: string;
  /** Messages carry one, dumps do not. */
  readonly severity?: Severity;
  /** The reply, where it has to be waited for; `text` is nothing then. Never rejects. */
  readonly later?: Promise<Reply>;
}

export interface Command {
  /** The words that name it: `['show', 'stat']`. */
  readonly words: readonly string[];
  /** What `help` shows before the colon, where it is more than the words. */
  readonly usage: string;
  readonly help: string;
  /** The lowest level that may use it. */
  readonly level: Level;
  run(context: CommandContext, args: readonly string[]): Reply;
}

export const done: Reply = { text: '' };

export function dump(text: string): Reply {
  return { text };
}

export function message(text: string): Reply {
  return { text, severity: 6 };
}

export function failure(text: string): Reply {
  return { text, severity: 3 };
}

export const permissionDenied: Reply = failure('Permission denied');
