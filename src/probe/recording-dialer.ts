/** Dials as the proxy's checks do, and writes down what happens and when. */
import type { ConnectionOptions } from 'node:tls';
import type { AddressModel } from '../config/model.ts';
import type { Dialer, DialFailure } from '../health/dialer.ts';
import { nodeDialer } from '../health/node-dialer.ts';
import { type TlsFacts, tlsFacts } from './tls-facts.ts';

/** Bytes kept of one exchange. */
const KEPT = 32_768;

/** One connection. Times are ms since it was dialled; absent: it did not come so far. */
export interface ConnectionStory {
  readonly address: AddressModel;
  /** What TLS asks in clear; absent: plain TCP. */
  readonly asked?: AskedInClear;
  /** Whether a bad certificate ends it. */
  readonly verifies: boolean;
  /** The SOCKS4 proxy on the way. */
  readonly through: AddressModel | undefined;
  /** The address it comes from, where one is written. */
  readonly source: string | undefined;
  /** On the clock of `performance.now()`. */
  readonly dialledAt: number;
  /** The SOCKS4 proxy has been reached. */
  tunnelling?: number;
  connected?: number;
  /** The PROXY header that went first. */
  header?: Uint8Array;
  secured?: number;
  tls?: TlsFacts;
  /** What was wrong with a certificate that was not to be verified. */
  distrust?: string;
  /** What went over it, in order; neighbours of one direction are one. */
  readonly exchanges: Exchange[];
  ended?: number;
  failure?: DialFailure & { readonly at: number };
}

export interface AskedInClear {
  /** SNI. */
  readonly name: string | undefined;
  /** ALPN. */
  readonly protocols: readonly string[] | undefined;
}

export interface Exchange {
  readonly direction: 'sent' | 'received';
  /** Of its first byte. */
  readonly at: number;
  /** The beginning of it. */
  kept: Buffer;
  bytes: number;
}

/** The beginning of everything that was received. */
export function receivedBytes({ exchanges }: ConnectionStory): Buffer {
  return Buffer.concat(exchanges.filter(({ direction }) => direction === 'received').map(({ kept }) => kept));
}

export function firstByte({ exchanges }: ConnectionStory): number | undefined {
  return exchanges.find(({ direction }) => direction === 'received')?.at;
}

export class RecordingDialer implements Dialer {
  /** In the order of dialling. */
  readonly stories: ConnectionStory[] = [];

  readonly dial: Dialer['dial'] = (target, handler) => {
    const story: ConnectionStory = {
      address: target.address,
      ...(target.tls === undefined ? {} : { asked: askedOf(target.tls) }),
      through: target.through,
      source: target.source?.host,
      verifies: target.tls?.rejectUnauthorized !== false,
      dialledAt: performance.now(),
      exchanges: [],
    };
    this.stories.push(story);
    const elapsed = () => performance.now() - story.dialledAt;
    const call = nodeDialer.dial(target, {
      tunnelling: () => {
        story.tunnelling = elapsed();
        handler.tunnelling?.();
      },
      introduced: (header) => {
        story.header = header;
      },
      connected: () => {
        story.connected = elapsed();
        handler.connected();
      },
      negotiated: (session) => {
        story.tls = tlsFacts(session);
        // Node writes down what it thinks of the certificate in this very turn, after us.
        queueMicrotask(() => {
          const { authorizationError } = session;
          if (authorizationError) story.distrust = String(authorizationError);
        });
      },
      secured: (protocol) => {
        story.secured = elapsed();
        handler.secured(protocol);
      },
      received: (chunk) => {
        note(story, 'received', chunk, elapsed());
        handler.received(chunk);
      },
      ended: () => {
        story.ended ??= elapsed();
        handler.ended();
      },
      failed: (failure) => {
        story.failure = { ...failure, at: elapsed() };
        handler.failed(failure);
      },
    });
    return {
      send: (bytes) => {
        note(story, 'sent', bytes, elapsed());
        call.send(bytes);
      },
      release: (how) => call.release(how),
    };
  };
}

function askedOf({ servername, ALPNProtocols }: ConnectionOptions): AskedInClear {
  const protocols = Array.isArray(ALPNProtocols) ? ALPNProtocols.map(String) : undefined;
  return { name: servername === '' ? undefined : servername, protocols };
}

function note({ exchanges }: ConnectionStory, direction: Exchange['direction'], bytes: Uint8Array, at: number): void {
  let last = exchanges.at(-1);
  if (last?.direction !== direction) {
    last = { direction, at, kept: Buffer.alloc(0), bytes: 0 };
    exchanges.push(last);
  }
  last.bytes += bytes.length;
  const room = KEPT - last.kept.length;
  if (room > 0) last.kept = Buffer.concat([last.kept, bytes.subarray(0, room)]);
}
