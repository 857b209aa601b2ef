/** Where checks go, and where they come from. */
import type { AddressModel, ServerModel } from '../config/model.ts';
import type { DialTarget } from './dialer.ts';

/** Checks go to `addr` and `port` where they are set; the data path never sees those. */
export function checkAddress(server: ServerModel): AddressModel {
  const { check } = server;
  const { family, host, port } = ownOr(check.address, server);
  return { family, host, port: check.port ?? (port || server.address.port) };
}

/** Questions to the agent go to `agent-addr` and `agent-port`, or what stands for them. */
export function agentAddress(server: ServerModel): AddressModel {
  const { address, port = 0 } = server.agentPlace ?? {};
  const { family, host } = ownOr(address, server);
  return { family, host, port: port || server.address.port };
}

/** `0.0.0.0` and `::` stand for the server's own address (measured), and what port they have for nothing. */
function ownOr(own: AddressModel | undefined, { address }: ServerModel): AddressModel {
  return own === undefined || own.host === '0.0.0.0' || own.host === '::' ? address : own;
}

/** Checks come from where traffic comes from. The ports of a range are left to it, and there is no client to stand for. */
export function checkOrigin({ source }: ServerModel): Pick<DialTarget, 'source' | 'interface'> {
  const from = source?.address;
  return {
    ...(from === undefined
      ? {}
      : { source: { host: from.host, port: source?.lastPort === undefined ? from.port : 0 } }),
    ...(source?.interface === undefined ? {} : { interface: source.interface }),
  };
}
