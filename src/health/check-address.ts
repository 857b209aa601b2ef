/** Where checks go, and where they come from. */
import type { AddressModel, ServerModel } from '../config/model.ts';
import type { DialTarget } from './dialer.ts';

/** Checks go to `addr` and `port` where they are set; the data path never sees those. */
export function checkAddress(server: ServerModel): AddressModel {
  const { check } = server;
  const base = check.address ?? server.address;
  const own = check.address === undefined || check.address.port === 0 ? server.address.port : check.address.port;
  return { family: base.family, host: base.host, port: check.port ?? own };
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
