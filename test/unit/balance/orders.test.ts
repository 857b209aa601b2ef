import { describe, expect, it } from 'vitest';
import { hashAddress } from '../../../src/balance/address-hash.ts';
import { FirstAvailable } from '../../../src/balance/first-available.ts';
import { LeastConnections } from '../../../src/balance/least-connections.ts';
import { RandomDraws } from '../../../src/balance/random-draws.ts';
import { RoundRobin } from '../../../src/balance/round-robin.ts';
import { SourceAddress } from '../../../src/balance/source-address.ts';
import { buildStaticMap } from '../../../src/balance/static-map.ts';
import { StaticRoundRobin } from '../../../src/balance/static-round-robin.ts';
import { seeded } from '../traffic/random.ts';
import { LEAST_CONNECTIONS_HELD, ROUND_ROBIN, STATIC_ROUND_ROBIN } from './measured-orders.ts';
import { CLIENT, order, servers, shares, type TestServer } from './servers.ts';

describe('roundrobin', () => {
  it.each(ROUND_ROBIN)('has the order HAProxy has for %s', (weights, expected) => {
    const balancer = new RoundRobin();
    balancer.update(servers(weights));
    expect(order(balancer, expected.length)).toBe(expected);
  });

  it('gives every server its share whatever the weights', () => {
    const random = seeded(5);
    for (let round = 0; round < 50; round++) {
      const weights = Array.from({ length: 2 + Math.floor(random() * 6) }, () => 1 + Math.floor(random() * 40));
      const balancer = new RoundRobin();
      balancer.update(servers(weights.join('/')));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = shares(order(balancer, total * 3));
      for (const [at, weight] of weights.entries()) {
        expect(Math.abs((counts[String.fromCharCode(65 + at)] ?? 0) - weight * 3)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('follows a change of weight', () => {
    const balancer = new RoundRobin();
    const list = servers('1/2/3') as [TestServer, TestServer, TestServer];
    balancer.update(list);
    order(balancer, 100);
    list[0].weight = 5 * 16;
    balancer.update(list);
    const counts = shares(order(balancer, 1000));
    expect(counts.A).toBeGreaterThan(495);
    expect(counts.A).toBeLessThan(505);
    expect(counts.B).toBeGreaterThan(195);
  });

  it('lets a server that was full lose its turns', () => {
    const balancer = new RoundRobin();
    const list = servers('1/1') as [TestServer, TestServer];
    balancer.update(list);
    list[1].most = 1;
    list[1].load = 1;
    expect(order(balancer, 50)).toBe('A'.repeat(50));
    list[1].most = 0;
    expect(shares(order(balancer, 10))).toEqual({ A: 5, B: 5 });
  });
});

describe('static-rr', () => {
  it.each(STATIC_ROUND_ROBIN)('has the order HAProxy has for %s', (weights, expected) => {
    const balancer = new StaticRoundRobin();
    balancer.update(servers(weights));
    expect(order(balancer, expected.length)).toBe(expected);
  });

  it('goes on at its place when a server leaves and returns, as HAProxy does', () => {
    const balancer = new StaticRoundRobin();
    const [a, b, c] = servers('1/2/3') as [TestServer, TestServer, TestServer];
    balancer.update([a, b, c]);
    expect(order(balancer, 13)).toBe('ACBCBCACBCBCA');
    balancer.update([a, c]);
    expect(order(balancer, 12)).toBe('CCCACCCACCCA');
    balancer.update([a, b, c]);
    expect(order(balancer, 18)).toBe('CBCBCACBCBCACBCBCA');
  });

  it('keeps its map within bounds', () => {
    const map = buildStaticMap(servers(Array.from({ length: 300 }, (_, at) => 200 + (at % 57)).join('/')));
    expect(map.length).toBeLessThanOrEqual(65_536);
    expect(new Set(map).size).toBe(300);
  });
});

describe('leastconn', () => {
  it.each(LEAST_CONNECTIONS_HELD)('has the order HAProxy has while sessions stay: %s', (weights, expected) => {
    const balancer = new LeastConnections();
    balancer.update(servers(weights));
    expect(order(balancer, expected.length, true)).toBe(expected);
  });

  it.each(['10/1', '1/2/3', '5/3/1/1'])('goes round while nobody has a session: %s', (weights) => {
    const balancer = new LeastConnections();
    const list = servers(weights);
    balancer.update(list);
    const round = list.map((server) => server.name).join('');
    expect(order(balancer, list.length * 3)).toBe(round.repeat(3));
  });

  it('comes back to a server that has lost a session', () => {
    const balancer = new LeastConnections();
    const list = servers('1/1/1') as [TestServer, TestServer, TestServer];
    balancer.update(list);
    order(balancer, 9, true);
    list[1].load--;
    balancer.loadChanged(list[1]);
    expect(order(balancer, 4, true)).toBe('BACB');
  });
});

describe('first', () => {
  it('fills one server after the other', () => {
    const balancer = new FirstAvailable();
    balancer.update(servers('1/9/1', 2));
    expect(order(balancer, 8, true)).toBe('AABBCC--');
    expect(order(new FirstAvailable(), 1)).toBe('-');
  });
});

describe('source', () => {
  // Servers of HAProxy 2.6.12 for these clients, with weights 1/1/1/1 and 1/3/2/1.
  const clients =
    '127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.1.1 127.3.7.9 127.200.100.50 127.1.2.3 127.9.9.9 127.255.255.254';

  it.each([
    ['1/1/1/1', 'BCDABBCDBC'],
    ['1/3/2/1', 'BCBCDBBABA'],
  ])('gives IPv4 clients the servers HAProxy gives them: %s', (weights, expected) => {
    const balancer = new SourceAddress();
    balancer.update(servers(weights));
    const names = clients.split(' ').map((host) => (balancer.choose({ host }) as TestServer).name);
    expect(names.join('')).toBe(expected);
  });

  it('stays with a full server', () => {
    const balancer = new SourceAddress();
    balancer.update(servers('1', 1));
    expect(order(balancer, 3, true)).toBe('AAA');
    expect(balancer.sticky).toBe(true);
  });

  it('gives addresses numbers', () => {
    expect(hashAddress('127.0.0.1')).toBe(0x7f000001);
    expect(hashAddress('255.255.255.255')).toBe(0xffffffff);
    expect(hashAddress('::ffff:127.0.0.1')).toBe(0x7f000001);
    expect(hashAddress('::1')).toBe(1);
    expect(hashAddress('2001:db8::a:b')).toBe((0x20010db8 ^ 0x000a000b) >>> 0);
    expect(hashAddress('fe80::1%eth0')).toBe((0xfe800000 ^ 1) >>> 0);
    expect(hashAddress('unix')).toBe(0);
  });
});

describe('random', () => {
  it('follows the weights', () => {
    const balancer = new RandomDraws(1, seeded(11));
    balancer.update(servers('1/2/5'));
    const counts = shares(order(balancer, 8000));
    expect(counts.A).toBeGreaterThan(850);
    expect(counts.A).toBeLessThan(1150);
    expect(counts.C).toBeGreaterThan(4800);
    expect(counts.C).toBeLessThan(5200);
  });

  it('takes the less loaded of two draws', () => {
    const balancer = new RandomDraws(2, seeded(12));
    const list = servers('1/1') as [TestServer, TestServer];
    balancer.update(list);
    list[0].load = 50;
    const counts = shares(order(balancer, 1000));
    // A only when both draws are A.
    expect(counts.A).toBeGreaterThan(180);
    expect(counts.A).toBeLessThan(320);
  });

  it('never draws a full server while another has a place', () => {
    const balancer = new RandomDraws(2, seeded(13));
    const list = servers('9/1') as [TestServer, TestServer];
    balancer.update(list);
    list[0].most = 1;
    list[0].load = 1;
    expect(order(balancer, 50)).toBe('B'.repeat(50));
    list[1].most = 1;
    list[1].load = 1;
    expect(balancer.choose(CLIENT, undefined)).toBeUndefined();
  });
});
