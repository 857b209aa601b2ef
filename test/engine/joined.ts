import type { AddressModel } from '../../src/config/model.ts';
import type {
  ConnectFailure,
  Connection,
  Endpoint,
  EngineListener,
  Relay,
  RelayEnd,
  RelayOptions,
} from '../../src/traffic/engine.ts';
import type { Family, TestPeer, TestServer, World } from './world.ts';

export interface Listening {
  readonly address: AddressModel;
  readonly at: Endpoint;
  readonly listener: EngineListener;
  /** Clients in the order in which they were handed over. */
  readonly clients: Connection[];
}

/** Opens a listener; fails the case when that fails. */
export async function listenOn(world: World, address: AddressModel, backlog = 100): Promise<Listening> {
  const clients: Connection[] = [];
  let at: Endpoint | undefined;
  let failure: string | undefined;
  const listener = world.engine.listen(
    { address, backlog, keepAlive: false },
    {
      listening: (local) => {
        at = local;
      },
      failed: (code) => {
        failure = code;
      },
      accepted: (client) => clients.push(client),
    },
  );
  await world.until('listening', () => at !== undefined || failure !== undefined);
  if (at === undefined) throw new Error(`cannot listen: ${failure}`);
  return { address, at, listener, clients };
}

export type ConnectResult =
  | { readonly connection: Connection }
  | { readonly failure: ConnectFailure; readonly code: string; readonly after: number };

/** Connects and waits for the outcome. */
export async function connectTo(world: World, address: AddressModel, timeout = 5_000): Promise<ConnectResult> {
  let result: ConnectResult | undefined;
  const start = world.engine.now();
  world.engine.connect(
    { address, timeout, keepAlive: false },
    {
      connected: (connection) => {
        result = { connection };
      },
      failed: (failure, code) => {
        result = { failure, code, after: world.engine.now() - start };
      },
    },
  );
  await world.until('the attempt has an outcome', () => result !== undefined);
  return result as ConnectResult;
}

export interface Joined {
  readonly client: TestPeer;
  readonly server: TestPeer;
  readonly clientConnection: Connection;
  readonly serverConnection: Connection;
  readonly relay: Relay;
  /** Filled when the relay has ended; one entry is what a case expects. */
  readonly ends: RelayEnd[];
  /** Monotonic ms when the relay began, and when it ended. */
  readonly startedAt: number;
  endedAt: number;
  readonly bytes: { client: number; server: number };
}

export interface JoinOptions {
  readonly family?: Family;
  readonly serverFamily?: Family;
  readonly timeouts?: RelayOptions['timeouts'];
  readonly resetBecomesFin?: boolean;
  readonly serverPrefix?: Uint8Array;
  readonly noLinger?: { readonly client: boolean; readonly server: boolean };
  /** Called with the client before the connection to the server is made. */
  readonly early?: (client: TestPeer, connection: Connection) => Promise<void>;
}

/** A client and a server with a relay of the engine between them. */
export async function join(world: World, options: JoinOptions = {}): Promise<Joined> {
  const target = await world.serve(options.serverFamily ?? options.family ?? 'ipv4');
  const listening = await listenOn(world, world.freeAddress(options.family ?? 'ipv4'));
  return joinOn(world, listening, target, options);
}

export async function joinOn(
  world: World,
  listening: Listening,
  target: TestServer,
  options: JoinOptions = {},
): Promise<Joined> {
  const before = target.peers.length;
  const accepted = listening.clients.length;
  const client = await world.dial(listening.address, listening.at);
  await world.until('accepted', () => listening.clients.length > accepted);
  const clientConnection = listening.clients.at(-1) as Connection;
  await options.early?.(client, clientConnection);
  const result = await connectTo(world, target.address);
  if (!('connection' in result)) throw new Error(`cannot connect: ${result.code}`);
  await world.until('the server has accepted', () => target.peers.length > before);
  const ends: RelayEnd[] = [];
  const bytes = { client: 0, server: 0 };
  const account = {
    fromClient: (count: number) => {
      bytes.client += count;
    },
    fromServer: (count: number) => {
      bytes.server += count;
    },
  };
  const relayOptions = {
    timeouts: options.timeouts ?? {},
    account,
    resetBecomesFin: options.resetBecomesFin ?? false,
    ...(options.serverPrefix && { serverPrefix: options.serverPrefix }),
    ...(options.noLinger && { noLinger: options.noLinger }),
  };
  const startedAt = world.engine.now();
  const relay = world.engine.relay(clientConnection, result.connection, relayOptions, {
    ended: (end) => {
      ends.push(end);
      joined.endedAt = world.engine.now();
    },
  });
  if (ends.length > 0) throw new Error('a callback came from inside the call');
  const joined: Joined = {
    client,
    server: target.peers.at(-1) as TestPeer,
    clientConnection,
    serverConnection: result.connection,
    relay,
    ends,
    startedAt,
    endedAt: Number.NaN,
    bytes,
  };
  return joined;
}

/** Waits for the relay's end and says what it was. */
export async function endOf(world: World, joined: Joined): Promise<RelayEnd> {
  await world.until('the relay has ended', () => joined.ends.length > 0);
  return joined.ends[0] as RelayEnd;
}
