/** Dials as the proxy's checks do, and writes down what happens and when. */
import type { AddressModel } from '../config/model.ts';
import { type Dialer, type DialFailure, nodeDialer } from '../health/dialer.ts';
import { type TlsFacts, tlsFacts } from './tls-facts.ts';

/** Bytes kept of what a connection sends and receives. */
const KEPT = 32_768;

/** One connection. Times are ms since it was dialled; absent: it did not come so far. */
export interface ConnectionStory {
  readonly address: AddressModel;
  readonly wantsTls: boolean;
  /** Whether a bad certificate ends it. */
  readonly verifies: boolean;
  /** On the clock of `performance.now()`. */
  readonly dialledAt: number;
  connected?: number;
  secured?: number;
  tls?: TlsFacts;
  /** What was wrong with a certificate that was not to be verified. */
  distrust?: string;
  firstByte?: number;
  ended?: number;
  failure?: DialFailure & { readonly at: number };
  sent: Buffer;
  sentBytes: number;
  received: Buffer;
  receivedBytes: number;
}

export class RecordingDialer implements Dialer {
  /** In the order of dialling. */
  readonly stories: ConnectionStory[] = [];

  readonly dial: Dialer['dial'] = (target, handler) => {
    const story: ConnectionStory = {
      address: target.address,
      wantsTls: target.tls !== undefined,
      verifies: target.tls?.rejectUnauthorized !== false,
      dialledAt: performance.now(),
      sent: Buffer.alloc(0),
      sentBytes: 0,
      received: Buffer.alloc(0),
      receivedBytes: 0,
    };
    this.stories.push(story);
    const elapsed = () => performance.now() - story.dialledAt;
    const call = nodeDialer.dial(target, {
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
      secured: () => {
        story.secured = elapsed();
        handler.secured();
      },
      received: (chunk) => {
        story.firstByte ??= elapsed();
        story.receivedBytes += chunk.length;
        story.received = grown(story.received, chunk);
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
        story.sentBytes += bytes.length;
        story.sent = grown(story.sent, bytes);
        call.send(bytes);
      },
      release: (how) => call.release(how),
    };
  };
}

function grown(kept: Buffer, bytes: Uint8Array): Buffer {
  const room = KEPT - kept.length;
  return room <= 0 ? kept : Buffer.concat([kept, bytes.subarray(0, room)]);
}
