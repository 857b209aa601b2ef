import { describe, expect, it } from 'vitest';
import { createBalancer } from '../../../src/balance/create-balancer.ts';
import type { BackendModel } from '../../../src/config/model.ts';
import { order, servers, shares, type TestServer } from './servers.ts';

const CLIENTS = Array.from({ length: 4000 }, (_, at) => `10.${at % 7}.${(at >> 8) & 255}.${at & 255}`);

function create(ids: readonly number[]) {
  const model = { balance: 'source', hashConsistent: true, servers: ids.map((id) => ({ id })) };
  return createBalancer(model as unknown as BackendModel);
}

function owners(balancer: ReturnType<typeof create>): string[] {
  return CLIENTS.map((host) => (balancer.choose({ host }, undefined) as TestServer | undefined)?.name ?? '-');
}

describe('source with hash-type consistent', () => {
  it('moves only the clients of a server that goes, and gives them back when it returns', () => {
    const balancer = create([1, 2, 3, 4]);
    const list = servers('10/10/10/10');
    balancer.update(list);
    const before = owners(balancer);
    balancer.update(list.filter((server) => server.name !== 'B'));
    const without = owners(balancer);
    expect(before).toContain('B');
    expect(without).not.toContain('B');
    for (const [at, name] of before.entries()) if (name !== 'B') expect(without[at]).toBe(name);
    expect(Object.keys(shares(without.filter((_, at) => before[at] === 'B').join(''))).sort()).toEqual(['A', 'C', 'D']);
    balancer.update(list);
    expect(owners(balancer)).toEqual(before);
  });

  it('follows weights, a growing server taking from the others alone', () => {
    const balancer = create([1, 2, 3]);
    balancer.update(servers('20/20/20'));
    const before = owners(balancer);
    const list = servers('20/20/60');
    balancer.update(list);
    const after = owners(balancer);
    for (const [at, name] of before.entries()) if (after[at] !== name) expect(after[at]).toBe('C');
    const counts = shares(after.join(''));
    expect(counts.C).toBeGreaterThan(1.8 * (counts.A ?? 0));
    expect(counts.C).toBeGreaterThan(1.8 * (counts.B ?? 0));
    expect(counts.A).toBeGreaterThan(400);
  });

  it('knows servers by their id, wherever they are declared', () => {
    const one = create([7, 8, 9]);
    one.update(servers('5/5/5'));
    const two = create([9, 8, 7]);
    two.update(servers('5/5/5'));
    const mirror: Record<string, string> = { A: 'C', B: 'B', C: 'A' };
    expect(owners(two)).toEqual(owners(one).map((name) => mirror[name]));
  });

  it('keeps a client with its server when that is full, and has none without servers', () => {
    const balancer = create([1]);
    expect(order(balancer, 1)).toBe('-');
    balancer.update(servers('1', 1));
    expect(order(balancer, 3, true)).toBe('AAA');
    expect(balancer.sticky).toBe(true);
  });

  it('bears the highest weights', () => {
    const balancer = create(Array.from({ length: 26 }, (_, at) => at + 1));
    balancer.update(servers(Array.from({ length: 26 }, () => '256').join('/')));
    expect(new Set(owners(balancer)).size).toBe(26);
  });
});
