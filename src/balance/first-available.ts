import type { Balancer, Candidate, Client } from './balancer.ts';

/** `balance first`: the first declared server that has a place. */
export class FirstAvailable implements Balancer {
  readonly sticky = false;
  #servers: readonly Candidate[] = [];

  update(servers: readonly Candidate[]): void {
    this.#servers = servers;
  }

  choose(_client: Client, avoid: Candidate | undefined): Candidate | undefined {
    let avoided: Candidate | undefined;
    for (const server of this.#servers) {
      if (server.full) continue;
      if (server !== avoid) return server;
      avoided = server;
    }
    return avoided;
  }

  loadChanged(): void {}
}
