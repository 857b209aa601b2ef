import type { AddressModel, ProxyModel, ServerModel } from '../config/model.ts';

/** Names of check outcomes as `check_status` shows them; texts in reference order of severity. */
export const CHECK_DESCRIPTIONS = {
  UNK: 'Unknown',
  INI: 'Initializing',
  CHECKED: 'No status change',
  HANA: 'Health analyze',
  SOCKERR: 'Socket error',
  L4OK: 'Layer4 check passed',
  L4TOUT: 'Layer4 timeout',
  L4CON: 'Layer4 connection problem',
  L6OK: 'Layer6 check passed',
  L6TOUT: 'Layer6 timeout',
  L6RSP: 'Layer6 invalid response',
  L7TOUT: 'Layer7 timeout',
  L7RSP: 'Layer7 invalid response',
  L7OK: 'Layer7 check passed',
  L7OKC: 'Layer7 check conditionally passed',
  L7STS: 'Layer7 wrong status',
  PROCERR: 'External check error',
  PROCTOUT: 'External check timeout',
  PROCOK: 'External check passed',
} as const;
export type CheckStatus = keyof typeof CHECK_DESCRIPTIONS;

/** Operational state, numbered as `show servers state` prints it. */
export const Oper = { stopped: 0, starting: 1, running: 2, stopping: 3 } as const;
export type Oper = (typeof Oper)[keyof typeof Oper];

/** Administrative state bits, valued as `show servers state` prints them (`srv_admin_state`). */
export const Admin = {
  forcedMaint: 0x01,
  inheritedMaint: 0x02,
  /** `disabled` in the configuration; stays set when the server is made ready. */
  configMaint: 0x04,
  forcedDrain: 0x08,
  inheritedDrain: 0x10,
  resolutionMaint: 0x20,
} as const;

/** Bits that take a server out of service. `configMaint` alone only says that it was `disabled` when it started. */
export const MAINTENANCE = Admin.forcedMaint | Admin.inheritedMaint | Admin.resolutionMaint;
/** Bits that keep new sessions away while the others go on. */
export const DRAIN = Admin.forcedDrain | Admin.inheritedDrain;

/** Where the last check of a server stands. */
export interface CheckState {
  status: CheckStatus;
  /** Layer-7 code; absent where none exists. */
  code: number | undefined;
  /** ms of the last finished check; absent before the first. */
  duration: number | undefined;
  /** `last_chk`. */
  text: string;
  /** A check is under way (`* ` before the status). */
  running: boolean;
  /** 0 to rise+fall-1; up when >= rise. */
  health: number;
  rise: number;
  fall: number;
  /** `chkfail`. */
  failures: number;
}

/** One server as the control thread knows it. Only src/servers/ changes it; statistics and the runtime API read it. */
export interface ServerRecord {
  readonly slot: number;
  readonly proxy: ProxyModel;
  readonly model: ServerModel;
  readonly address: AddressModel;
  readonly oper: Oper;
  /** `Admin` bits. */
  readonly admin: number;
  /** Absent without `check`, and while checks are switched off. */
  readonly check: Readonly<CheckState> | undefined;
  /** Its check, also while checks are switched off. */
  readonly ownCheck: Readonly<CheckState> | undefined;
  /** Its agent's state, also while it is not asked. */
  readonly ownAgent: Readonly<CheckState> | undefined;
  /** What `show servers state` says of the health of a server without check. */
  readonly uncheckedHealth: number;
  /** What the agent says; absent without `agent-check`, and while it is not asked. Its health is 0 or 1. */
  readonly agent: Readonly<CheckState> | undefined;
  /** Limit of sessions in use; 0: none. An agent may change it. */
  readonly maxconn: number;
  /** How often errors in traffic reached `error-limit`; absent without `observe`. */
  readonly observedFailures: number | undefined;
  /** The weight set by the configuration or at run time, 0-256. */
  readonly userWeight: number;
  /** The weight in use after slowstart, rounded up to a whole number; a server that is down keeps its own. */
  readonly weight: number;
  /** Percent while slowstart runs; absent otherwise. */
  readonly throttle: number | undefined;
  /** `chkdown`. */
  readonly downs: number;
  /** Monotonic ms, on the clock of `RuntimeView.now()`. */
  readonly lastChange: number;
  /** ms spent down before `lastChange`. */
  readonly downtime: number;
  /** The server whose state this one follows. */
  readonly tracked: ServerRecord | undefined;
}

/** The same for a backend as a whole. */
export interface BackendRecord {
  readonly slot: number;
  readonly proxy: ProxyModel;
  readonly servers: readonly ServerRecord[];
  /** True while no server can take traffic (and there is at least one). */
  readonly down: boolean;
  /** `chkdown` of the BACKEND row. */
  readonly downs: number;
  readonly lastChange: number;
  readonly downtime: number;
  /** Usable active and backup servers, sum of weights in use. */
  readonly activeCount: number;
  readonly backupCount: number;
  readonly weight: number;
}
