/** What is checked, and what came of it. */
import { isIPv6 } from 'node:net';
import type { AgentOrders } from '../protocols/dialogue.ts';
import type { CheckStatus } from '../servers/server-record.ts';
import { complaint } from './arguments.ts';

/** Something to check. `id` tells targets apart; `appName` is for the reader. */
export interface Target {
  readonly id: string;
  readonly appName: string;
  /** An IPv4 or IPv6 address (`::1`, `[::1]`, `fe80::1%eth0`), or a host name. */
  readonly ip: string;
  /** 1 to 65535. */
  readonly port: number;
  /** What an HTTP check asks for, `/` where it is empty; a `/` in front is added where it is missing. Other checks do not look at it. */
  readonly healthCheckPath: string;
}

/** The outcome of one check. */
export interface CheckResult<T extends Target = Target> {
  readonly target: T;
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

/** Why this cannot be checked by anything; undefined: it can. */
export function flawOf(target: Target): string | undefined {
  if (typeof target !== 'object' || target === null) return complaint('a target', 'an object', target);
  const { ip, port } = target;
  if (typeof ip !== 'string' || ip === '' || /[\s\p{Cc}/@]/u.test(ip)) {
    return complaint("the target's ip", 'an address or a host name', ip);
  }
  if (ip.includes(':') && !isIPv6(hostOf(target))) {
    return complaint("the target's ip", 'an address or a host name, without a port', ip);
  }
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return undefined;
  return complaint("the target's port", 'a whole number from 1 to 65535', port);
}

/** The address or name to connect to. */
export function hostOf({ ip }: Target): string {
  return /^\[.*:.*\]$/.test(ip) ? ip.slice(1, -1) : ip;
}

/** What is asked for: `/` stands in front of it. */
export function pathOf(path: string | undefined): string {
  return path?.startsWith('/') ? path : `/${path ?? ''}`;
}

/** Why this cannot be asked for; undefined: it can, or is not there. Whoever let more through would let it write headers. */
export function pathFlaw(name: string, path: string | undefined): string | undefined {
  if (path === undefined || path === null || (typeof path === 'string' && /^[\x21-\x7e]*$/.test(path)))
    return undefined;
  return complaint(name, 'percent-encoded ASCII', path);
}
