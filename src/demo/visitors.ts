/** A little traffic: visitors who come over TLS, each with a connection of its own for every request. */
import { randomInt } from 'node:crypto';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface VisitorOptions {
  readonly port: number;
  /** PEM of the authority whose services are believed. */
  readonly ca: string;
  /** How many visit at once. */
  readonly count: number;
}

/** Bytes of a download. */
const SMALLEST = 2_000;
const LARGEST = 60_000;
/** A visitor's rest between two requests, ms. */
const SHORTEST_REST = 200;
const LONGEST_REST = 1_000;
/** A request without an end by then has failed, ms. */
const PATIENCE = 15_000;

export class Visitors {
  readonly #options: VisitorOptions;
  readonly #end = new AbortController();
  readonly #loops: Promise<void>[] = [];
  #answered = 0;
  #failed = 0;

  constructor(options: VisitorOptions) {
    this.#options = options;
  }

  /** Requests that got their whole answer. */
  get answered(): number {
    return this.#answered;
  }

  /** Requests that did not. */
  get failed(): number {
    return this.#failed;
  }

  start(): void {
    for (let visitor = 0; visitor < this.#options.count; visitor++) this.#loops.push(this.#visit());
  }

  /** Breaks off what is under way, which counts as neither answered nor failed. */
  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#loops);
  }

  async #visit(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const whole = await this.#download(randomInt(SMALLEST, LARGEST));
      if (signal.aborted) return;
      if (whole) this.#answered++;
      else this.#failed++;
      await pause(randomInt(SHORTEST_REST, LONGEST_REST), undefined, { signal }).catch(() => {});
    }
  }

  /** Whether all `bytes` came. */
  #download(bytes: number): Promise<boolean> {
    const { port, ca } = this.#options;
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(PATIENCE)]);
    return new Promise((resolve) => {
      const call = request(
        { host: '127.0.0.1', port, path: `/bytes/${bytes}`, ca, servername: 'localhost', agent: false, signal },
        (response) => {
          let received = 0;
          response.on('data', (chunk: Buffer) => {
            received += chunk.length;
          });
          response.on('error', () => {});
          response.on('close', () => resolve(response.statusCode === 200 && received === bytes));
        },
      );
      call.on('error', () => resolve(false));
      call.end();
    });
  }
}
