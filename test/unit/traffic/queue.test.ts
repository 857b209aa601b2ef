import { describe, expect, it } from 'vitest';
import type { SimulatedPeer } from '../../../src/traffic/engines/simulated/peer.ts';
import { Lab, type LabOptions } from './lab.ts';

const LONG = { client: 60_000, server: 60_000, queue: 10_000 };

/** Servers that say their name. */
function named(count: number, options: LabOptions, server: object = { maxconn: 1 }): Lab {
  return new Lab({
    timeouts: LONG,
    ...options,
    servers: Array.from({ length: count }, (_, at) => ({
      ...server,
      script: { accepted: (peer: SimulatedPeer) => void peer.send(String.fromCharCode(65 + at)) },
    })),
  });
}

function names(clients: SimulatedPeer[]): string {
  return clients.map((client) => client.text || '.').join('');
}

describe('the queue of a backend', () => {
  it.each(['roundrobin', 'static-rr', 'leastconn', 'first', 'random'] as const)(
    'is in order of arrival: %s',
    (balance) => {
      const test = named(2, { backend: { balance } });
      const clients = Array.from({ length: 7 }, () => test.connect());
      expect([...names(clients)].sort().join('')).toBe('.....AB');
      expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 5, scur: 7, lbtot: 2 });
      const served: number[] = [];
      for (let round = 0; round < 5; round++) {
        test.engine.advance(10);
        const before = names(clients);
        const seated = clients.findIndex((client, at) => client.text !== '' && !served.includes(at));
        served.push(seated);
        clients[seated]?.reset();
        test.engine.run();
        const after = names(clients);
        const next = [...after].findIndex((name, at) => name !== before[at]);
        expect(next).toBe(before.indexOf('.'));
      }
      for (const client of clients) client.reset();
      test.engine.run();
      expect(test.log.records.map((record) => record.backendQueue).sort()).toEqual([0, 0, 1, 2, 3, 4, 5]);
      expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 0, qmax: 5, scur: 0, lbtot: 2, stot: 7 });
      expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
    },
  );

  it('keeps its order when someone steps out of the middle', () => {
    const test = named(1, {});
    const clients = Array.from({ length: 5 }, () => test.connect());
    clients[2]?.reset();
    test.engine.run();
    for (const at of [0, 1, 3]) {
      clients[at]?.reset();
      test.engine.run();
    }
    expect(clients.map((client) => client.text)).toEqual(['A', 'A', '', 'A', 'A']);
  });

  it('waits while no server is usable, and moves on when one comes back', () => {
    const test = named(2, {});
    const clients = Array.from({ length: 4 }, () => test.connect());
    test.setServer(0, { usable: false });
    test.setServer(1, { usable: false });
    clients[0]?.reset();
    clients[1]?.reset();
    test.engine.run();
    expect(names(clients)).toBe('AB..');
    const late = test.connect();
    expect(late.ended).toBe(true);
    test.setServer(1, { usable: true });
    expect(names(clients)).toBe('ABB.');
    test.setServer(1, { maxconn: 2 });
    expect(names(clients)).toBe('ABBB');
  });

  it('leaves backups alone while an active server is usable', () => {
    const test = new Lab({
      timeouts: LONG,
      servers: [
        { maxconn: 1, script: { accepted: (peer) => void peer.send('A') } },
        { backup: true, script: { accepted: (peer) => void peer.send('B') } },
      ],
    });
    const clients = [test.connect(), test.connect()];
    test.setServer(1, { maxconn: 5 });
    expect(names(clients)).toBe('A.');
    test.setServer(0, { usable: false });
    expect(names(clients)).toBe('AB');
  });
});

describe('the queue of a backend with minconn', () => {
  it('comes before those who arrive as the limit grows', () => {
    const test = named(1, { backend: { fullconn: 10 } }, { minconn: 1, maxconn: 4 });
    const clients = Array.from({ length: 12 }, () => test.connect());
    expect(names(clients)).toBe('AAAA........');
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 8, lbtot: 1 });
    for (const client of clients) {
      client.reset();
      test.engine.run();
    }
    expect(names(clients)).toBe('AAAAAAAAAAAA');
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });
});

