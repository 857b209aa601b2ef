/** Which checks a thread of their own makes. */
import type { CheckModel } from '../config/model.ts';
import { checkOf } from '../servers/check-of-server.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import { isBound, isRoundBound } from './check-binding.ts';
import { connectionsOf } from './check-plan.ts';

/**
 * From so much work on, in plain checks a second: a few per cent of a processor. Less is not worth a thread and its memory,
 * and delays nothing else.
 */
const WORTH_A_THREAD = 200;
/** What a check over TLS costs, in plain ones. */
const TLS_COST = 8;

/** The server is checked itself, not through the one it tracks. */
export function isChecked(server: ServerRecord): boolean {
  return server.check !== undefined && server.tracked === undefined;
}

/** Checks that one thread makes. */
export interface ChecksForThread {
  readonly servers: readonly ServerRecord[];
  /** Bare connections all of them, so that the thread can do without Node's loop (where the platform lets it). */
  readonly bare: boolean;
}

/**
 * Those that can be made without what only the control thread knows, where there are enough of them: apart what needs TLS or a
 * SOCKS4 proxy. The environment may decide instead: HAPAX_CHECKS=control, or thread for however few.
 */
export function checksForThread(
  backends: readonly (BackendRecord | undefined)[],
  environment = process.env.HAPAX_CHECKS,
): readonly ChecksForThread[] {
  if (environment === 'control') return [];
  const servers = backends.flatMap((backend) =>
    backend === undefined || backend.proxy.disabled ? [] : backend.servers,
  );
  const fit = servers.filter((server) => isChecked(server) && isFit(checkOf(server.proxy, server.model)));
  return [true, false]
    .map((bare) => ({ bare, servers: fit.filter((server) => isBare(server) === bare) }))
    .filter((group) => group.servers.length > 0 && (environment === 'thread' || workOf(group) >= WORTH_A_THREAD));
}

/** In plain checks a second. */
function workOf({ servers }: ChecksForThread): number {
  return servers.reduce((sum, { model: { check } }) => sum + ((check.ssl ? TLS_COST : 1) * 1000) / check.inter, 0);
}

/** Neither TLS nor a SOCKS4 proxy, in no step. */
function isBare({ proxy, model }: ServerRecord): boolean {
  const { ssl, viaSocks4 } = model.check;
  if (ssl || viaSocks4 === true) return false;
  return !connectionsOf(checkOf(proxy, model)).some((rule) => rule.ssl === true || rule.viaSocks4 === true);
}

/** A program that is run, a header with the server's state, and expressions say what the control thread knows at that moment. */
function isFit(check: CheckModel): boolean {
  if (check.kind === 'http') return !check.sendState && ![check, ...(check.next ?? [])].some(isRoundBound);
  if (check.kind === 'tcp') return !check.rules.some(isBound);
  return check.kind !== 'external';
}
