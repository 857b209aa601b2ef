/** Which checks a thread of their own makes. */
import type { CheckModel } from '../config/model.ts';
import { checkOf } from '../servers/check-of-server.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import { isBound, isRoundBound } from './check-binding.ts';

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

/**
 * Those that can be made without what only the control thread knows, if there are enough of them; else none. The environment
 * may decide instead: HAPAX_CHECKS=control, or thread for however few.
 */
export function checksForThread(
  backends: readonly (BackendRecord | undefined)[],
  environment = process.env.HAPAX_CHECKS,
): readonly ServerRecord[] {
  if (environment === 'control') return [];
  const servers = backends.flatMap((backend) =>
    backend === undefined || backend.proxy.disabled ? [] : backend.servers,
  );
  const fit = servers.filter((server) => isChecked(server) && isFit(checkOf(server.proxy, server.model)));
  const work = fit.reduce((sum, { model: { check } }) => sum + ((check.ssl ? TLS_COST : 1) * 1000) / check.inter, 0);
  return environment === 'thread' || work >= WORTH_A_THREAD ? fit : [];
}

/** A program that is run, a header with the server's state, and expressions say what the control thread knows at that moment. */
function isFit(check: CheckModel): boolean {
  if (check.kind === 'http') return !check.sendState && ![check, ...(check.next ?? [])].some(isRoundBound);
  if (check.kind === 'tcp') return !check.rules.some(isBound);
  return check.kind !== 'external';
}
