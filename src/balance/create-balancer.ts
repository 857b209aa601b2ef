import type { BackendModel, BalanceAlgorithm } from '../config/model.ts';
import type { Balancer } from './balancer.ts';
import { ConsistentSource } from './consistent-source.ts';
import { FirstAvailable } from './first-available.ts';
import { LeastConnections } from './least-connections.ts';
import { RandomDraws } from './random-draws.ts';
import { RoundRobin } from './round-robin.ts';
import { SourceAddress } from './source-address.ts';
import { StaticRoundRobin } from './static-round-robin.ts';

/** One row an algorithm; adding one means adding its file and its row. */
const ALGORITHMS: Readonly<Record<BalanceAlgorithm, (backend: BackendModel) => Balancer>> = {
  roundrobin: () => new RoundRobin(),
  'static-rr': () => new StaticRoundRobin(),
  leastconn: () => new LeastConnections(),
  first: () => new FirstAvailable(),
  source: ({ hashConsistent, servers }) =>
    hashConsistent ? new ConsistentSource(servers.map((server) => server.id)) : new SourceAddress(),
  random: (backend) => new RandomDraws(backend.randomDraws),
};

/** The balancer a backend asks for, without servers yet. */
export function createBalancer(backend: BackendModel): Balancer {
  return ALGORITHMS[backend.balance](backend);
}
