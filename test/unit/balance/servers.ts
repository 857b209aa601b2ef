import type { Balancer, Candidate } from '../../../src/balance/balancer.ts';

/** A server for balancing tests; sessions are counted by hand. */
export class TestServer implements Candidate {
  readonly index: number;
  readonly name: string;
  weight: number;
  load = 0;
  most: number;

  constructor(index: number, weight: number, most = 0) {
    this.index = index;
    this.name = String.fromCharCode(65 + index);
    this.weight = weight;
    this.most = most;
  }

  get full(): boolean {
    return this.most > 0 && this.load >= this.most;
  }
}

/** Servers A, B, ... with weights in the units of the shared table (times 16). */
export function servers(weights: string, most = 0): TestServer[] {
  return weights.split('/').map((weight, index) => new TestServer(index, Number(weight) * 16, most));
}

export const CLIENT = { host: '192.0.2.1' };

/** The names of the next `count` servers; `hold` keeps every session, else each ends before the next. `-`: none. */
export function order(balancer: Balancer, count: number, hold = false): string {
  let names = '';
  for (let at = 0; at < count; at++) {
    const server = balancer.choose(CLIENT, undefined) as TestServer | undefined;
    names += server?.name ?? '-';
    if (server === undefined) continue;
    server.load++;
    balancer.loadChanged(server);
    if (hold) continue;
    server.load--;
    balancer.loadChanged(server);
  }
  return names;
}

/** How often each letter occurs. */
export function shares(names: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
