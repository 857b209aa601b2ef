import { hashAddress } from './address-hash.ts';
import type { Balancer, Candidate, Client } from './balancer.ts';

/** Most points on the circle; beyond that every server gets fewer, which only rounds the shares. */
const MOST_POINTS = 65_536;

/**
 * `balance source` with `hash-type consistent`: servers own points on a circle of 32-bit numbers, as many as their weight
 * times 16, and a client belongs to the server whose point comes next after the hash of its address. So a server that
 * comes, goes or changes its weight moves only its own share of the clients. Where the points lie depends on the server's
 * id alone; the servers chosen are not those HAProxy would choose.
 */
export class ConsistentSource implements Balancer {
  readonly sticky = true;
  readonly #ids: readonly number[];
  #points = new Uint32Array(0);
  #owners: Candidate[] = [];

  /** `ids`: the `id` of each server, by declaration index. */
  constructor(ids: readonly number[]) {
    this.#ids = ids;
  }

  update(servers: readonly Candidate[]): void {
    const total = servers.reduce((sum, server) => sum + server.weight, 0);
    const scale = Math.min(1, MOST_POINTS / Math.max(1, total));
    const circle: { readonly point: number; readonly server: Candidate }[] = [];
    for (const server of servers) {
      const id = this.#id(server);
      const count = Math.max(1, Math.round(server.weight * scale));
      for (let at = 0; at < count; at++) circle.push({ point: spread(spread(id) + at), server });
    }
    // The id settles who comes first where two points meet, so that the order of declaration does not matter.
    circle.sort((a, b) => a.point - b.point || this.#id(a.server) - this.#id(b.server));
    this.#points = Uint32Array.from(circle, ({ point }) => point);
    this.#owners = circle.map(({ server }) => server);
  }

  choose(client: Client): Candidate | undefined {
    const points = this.#points;
    const wanted = spread(hashAddress(client.host));
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#owners[low === points.length ? 0 : low];
  }

  loadChanged(): void {}

  #id(server: Candidate): number {
    return this.#ids[server.index] ?? server.index + 1;
  }
}

/** Scatters a 32-bit number over all 32 bits: every bit of the input changes half of the output's. */
function spread(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
