import type { Balancer, Candidate, Client } from './balancer.ts';
import { buildStaticMap } from './static-map.ts';

/** `balance static-rr`: walks a fixed map of the servers, going on at the same place when the map changes. */
export class StaticRoundRobin implements Balancer {
  readonly sticky = false;
  #map: Candidate[] = [];
  #next = 0;

  update(servers: readonly Candidate[]): void {
    this.#map = buildStaticMap(servers);
  }

  choose(_client: Client, avoid: Candidate | undefined): Candidate | undefined {
    const map = this.#map;
    let avoided = -1;
    if (this.#next >= map.length) this.#next = 0;
    for (let step = 0; step < map.length; step++) {
      const at = (this.#next + step) % map.length;
      const server = map[at] as Candidate;
      if (server.full) continue;
      if (server === avoid) {
        if (avoided < 0) avoided = at;
        continue;
      }
      return this.#take(at);
    }
    return avoided < 0 ? undefined : this.#take(avoided);
  }

  loadChanged(): void {}

  #take(at: number): Candidate {
    this.#next = at + 1;
    return this.#map[at] as Candidate;
  }
}
