/** From what the configuration says about sockets to what an engine is asked for. */
import type { BackendModel, FrontendModel, ListenerModel, ProxyModel, ServerModel } from '../config/model.ts';
import { isIp } from '../system/address-family.ts';
import type { ConnectSocketOptions, ListenerSocketOptions } from '../system/socket-options.ts';
import type { RelayOptions } from './engine.ts';

/** Options of a listening IP socket; undefined where it has none. `backlog` is also how many fast opens may wait. */
export function listenerSocketOptions(
  listener: ListenerModel,
  frontend: FrontendModel,
  backlog: number,
): ListenerSocketOptions | undefined {
  const { family } = listener.address;
  if (!isIp(family)) return undefined;
  const { interface: device, transparent, mss, userTimeout, deferAccept, fastOpen } = listener;
  return orNone({
    ...(device === undefined ? {} : { interface: device }),
    ...(transparent ? { transparent } : {}),
    ...(mss === undefined ? {} : { mss }),
    ...(userTimeout ? { userTimeout } : {}),
    ...(deferAccept ? { deferAccept } : {}),
    ...(fastOpen ? { fastOpen: backlog } : {}),
    ...(frontend.tcpKeepAlive ? { keepAlive: frontend.keepAliveProbes ?? {} } : {}),
    ...(frontend.noLinger ? { noLinger: true } : {}),
    ...(frontend.smartAccept ? { delayedAck: true } : {}),
  });
}

/** Options of a connection to a server; undefined where it has none. `firstDataWaits`: the client has sent something. */
export function serverSocketOptions(
  server: ServerModel,
  backend: BackendModel,
  firstDataWaits: boolean,
): ConnectSocketOptions | undefined {
  const { family } = server.address;
  if (!isIp(family)) return undefined;
  const { source, userTimeout } = server;
  return orNone({
    ...(source?.interface === undefined ? {} : { interface: source.interface }),
    ...(source?.useSource === undefined ? {} : { transparent: true }),
    ...(userTimeout ? { userTimeout } : {}),
    ...(backend.tcpKeepAlive ? { keepAlive: backend.keepAliveProbes ?? {} } : {}),
    ...(backend.smartConnect && firstDataWaits ? { delayedAck: true } : {}),
  });
}

/** Which sides of a session are closed by RST; undefined: neither. */
export function noLinger(front: ProxyModel, back: ProxyModel | undefined): RelayOptions['noLinger'] {
  const [client, server] = [front.frontend?.noLinger === true, back?.backend?.noLinger === true];
  return client || server ? { client, server } : undefined;
}

function orNone<Options extends object>(options: Options): Options | undefined {
  return Object.keys(options).length === 0 ? undefined : options;
}
