import { expect, it } from 'vitest';
import { Word } from '../../../src/servers/shared-table.ts';
import type { SimulatedPeer } from '../../../src/traffic/engines/simulated/peer.ts';
import type { ServerScript } from '../../../src/traffic/engines/simulated/scripted-server.ts';
import { Lab } from './lab.ts';
import { seeded } from './random.ts';

const SEEDS = [1, 2, 3, Number(process.env.HAPAX_SEED ?? Date.now() % 100_000)];

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** A server that does something else with every connection. */
function moodyServer(random: () => number): ServerScript {
  return {
    get delay() {
      return pick(random, [0, 0, 0, 5, 60]);
    },
    connect: () => pick(random, ['accept', 'accept', 'accept', 'accept', 'refuse', 'blackhole'] as const),
    accepted: (peer) => {
      const mood = Math.floor(random() * 6);
      if (mood === 0) peer.send('bye').end();
      else if (mood === 1) peer.reset();
      else if (mood === 2) peer.onData = () => void peer.send('answer').end();
      else if (mood === 3) peer.onData = () => void peer.reset();
      else if (mood === 4) {
        peer.onData = (bytes) => void peer.send(bytes);
        peer.onEnd = () => void peer.end();
      }
    },
  };
}

function leave(random: () => number, client: SimulatedPeer): void {
  pick(random, [() => client.end(), () => client.reset(), () => client.close(), () => client.send('more').end()])();
}

it.each(SEEDS)(
  '2,000 sessions ended at random moments leave every gauge at 0 (seed %d)',
  (seed) => {
    const random = seeded(seed);
    const balance = pick(random, ['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random'] as const);
    const maxconn = [3, 5, 1];
    const test = new Lab({
      servers: maxconn.map((most) => ({ script: moodyServer(random), maxconn: most, maxqueue: 4 })),
      timeouts: { client: 200, server: 150, connect: 50, queue: 80 },
      backend: { balance, retries: 2, redispatch: pick(random, [0, -1, 1]) },
      frontend: { maxconn: 40 },
      listeners: 2,
      maxconn: 60,
    });
    expect(test.started?.failures).toEqual([]);
    let dialled = 0;
    const open: SimulatedPeer[] = [];
    while (dialled < 2000) {
      for (let burst = Math.floor(random() * 12); burst > 0 && dialled < 2000; burst--) {
        dialled++;
        const from = { host: `10.1.${Math.floor(random() * 4)}.${Math.floor(random() * 250)}`, port: 1000 + dialled };
        const client = test.dial({ from }, pick(random, ['127.0.0.1:8080', '127.0.0.1:8081']));
        if (random() < 0.5) client.send('hello');
        if (random() < 0.1) leave(random, client);
        else open.push(client);
      }
      if (random() < 0.7) test.engine.advance(Math.floor(random() * 20));
      while (open.length > 0 && random() < 0.6) leave(random, open.splice(Math.floor(random() * open.length), 1)[0]!);
      if (random() < 0.05) test.setServer(Math.floor(random() * 3), { usable: random() < 0.7 });
      if (random() < 0.05) test.setServer(Math.floor(random() * 3), { weight: 1 + Math.floor(random() * 5) });
      if (random() < 0.03) test.service.shutdownSessions(test.serverSlot(Math.floor(random() * 3)), 'D');
      for (const [at, most] of maxconn.entries()) {
        expect(test.table.get(test.serverSlot(at), Word.current)).toBeLessThanOrEqual(most);
      }
      expect(test.table.get(test.frontendSlot, Word.current)).toBeLessThanOrEqual(40);
    }
    for (const client of open) client.close();
    test.engine.advance(60_000);

    expect(test.gauges.filter((gauge) => gauge !== 0)).toEqual([]);
    expect(test.service.sessionCount).toBe(0);
    expect(test.engine.openConnections).toBe(0);
    expect(test.engine.activeTimers).toBe(0);
    const { records } = test.log;
    const frontend = test.figures(test.frontendSlot);
    const backend = test.figures(test.backendSlot);
    const servers = maxconn.map((_, at) => test.figures(test.serverSlot(at)));
    const sum = (name: keyof typeof backend) => servers.reduce((all, server) => all + server[name], 0);
    expect(records.length).toBe(frontend.stot);
    expect(backend.stot).toBe(frontend.stot);
    expect(test.figures(test.listenerSlot(0)).stot + test.figures(test.listenerSlot(1)).stot).toBe(frontend.stot);
    // Every attempt is a session of its server; sessions without one made none.
    expect(sum('stot')).toBe(backend.connect);
    expect(sum('connect')).toBe(backend.connect);
    expect(sum('wretr')).toBe(backend.wretr);
    expect(sum('wredis')).toBe(backend.wredis);
    expect(sum('lbtot')).toBe(backend.lbtot);
    const bytes = (name: 'bytesIn' | 'bytesOut') => records.reduce((all, record) => all + record[name], 0);
    expect([frontend.bin, frontend.bout]).toEqual([bytes('bytesIn'), bytes('bytesOut')]);
    expect([backend.bin, backend.bout]).toEqual([frontend.bin, frontend.bout]);
    expect(sum('bout')).toBe(backend.bout);
    for (const [at, most] of maxconn.entries()) {
      expect(test.table.get(test.serverSlot(at), Word.currentMax)).toBeLessThanOrEqual(most);
    }
    const states = new Set(records.map((record) => record.termination));
    expect(states.size).toBeGreaterThan(6);
  },
  60_000,
);
