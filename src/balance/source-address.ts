import { hashAddress } from './address-hash.ts';
import type { Balancer, Candidate, Client } from './balancer.ts';
import { buildStaticMap } from './static-map.ts';

/**
 * `balance source`: a client's address always meets the same server while the set of servers stays as it is: the hash
 * modulo the sum of weights, looked up in the static map. For IPv4 this gives the servers HAProxy 2.6 gives.
 */
export class SourceAddress implements Balancer {
  readonly sticky = true;
  #map: Candidate[] = [];

  update(servers: readonly Candidate[]): void {
    this.#map = buildStaticMap(servers);
  }

  choose(client: Client): Candidate | undefined {
    const map = this.#map;
    return map.length === 0 ? undefined : map[hashAddress(client.host) % map.length];
  }

  loadChanged(): void {}
}
