import type { CheckModel, ProxyModel, ServerModel } from '../config/model.ts';

/** How a server is checked: as its own `healthcheck` section says, else as its backend does. */
export function checkOf(proxy: ProxyModel, server: ServerModel): CheckModel {
  return server.check.own ?? proxy.backend?.check ?? { kind: 'connect', explicit: false };
}
