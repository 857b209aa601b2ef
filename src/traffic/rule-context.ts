import type { RuleContext } from '../expressions/run/context.ts';
import { type ClientHello, readClientHello } from '../protocols/tls-client-hello.ts';
import type { Connection } from './engine.ts';

/** Engines keep about this much of what a client sends: more is not waited for. */
const ROOM = 16384;

/** A client as its rules see it. Made for frontends that have rules only. */
export class ConnectionContext implements RuleContext {
  readonly listenerId: number;
  readonly listenerName: string;
  incomplete = false;
  /** Nothing more is waited for. */
  ended = true;
  readonly #client: Connection;
  /** Looked at once for all the rules of a moment: a look may cost a system call. */
  #bytes: Uint8Array | undefined;
  #hello: ClientHello | undefined;
  #helloLength = -1;

  constructor(client: Connection, listenerId: number, listenerName: string) {
    this.#client = client;
    this.listenerId = listenerId;
    this.listenerName = listenerName;
  }

  get clientHost(): string {
    return this.#client.remote.host;
  }

  get clientPort(): number {
    return this.#client.remote.port;
  }

  get localHost(): string {
    return this.#client.local.host;
  }

  get localPort(): number {
    return this.#client.local.port;
  }

  get final(): boolean {
    return this.ended || this.request().length >= ROOM;
  }

  request(): Uint8Array {
    this.#bytes ??= this.#client.peek();
    return this.#bytes;
  }

  /** Forgets what was seen: there may be more, or nobody asks any more. */
  forget(): void {
    this.#bytes = undefined;
  }

  clientHello(): ClientHello {
    const bytes = this.request();
    if (this.#hello === undefined || this.#helloLength !== bytes.length) {
      this.#hello = readClientHello(bytes);
      this.#helloLength = bytes.length;
    }
    return this.#hello;
  }
}
