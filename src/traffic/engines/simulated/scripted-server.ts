import type { ConnectFailure, Endpoint } from '../../engine.ts';
import type { SimulatedPeer } from './peer.ts';

/** What happens to an attempt to connect. */
export type ConnectOutcome =
  | 'accept'
  /** ECONNREFUSED. */
  | 'refuse'
  /** Never an answer. */
  | 'blackhole'
  | { readonly failure: ConnectFailure; readonly code: string };

export interface ServerScript {
  /** Default `accept`. A function is asked at each attempt (counted from 1). */
  readonly connect?: ConnectOutcome | ((attempt: number) => ConnectOutcome);
  /** ms until the outcome of an attempt; default 0. */
  readonly delay?: number;
  /** Bytes the server's receive buffer holds; default 64 KB. */
  readonly window?: number;
  /** Called with each connection: set `onData`, send a greeting, reset, ... */
  accepted?(peer: SimulatedPeer): void;
}

/** A server registered at an address; tests may replace its script at any time. */
export class ScriptedServer {
  readonly address: Endpoint;
  script: ServerScript;
  /** Connections accepted so far, in order. */
  readonly peers: SimulatedPeer[] = [];
  /** Attempts to connect so far, whatever came of them. */
  attempts = 0;

  constructor(address: Endpoint, script: ServerScript) {
    this.address = address;
    this.script = script;
  }

  /** The connection accepted last. */
  get last(): SimulatedPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('the server has accepted nothing yet');
    return peer;
  }

  /** Counts an attempt and says what is to come of it. */
  attempt(): ConnectOutcome {
    this.attempts += 1;
    const { connect = 'accept' } = this.script;
    return typeof connect === 'function' ? connect(this.attempts) : connect;
  }
}
