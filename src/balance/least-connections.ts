import type { Balancer, Candidate, Client } from './balancer.ts';

/**
 * `balance leastconn`: the server with the fewest sessions for its weight. Idle servers are equal whatever their weight;
 * else (sessions + 1) / weight counts. Among equals the one whose load changed longest ago is next, which makes a round
 * robin of them. As measured on HAProxy 2.6: weights 1/2/3 with every session held give ABCCBCCBCABC.
 */
export class LeastConnections implements Balancer {
  readonly sticky = false;
  #servers: readonly Candidate[] = [];
  /** By declaration index: when the server's load last changed. */
  #stamps: number[] = [];
  #clock = 0;

  update(servers: readonly Candidate[]): void {
    const known = new Set(this.#servers);
    this.#servers = servers;
    for (const server of servers) if (!known.has(server)) this.loadChanged(server);
  }

  choose(_client: Client, avoid: Candidate | undefined): Candidate | undefined {
    let best: Candidate | undefined;
    let bestKey = 0;
    let bestStamp = 0;
    let avoided: Candidate | undefined;
    for (const server of this.#servers) {
      if (server.full) continue;
      if (server === avoid) {
        avoided = server;
        continue;
      }
      const load = server.load;
      const key = load === 0 ? 0 : (load + 1) / server.weight;
      const stamp = this.#stamps[server.index] ?? 0;
      if (best === undefined || key < bestKey || (key === bestKey && stamp < bestStamp)) {
        best = server;
        bestKey = key;
        bestStamp = stamp;
      }
    }
    return best ?? avoided;
  }

  loadChanged(server: Candidate): void {
    this.#stamps[server.index] = ++this.#clock;
  }
}
