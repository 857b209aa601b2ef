/** Where a server is checked and its agent asked, after a command has moved either. */
import type { AddressModel, ServerModel } from '../config/model.ts';

/** What a command changes of it; what is absent stays. */
export interface PlaceChange {
  readonly address?: AddressModel | undefined;
  /** 0: the server's own. */
  readonly port?: number | undefined;
}

/** The server, checked elsewhere. */
export function withCheckPlace(server: ServerModel, { address, port }: PlaceChange): ServerModel {
  const { port: before = 0, ...check } = server.check;
  const chosen = port ?? before;
  return {
    ...server,
    check: { ...check, ...(address === undefined ? {} : { address }), ...(chosen === 0 ? {} : { port: chosen }) },
  };
}

/** The server, its agent asked elsewhere. */
export function withAgentPlace(server: ServerModel, { address, port }: PlaceChange): ServerModel {
  const before = server.agentPlace ?? { port: 0 };
  return {
    ...server,
    agentPlace: { ...before, ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) },
  };
}

/** The server, other bytes said to its agent. */
export function withAgentSend(server: ServerModel, bytes: Uint8Array): ServerModel {
  const { agent } = server;
  if (agent === undefined) return server;
  return { ...server, agent: { ...agent, send: Buffer.from(bytes).toString('base64') } };
}
