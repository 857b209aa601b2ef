import type { Balancer, Candidate, Client } from './balancer.ts';

/**
 * `balance random(n)`: draws n servers by weight and takes the one with the lowest load for its weight. Full servers are
 * never drawn (HAProxy 2.6 may draw one and let the session wait although another server has a place).
 */
export class RandomDraws implements Balancer {
  readonly sticky = false;
  readonly #draws: number;
  readonly #random: () => number;
  #servers: readonly Candidate[] = [];

  /** `random`: numbers from 0 to below 1; another source makes tests repeatable. */
  constructor(draws: number, random: () => number = Math.random) {
    this.#draws = Math.max(1, draws);
    this.#random = random;
  }

  update(servers: readonly Candidate[]): void {
    this.#servers = servers;
  }

  choose(_client: Client, avoid: Candidate | undefined): Candidate | undefined {
    const total = this.#openWeight(avoid);
    if (total === 0) return avoid !== undefined && this.#servers.includes(avoid) && !avoid.full ? avoid : undefined;
    let best: Candidate | undefined;
    for (let draw = 0; draw < this.#draws; draw++) {
      const drawn = this.#draw(total, avoid);
      if (best === undefined || (drawn.load + 1) / drawn.weight < (best.load + 1) / best.weight) best = drawn;
    }
    return best;
  }

  loadChanged(): void {}

  #openWeight(avoid: Candidate | undefined): number {
    let total = 0;
    for (const server of this.#servers) if (server !== avoid && !server.full) total += server.weight;
    return total;
  }

  #draw(total: number, avoid: Candidate | undefined): Candidate {
    let left = this.#random() * total;
    let last: Candidate | undefined;
    for (const server of this.#servers) {
      if (server === avoid || server.full) continue;
      last = server;
      left -= server.weight;
      if (left < 0) break;
    }
    return last as Candidate;
  }
}
