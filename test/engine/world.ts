/** What a conformance case sees of an engine and of the peers around it; the same for every engine. */
import type { AddressModel } from '../../src/config/model.ts';
import type { ConnectFailure, Endpoint, Engine } from '../../src/traffic/engine.ts';

/** The test's end of a connection. It reads all the time unless paused. */
export interface TestPeer {
  /** Bytes, or text as latin1; `split`: each piece of so many bytes is sent on its own. */
  send(data: string | Uint8Array, split?: number): unknown;
  /** FIN after everything that was sent. */
  end(): unknown;
  /** The last bytes, and FIN in the same segment. */
  sendLast(data: string): unknown;
  /** RST at once. */
  reset(): unknown;
  pause(): unknown;
  resume(): unknown;
  /** Turned off: bytes are only counted and handed to `onData`. */
  keeping?: boolean;
  readonly receivedBytes: number;
  readonly received: Buffer;
  readonly text: string;
  /** FIN has come. */
  readonly ended: boolean;
  /** RST has come. */
  readonly wasReset: boolean;
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
}

export interface TestServer {
  readonly address: AddressModel;
  readonly peers: readonly TestPeer[];
}

export type Family = 'ipv4' | 'ipv6' | 'unix' | 'abns';

export interface World {
  readonly engine: Engine;
  /** Times of idle cases are multiplied by this: a busy machine must not be taken for an idle peer. */
  readonly patience: number;
  /** The most bytes a case should send at once. */
  readonly largest: number;
  /** Waits, without letting more time pass than needed, until the condition holds; fails after some seconds. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Lets everything happen that is under way. */
  settle(): Promise<void>;
  /** Lets what is on its way arrive, one step of it. */
  turn(): Promise<void>;
  /** So many ms pass in which the engine can do nothing; things happen around it. */
  stall(ms: number): void;
  /** Lets so many ms pass. */
  pass(ms: number): Promise<void>;
  /** An address to listen on that is free. */
  freeAddress(family: Family): AddressModel;
  /** An address with a descriptor that is bound there and listens, as one that was inherited. */
  inherited(family: Family): Promise<AddressModel>;
  serve(family?: Family, accepted?: (peer: TestPeer) => void): Promise<TestServer>;
  /** Connects to a listener of the engine; `at` is what its `listening` said. */
  dial(address: AddressModel, at: Endpoint): Promise<TestPeer>;
  /** An address where every attempt to connect ends like this. */
  failing(how: ConnectFailure | 'blackhole'): Promise<AddressModel | undefined>;
  /** An address that answers attempts to connect only once `answer` is called, which lets them come through. */
  late(): Promise<{ readonly address: AddressModel; answer(): Promise<void> }>;
  /** An address to listen on where somebody else listens. */
  occupied(): Promise<AddressModel>;
  /** Connections the engine still holds. */
  open(): number;
  /** Ends everything; throws when anything of the engine is left. */
  close(): Promise<void>;
}

export interface Case {
  readonly name: string;
  run(world: World): Promise<void>;
  /** What holds all the same for an engine that is excepted from the case. */
  weaker?(world: World): Promise<void>;
}