describe('the queue of a server', () => {
  it('stays with a server that is drained, which serves it', () => {
    const test = named(2, { backend: { balance: 'source' } });
    const clients = Array.from({ length: 4 }, () => test.connect());
    test.setServer(1, { drained: true });
    expect(names(clients)).toBe('B...');
    for (const client of clients) {
      client.reset();
      test.engine.run();
    }
    expect(names(clients)).toBe('BBBB');
    expect(test.figures(test.serverSlot(1))).toMatchObject({ stot: 4, wredis: 0 });
  });

  it('moves on with option redispatch, but not for a weight of 0', () => {
    const test = named(2, { backend: { balance: 'source', redispatch: -1 } });
    const clients = Array.from({ length: 3 }, () => test.connect());
    test.setServer(1, { weight: 0 });
    expect(names(clients)).toBe('B..');
    test.setServer(1, { weight: 1 });
    test.setServer(1, { drained: true });
    expect(names(clients)).toBe('BA.');
    expect(test.figures(test.serverSlot(1))).toMatchObject({ wredis: 2 });
  });

  it('is turned away with option redispatch when the last server goes', () => {
    const test = named(2, { backend: { balance: 'source', redispatch: -1 } });
    const clients = Array.from({ length: 3 }, () => test.connect());
    test.setServer(0, { usable: false });
    test.setServer(1, { usable: false });
    expect(clients.map((client) => client.ended)).toEqual([false, true, true]);
    expect(test.log.lines).toEqual([
      'web/<NOSRV> -1/-1/0 0 SC 3/3/2/0/+0 1/0',
      'web/<NOSRV> -1/-1/0 0 SC 2/2/1/0/+0 1/0',
    ]);
    expect(test.figures(test.serverSlot(1))).toMatchObject({ wredis: 2, econ: 0, qcur: 0 });
    expect(test.figures(test.backendSlot)).toMatchObject({ wredis: 2, econ: 2 });
  });

  it('finds whichever server comes back first', () => {
    const test = named(2, { backend: { balance: 'source' } });
    const clients = Array.from({ length: 3 }, () => test.connect());
    test.setServer(0, { usable: false });
    test.setServer(1, { usable: false });
    clients[0]?.reset();
    test.engine.run();
    expect(names(clients)).toBe('B..');
    test.setServer(0, { usable: true });
    expect(names(clients)).toBe('BA.');
    clients[1]?.reset();
    test.engine.run();
    expect(names(clients)).toBe('BAA');
  });

  it('keeps clients of source with their server', () => {
    const test = named(2, { backend: { balance: 'source' } });
    const clients = Array.from({ length: 7 }, () => test.connect());
    // 192.0.2.1 is 3221225985, odd: the second server.
    expect(names(clients)).toBe('B......');
    expect(test.figures(test.serverSlot(1))).toMatchObject({ qcur: 6, scur: 1, lbtot: 7 });
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 0, scur: 7, lbtot: 7 });
    for (const client of clients) {
      client.reset();
      test.engine.run();
    }
    expect(names(clients)).toBe('BBBBBBB');
    expect(test.log.lines[3]).toBe('web/B 1/0/0 1 CD 4/4/3/0/0 3/0');
  });

  it('is shared out when the server goes down', () => {
    const test = named(2, { backend: { balance: 'source', redispatch: -1 } });
    const clients = Array.from({ length: 6 }, () => test.connect());
    test.setServer(1, { usable: false });
    expect(names(clients)).toBe('BA....');
    expect(test.figures(test.serverSlot(1))).toMatchObject({ qcur: 0, wredis: 5, scur: 1 });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ qcur: 4, scur: 1, lbtot: 5 });
    expect(test.figures(test.backendSlot)).toMatchObject({ wredis: 5, lbtot: 11 });
    for (const client of clients) {
      client.reset();
      test.engine.run();
    }
    expect(names(clients)).toBe('BAAAAA');
    expect(test.log.lines[1]).toBe('web/A 1/0/0 1 CD 5/5/4/0/+0 1/0');
    expect(test.log.lines[2]).toBe('web/A 1/0/0 1 CD 4/4/3/0/+0 2/0');
  });

  it('stays where it is when no other server is usable', () => {
    const test = named(1, { backend: { balance: 'source' } });
    const clients = [test.connect(), test.connect()];
    test.setServer(0, { usable: false });
    clients[0]?.reset();
    test.engine.run();
    expect(names(clients)).toBe('A.');
    test.setServer(0, { usable: true });
    expect(names(clients)).toBe('AA');
  });
});

describe('minconn', () => {
  it('lets the limit grow with the load of the backend', () => {
    const test = named(1, { backend: { fullconn: 8 } }, { minconn: 1, maxconn: 10 });
    const clients: SimulatedPeer[] = [];
    const loads: string[] = [];
    for (let at = 0; at < 12; at++) {
      clients.push(test.connect());
      loads.push(`${test.figures(test.serverSlot(0)).scur}/${test.figures(test.backendSlot).scur}`);
    }
    expect(loads).toEqual('1/1 2/2 3/3 4/4 5/5 6/6 7/7 8/8 9/9 10/10 10/11 10/12'.split(' '));
  });
});
