/** The state of servers and backends before anything has happened: who tracks whom, who begins as DOWN or in maintenance. */
import type { BackendEntry } from './backend-entry.ts';
import type { ServerEntry } from './server-entry.ts';
import { Admin, Oper } from './server-record.ts';

/** Nothing is reported. `backends`: by proxy index. */
export function takeStartingState(backends: readonly (BackendEntry | undefined)[]): void {
  const entries = backends.filter((backend) => backend !== undefined);
  const servers = entries.flatMap((backend) => backend.servers);
  for (const server of servers) {
    const { track } = server.model;
    if (track === undefined) continue;
    server.tracked = backends[track.proxy]?.servers[track.server];
    // Told in this order of what they follow (measured): the last one first.
    server.tracked?.trackers.unshift(server);
  }
  for (const server of servers) {
    if (server.model.observe !== undefined) countObserved(server);
    if (server.oper === Oper.stopped) stopTrackers(server);
  }
  for (const server of servers) {
    if (server.model.disabled) beginStopped(server, Admin.forcedMaint | Admin.configMaint);
  }
  for (const backend of entries) backend.count();
  for (const server of servers) {
    if (server.model.unresolved !== true) continue;
    beginStopped(server, Admin.resolutionMaint);
    server.downs++;
  }
  for (const server of servers) if (server.inMaintenance) inheritMaintenance(server);
  for (const backend of entries) {
    const was = backend.down;
    backend.count();
    // To have lost everything through tracked servers, or names, is a change, to be without from the beginning is none (measured).
    if (backend.down && !was) backend.downs++;
  }
}

/** Who tracks a server that is observed has the column too. */
function countObserved(server: ServerEntry): void {
  server.observedFailures = 0;
  for (const tracker of server.trackers) countObserved(tracker);
}

/** Whoever tracks a server that begins as DOWN does so too. */
function stopTrackers(server: ServerEntry): void {
  for (const tracker of server.trackers) {
    tracker.oper = Oper.stopped;
    stopTrackers(tracker);
  }
}

function inheritMaintenance(server: ServerEntry): void {
  for (const tracker of server.trackers) {
    if ((tracker.admin & Admin.inheritedMaint) !== 0) continue;
    beginStopped(tracker, Admin.inheritedMaint);
    inheritMaintenance(tracker);
  }
}

function beginStopped(server: ServerEntry, bits: number): void {
  server.admin |= bits;
  server.oper = Oper.stopped;
  server.uncheckedHealth = 0;
  if (server.ownCheck !== undefined) server.ownCheck.health = 0;
}
