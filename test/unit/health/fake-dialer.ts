/** A network for checks on a clock that stands still: every server is a script of what comes when. */
import type { Call, Dialer, DialFailure, DialHandler, DialTarget } from '../../../src/health/dialer.ts';
import type { VirtualTime } from '../../support/virtual-time.ts';

export interface FakeConnection {
  readonly target: DialTarget;
  readonly handler: DialHandler;
  readonly at: number;
  sent: string;
  released: 'reset' | 'orderly' | undefined;
  releasedAt: number | undefined;
}

/** What a server does with a connection. Times are ms from now. */
export interface FakeServer {
  /** ms until the connection stands; absent: never. */
  readonly connects?: number;
  /** ms until TLS is done after that; absent: never. */
  readonly secures?: number;
  readonly fails?: { readonly after: number; readonly failure: DialFailure };
  /** What is answered to the first bytes, and after how many ms. */
  readonly answers?: { readonly after: number; readonly text: string; readonly every?: number };
}

export class FakeDialer implements Dialer {
  readonly connections: FakeConnection[] = [];
  readonly #time: VirtualTime;
  /** What servers do now, by port. */
  readonly servers = new Map<number, FakeServer>();
  #open = 0;
  /** Most connections that were open to one port at once. */
  readonly most = new Map<number, number>();
  readonly #openTo = new Map<number, number>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get open(): number {
    return this.#open;
  }

  dial(target: DialTarget, handler: DialHandler): Call {
    const time = this.#time;
    const { port } = target.address;
    const server = this.servers.get(port) ?? {};
    const connection: FakeConnection = {
      target,
      handler,
      at: time.monotonic(),
      sent: '',
      released: undefined,
      releasedAt: undefined,
    };
    this.connections.push(connection);
    this.#count(port, 1);
    let over = false;
    const later = (delay: number, act: () => void) => time.arrive(delay, () => over || act());
    const { connects, secures, fails, answers } = server;
    if (fails !== undefined) {
      later(fails.after, () => {
        over = true;
        this.#count(port, -1);
        handler.failed(fails.failure);
      });
    }
    if (connects !== undefined) {
      later(connects, () => {
        handler.connected();
        if (target.tls !== undefined && secures !== undefined) later(secures, () => handler.secured());
      });
    }
    const answer = (): void => {
      if (answers === undefined) return;
      later(answers.after, () => handler.received(Buffer.from(answers.text)));
      if (answers.every !== undefined) {
        const again = () => {
          handler.received(Buffer.from(answers.text));
          if (!over) later(answers.every ?? 0, again);
        };
        later(answers.after + answers.every, again);
      }
    };
    return {
      send: (bytes) => {
        if (connection.sent === '') answer();
        connection.sent += Buffer.from(bytes).toString('latin1');
      },
      release: (how) => {
        if (connection.released === undefined && !over) this.#count(port, -1);
        over = true;
        connection.released ??= how;
        connection.releasedAt ??= time.monotonic();
      },
    };
  }

  #count(port: number, change: number): void {
    this.#open += change;
    const open = (this.#openTo.get(port) ?? 0) + change;
    this.#openTo.set(port, open);
    this.most.set(port, Math.max(this.most.get(port) ?? 0, open));
  }
}
