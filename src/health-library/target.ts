/** What is checked, and what came of it. */
import type { AgentOrders } from '../protocols/dialogue.ts';
import type { CheckStatus } from '../servers/server-record.ts';

/** Something to check. `id` tells targets apart; `appName` is for the reader. */
export interface Target {
  readonly id: string;
  readonly appName: string;
  /** An IPv4 or IPv6 address, or a host name, without brackets. */
  readonly ip: string;
  /** 1 to 65535. */
  readonly port: number;
  /** What an HTTP check asks for, `/` where it is empty. Other checks do not look at it. */
  readonly healthCheckPath: string;
}

/** The outcome of one check. */
export interface CheckResult {
  readonly target: Target;
  readonly healthy: boolean;
  /** HAProxy's name of the outcome: `L7OK`, `L4CON`, `L7STS`, `L4TOUT`, ... */
  readonly status: CheckStatus;
  /** The status of HTTP, or what the protocol has instead. */
  readonly code?: number;
  /** The reason, in one line; may be empty when the target is healthy. */
  readonly text: string;
  /** ms from the start of the check to its outcome. */
  readonly duration: number;
  /** What an agent wants besides: a state, a weight, a number of connections. */
  readonly orders?: AgentOrders;
}

/** What every call that takes its time can be given. */
export interface CallOptions {
  /** Ends the call at once: it rejects with the signal's reason. Nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}
