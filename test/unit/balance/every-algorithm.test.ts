import { describe, expect, it } from 'vitest';
import { createBalancer } from '../../../src/balance/create-balancer.ts';
import type { BackendModel, BalanceAlgorithm } from '../../../src/config/model.ts';
import { CLIENT, order, servers } from './servers.ts';

const ALGORITHMS: BalanceAlgorithm[] = ['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random'];

function create(balance: BalanceAlgorithm) {
  return createBalancer({ balance, randomDraws: 2 } as BackendModel);
}

describe.each(ALGORITHMS)('balance %s', (algorithm) => {
  it('has nobody to offer while no server is usable', () => {
    const balancer = create(algorithm);
    expect(balancer.choose(CLIENT, undefined)).toBeUndefined();
    balancer.update(servers('1/1'));
    balancer.update([]);
    expect(balancer.choose(CLIENT, undefined)).toBeUndefined();
  });

  it('never chooses a server that has gone down, and chooses it again when it is back', () => {
    const balancer = create(algorithm);
    const [a, b, c] = servers('1/1/1');
    if (a === undefined || b === undefined || c === undefined) throw new Error('three servers');
    balancer.update([a, b, c]);
    order(balancer, 7, true);
    balancer.update([a, c]);
    expect(order(balancer, 30, true)).not.toContain('B');
    a.load = 100;
    c.load = 100;
    balancer.update([b]);
    expect(order(balancer, 5)).toBe('BBBBB');
    b.load = 0;
    balancer.update([a, b, c]);
    a.most = 1;
    c.most = 1;
    if (!balancer.sticky) expect(order(balancer, 3)).toBe('BBB');
  });

  it('avoids the server that has just failed while there is another', () => {
    const balancer = create(algorithm);
    if (balancer.sticky) return;
    const [a, b] = servers('10/1');
    if (a === undefined || b === undefined) throw new Error('two servers');
    balancer.update([a, b]);
    for (let round = 0; round < 20; round++) expect(balancer.choose(CLIENT, a)).toBe(b);
    b.most = 1;
    b.load = 1;
    expect(balancer.choose(CLIENT, a)).toBe(a);
    a.most = 1;
    a.load = 1;
    expect(balancer.choose(CLIENT, a)).toBeUndefined();
  });
});
