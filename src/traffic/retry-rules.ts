import type { BackendModel } from '../config/model.ts';
import type { ConnectFailure } from './engine.ts';

/** Longest wait before the same server is tried again, ms. */
const LONGEST_DELAY = 1000;

/**
 * Whether the retry with this number (from 1) goes to another server. With `option redispatch` it does at once wherever
 * balancing has another server to offer; a client that belongs to one server (`balance source`) leaves it only on the
 * retries the option names: the last one unless an interval is written. Measured on HAProxy 2.6.
 */
export function redispatches(backend: BackendModel, retry: number, sticky: boolean, usableCount: number): boolean {
  const interval = backend.redispatch;
  if (interval === 0) return false;
  if (!sticky && usableCount > 1) return true;
  return interval > 0 ? retry % interval === 0 : retry === backend.retries + 1 + interval;
}

/**
 * A connect that ran out of time has waited already; another server may be tried at once, and a Unix socket, and HAProxy
 * does not wait where a source cannot be bound to; a lack of ports may not.
 */
export function isRetriedAtOnce(
  failure: ConnectFailure,
  moves: boolean,
  usableCount: number,
  answersAtOnce: boolean,
): boolean {
  if (failure === 'no-port' || failure === 'too-many-files') return false;
  return failure === 'timeout' || failure === 'source' || answersAtOnce || (moves && usableCount > 1);
}

/** ms before the next attempt: `timeout connect`, at most a second. */
export function retryDelay(connectTimeout: number): number {
  return connectTimeout > 0 ? Math.min(connectTimeout, LONGEST_DELAY) : LONGEST_DELAY;
}
