import type { Candidate } from './balancer.ts';

/** Longest map; larger weights are scaled down, which only rounds the shares. */
const LONGEST = 65_536;

/**
 * A fixed table in which each server has as many places as its weight, interleaved: `static-rr` walks it, `source` looks
 * addresses up in it. Its order is HAProxy 2.6's as measured: weights 1/2/3 give ACBCBC, 3/1/2 give AACABC.
 */
export function buildStaticMap(servers: readonly Candidate[]): Candidate[] {
  const weights = mapWeights(servers);
  const size = weights.reduce((sum, weight) => sum + weight, 0);
  const credit = weights.map(() => 0);
  const map: Candidate[] = [];
  for (let place = 0; place < size; place++) {
    let best = -1;
    let bestLevel = 0;
    for (let at = 0; at < servers.length; at++) {
      credit[at] = (credit[at] as number) + (weights[at] as number);
      // The level, not the credit itself, decides, so that among the nearly equal the first declared wins.
      const level = Math.floor(((credit[at] as number) + size) / size);
      if (best < 0 || level > bestLevel) {
        best = at;
        bestLevel = level;
      }
    }
    credit[best] = (credit[best] as number) - size;
    map.push(servers[best] as Candidate);
  }
  return map;
}

/** Weights with what they have in common divided out, as whole numbers. */
function mapWeights(servers: readonly Candidate[]): number[] {
  const common = servers.reduce((divisor, server) => greatestCommonDivisor(divisor, server.weight), 0);
  const weights = servers.map((server) => server.weight / (common || 1));
  const size = weights.reduce((sum, weight) => sum + weight, 0);
  if (size <= LONGEST) return weights;
  return weights.map((weight) => Math.max(1, Math.floor((weight * LONGEST) / size)));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
