/** How many open files a configuration needs, counted as HAProxy counts them. */
import type { Model } from '../config/model.ts';

/** What HAProxy 2.6 sets aside for itself and its stats clients: measured as Maxsock less everything that was configured. */
const RESERVED = 26;

/** Files that do not depend on how many clients come: listeners, stats sockets, one socket a checked server, a reserve. */
export function fixedFiles(model: Model): number {
  let count = RESERVED + model.global.statsSockets.length;
  for (const { disabled, frontend, backend } of model.proxies) {
    if (disabled) continue;
    count += frontend?.listeners.length ?? 0;
    for (const server of backend?.servers ?? []) if (server.check.enabled) count++;
  }
  return count;
}

/** Two sockets a client, and the fixed ones. */
export function neededFiles(model: Model, maxconn: number): number {
  return 2 * maxconn + fixedFiles(model);
}

/** The most clients a limit of open files leaves room for; at least one. `ulimit -n unlimited` counts as a million. */
export function maxconnFor(model: Model, fileLimit: number): number {
  const files = Number.isFinite(fileLimit) ? fileLimit : 1_048_576;
  return Math.max(1, Math.floor((files - fixedFiles(model)) / 2));
}
