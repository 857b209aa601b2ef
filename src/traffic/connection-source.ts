import type { AddressModel, SourceModel } from '../config/model.ts';
import type { Endpoint } from './engine.ts';

/** Ports tried for one attempt when others of the machine have them. */
const MOST_TRIES = 16;

/**
 * Where connections to one server come from: a fixed address, a port of a range, or the client's own address. A port of a
 * range serves one connection at a time; the one that has been free for the longest is taken.
 */
export class ConnectionSource {
  /** The same for every connection; undefined where each one has its own. */
  readonly fixed: Endpoint | undefined;
  /** How often a connection may be tried with another port before that counts as a failure. */
  readonly tries: number;
  readonly #host: string;
  readonly #plain: Endpoint | undefined;
  readonly #useSource: SourceModel['useSource'];
  /** Free ports of the range in the order of their release, from `#first` on. */
  readonly #free: number[] | undefined;
  #first = 0;

  constructor({ address, lastPort, useSource }: SourceModel) {
    this.#useSource = useSource;
    this.#host = address?.host ?? '0.0.0.0';
    this.#plain = address && endpoint(address);
    if (lastPort !== undefined && address !== undefined && typeof useSource !== 'object') {
      this.#free = Array.from({ length: lastPort - address.port + 1 }, (_, index) => address.port + index);
    }
    this.tries = Math.min(MOST_TRIES, this.#free?.length ?? 1);
    if (typeof useSource === 'object') this.fixed = endpoint(useSource);
    else if (useSource === undefined && this.#free === undefined) this.fixed = this.#plain;
  }

  /** The address for a connection on behalf of `client`. `taken`: no port is free; undefined: any address. */
  take(client: Endpoint): Endpoint | 'taken' | undefined {
    if (this.fixed !== undefined) return this.fixed;
    if (this.#useSource !== undefined && client.host !== 'unix') {
      const host = client.host.startsWith('::ffff:') ? client.host.slice('::ffff:'.length) : client.host;
      return { host, port: this.#useSource === 'client' ? client.port : 0 };
    }
    if (this.#free === undefined) return this.#plain;
    const port = this.#free[this.#first];
    if (port === undefined) return 'taken';
    this.#first += 1;
    // What was taken is cut off once it is the larger part, so that the list never grows.
    if (this.#first > 32 && this.#first * 2 > this.#free.length) {
      this.#free.splice(0, this.#first);
      this.#first = 0;
    }
    return { host: this.#host, port };
  }

  /** The connection that `take` gave this to is gone. */
  give(source: Endpoint): void {
    if (this.#free === undefined || source === this.fixed || source.host !== this.#host) return;
    this.#free.push(source.port);
  }
}

function endpoint({ host, port }: AddressModel): Endpoint {
  return { host, port };
}
