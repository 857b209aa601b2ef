import type { ServerRecord } from '../servers/server-record.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';
import { statusText } from '../servers/status-text.ts';

/**
 * What `http-check send-state` tells the server about itself: `UP 1/3; address=...; port=...; name=be/srv; node=vm;
 * weight=1/1; scur=0/0; qcur=0`, each pair being the server's share of the backend's.
 */
export function serverState(server: ServerRecord, registry: ServerRegistry, node: string): string {
  const load = registry.load(server);
  const parts = [
    statusText(server),
    `address=${server.address.host}`,
    `port=${server.address.port}`,
    `name=${server.proxy.name}/${server.model.name}`,
    `node=${node}`,
    `weight=${server.weight}/${load.backendWeight}`,
    `scur=${load.sessions}/${load.backendSessions}`,
    `qcur=${load.queued}`,
  ];
  if (server.throttle !== undefined) parts.push(`throttle=${server.throttle}%`);
  return parts.join('; ');
}
