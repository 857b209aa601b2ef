import type { CheckModel, Model, ProxyModel, ServerModel } from '../config/model.ts';

/** How a server is checked: as its own `healthcheck` section says, else as its backend does. */
export function checkOf(proxy: ProxyModel, server: ServerModel): CheckModel {
  return server.check.own ?? proxy.backend?.check ?? { kind: 'connect', explicit: false };
}

export interface CheckedServer {
  readonly proxy: ProxyModel;
  readonly server: ServerModel;
}

/** The server whose checks say how `server` is: the end of its chain of `track`, which is itself where it has none. */
export function judgeOf(model: Model, { proxy, server }: CheckedServer): CheckedServer {
  // The reader of the configuration refuses chains that lead back.
  for (let judge = { proxy, server }; ; ) {
    const { track } = judge.server;
    const next = track && model.proxies[track.proxy];
    const tracked = track && next?.backend?.servers[track.server];
    if (next === undefined || tracked === undefined) return judge;
    judge = { proxy: next, server: tracked };
  }
}
