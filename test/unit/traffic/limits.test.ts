import { describe, expect, it } from 'vitest';
import { Word } from '../../../src/servers/shared-table.ts';
import { PROCESS_SLOT } from '../../../src/servers/slots.ts';
import { Counter } from '../../../src/stats/counters.ts';
import { Lab } from './lab.ts';

const GREET = { accepted: (peer: { send(text: string): unknown }) => void peer.send('hi') };
const LONG = { client: 60_000, server: 60_000 };

describe('limits on clients', () => {
  it('let clients of a full frontend wait unseen', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG, frontend: { maxconn: 1 } });
    const first = test.connect();
    const second = test.connect();
    test.engine.advance(300);
    expect([first.text, second.text]).toEqual(['hi', '']);
    expect(test.figures(test.frontendSlot)).toMatchObject({ scur: 1, stot: 1 });
    first.reset();
    test.engine.run();
    expect(second.text).toBe('hi');
    second.reset();
    test.engine.run();
    // The time before accept is nobody's.
    expect(test.log.lines[1]).toBe('web/A 1/0/0 2 CD 1/1/0/0/0 0/0');
    expect(test.figures(test.frontendSlot)).toMatchObject({ scur: 0, stot: 2, smax: 1 });
  });

  it('hold a full listener and leave the other one', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG, listeners: 2, frontend: {} });
    expect(test.started?.bound.map((bound) => bound.port)).toEqual([8080, 8081]);
    const clients = [test.connect('127.0.0.1:8080'), test.connect('127.0.0.1:8081')];
    expect(clients.map((client) => client.text)).toEqual(['hi', 'hi']);
    expect(test.figures(test.listenerSlot(0))).toMatchObject({ scur: 1, stot: 1, bout: 2 });
    expect(test.figures(test.listenerSlot(1))).toMatchObject({ scur: 1, stot: 1, bout: 2 });
    expect(test.figures(test.frontendSlot)).toMatchObject({ scur: 2, stot: 2, bout: 4 });
  });

  it('hold every frontend while the process is full', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG, maxconn: 2, listeners: 2 });
    const clients = ['8080', '8081', '8080', '8081'].map((port) => test.connect(`127.0.0.1:${port}`));
    expect(clients.map((client) => client.text)).toEqual(['hi', 'hi', '', '']);
    expect(test.table.get(PROCESS_SLOT, Word.current)).toBe(2);
    clients[0]?.reset();
    clients[1]?.reset();
    test.engine.run();
    expect(clients.map((client) => client.text)).toEqual(['hi', 'hi', 'hi', 'hi']);
    for (const client of clients) client.reset();
    test.engine.run();
    expect(test.table.get(PROCESS_SLOT, Word.currentMax)).toBe(2);
    expect(test.gauges.filter((gauge) => gauge !== 0)).toEqual([]);
  });

  it('follow rate-limit sessions', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG, frontend: { rateLimit: 10 } });
    for (let at = 0; at < 60; at++) test.connect();
    const served: number[] = [];
    for (let second = 0; second < 5; second++) {
      served.push(test.figures(test.frontendSlot).stot);
      test.engine.advance(1000);
    }
    expect(served[0]).toBe(10);
    for (let second = 1; second < 5; second++) {
      expect((served[second] as number) - (served[second - 1] as number)).toBeLessThanOrEqual(11);
      expect((served[second] as number) - (served[second - 1] as number)).toBeGreaterThanOrEqual(8);
    }
  });
});

describe('start and end', () => {
  it('report what could not be bound, and take no client then', () => {
    const test = new Lab({ servers: [{ script: GREET }], listeners: 1 });
    expect(test.started).toEqual({ bound: [{ proxy: 0, listener: 0, host: '127.0.0.1', port: 8080 }], failures: [] });
    const taken = new Lab({ servers: [{ script: GREET }], listeners: 2, occupied: ['127.0.0.1:8081'] });
    expect(taken.started?.failures).toEqual([{ proxy: 0, listener: 1, code: 'EADDRINUSE' }]);
    expect(taken.connect().text).toBe('');
    expect(taken.figures(taken.frontendSlot).stot).toBe(0);
  });

  it('drain: no new clients, the old ones finish', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG });
    const client = test.connect();
    let drained = false;
    test.service.drain(() => {
      drained = true;
    });
    test.engine.run();
    expect(drained).toBe(false);
    expect(test.connect().wasReset).toBe(true);
    client.reset();
    test.engine.run();
    expect(drained).toBe(true);
  });

  it('stop at once', () => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG });
    const client = test.connect();
    test.service.stopNow();
    test.service.stopNow();
    expect(test.engine.openConnections).toBe(0);
    test.engine.run();
    expect(client.wasReset || client.ended).toBe(true);
    expect(test.engine.activeTimers).toBe(0);
    let drained = false;
    test.service.drain(() => {
      drained = true;
    });
    expect(drained).toBe(true);
  });
});

describe('servers', () => {
  it('get no new sessions when they go down, and the old ones go on', () => {
    const test = new Lab({ servers: [{ script: GREET }, { script: GREET }], timeouts: LONG });
    const first = test.connect();
    test.setServer(0, { usable: false });
    for (let at = 0; at < 6; at++) test.connect();
    expect(test.servers.map((server) => server.peers.length)).toEqual([1, 6]);
    expect(first.ended).toBe(false);
    test.setServer(0, { usable: true, weight: 0 });
    for (let at = 0; at < 3; at++) test.connect();
    expect(test.servers.map((server) => server.peers.length)).toEqual([1, 9]);
    test.setServer(0, { weight: 3 });
    for (let at = 0; at < 8; at++) test.connect();
    expect(test.servers.map((server) => server.peers.length)).toEqual([7, 11]);
  });

  it('are seen through the table alone, without a message', () => {
    const test = new Lab({ servers: [{ script: GREET }, { script: GREET }], timeouts: LONG });
    test.table.set(test.serverSlot(0), Word.usable, 0);
    test.table.add(test.serverSlot(0), Word.generation, 1);
    test.table.add(test.backendSlot, Word.generation, 1);
    for (let at = 0; at < 4; at++) test.connect();
    expect(test.servers.map((server) => server.peers.length)).toEqual([0, 4]);
  });

  it('backup: the first one only, or all of them', () => {
    const servers = [{ script: GREET }, { script: GREET, backup: true }, { script: GREET, backup: true }];
    const one = new Lab({ servers, timeouts: LONG });
    one.setServer(0, { usable: false });
    for (let at = 0; at < 4; at++) one.connect();
    expect(one.servers.map((server) => server.peers.length)).toEqual([0, 4, 0]);
    one.setServer(1, { usable: false });
    one.connect();
    expect(one.servers.map((server) => server.peers.length)).toEqual([0, 4, 1]);
    const all = new Lab({ servers, timeouts: LONG, backend: { allBackups: true } });
    all.setServer(0, { usable: false });
    for (let at = 0; at < 4; at++) all.connect();
    expect(all.servers.map((server) => server.peers.length)).toEqual([0, 2, 2]);
  });

  it('without a port use the one the client came to, or an offset from it', () => {
    const test = new Lab({
      servers: [
        { address: { family: 'ipv4', host: '10.0.0.9', port: 0 } },
        { address: { family: 'ipv4', host: '10.0.0.9', port: 100, portIsOffset: true } },
      ],
      timeouts: LONG,
    });
    const same = test.engine.serve('10.0.0.9:8080');
    const offset = test.engine.serve('10.0.0.9:8180');
    test.connect();
    test.connect();
    expect([same.peers.length, offset.peers.length]).toEqual([1, 1]);
  });

  it('remember when their last session began', () => {
    const test = new Lab({ servers: [{ script: GREET }, { script: GREET }], timeouts: LONG });
    test.connect();
    const second = Math.floor(test.engine.now() / 1000);
    expect(test.counters.get(test.serverSlot(0), Counter.lastSessionSecond)).toBe(second);
    expect(test.counters.get(test.backendSlot, Counter.lastSessionSecond)).toBe(second);
    expect(test.counters.get(test.serverSlot(1), Counter.lastSessionSecond)).toBe(0);
    expect(test.counters.rateMax(test.frontendSlot, Counter.connectionRate)).toBe(1);
    expect(test.counters.rateMax(test.serverSlot(0), Counter.sessionRate)).toBe(1);
    expect(test.counters.rateMax(PROCESS_SLOT, Counter.sessionRate)).toBe(1);
  });

  it.each([86_400_000, -86_400_000])('and their rates, whoever sets the wall clock (%d ms)', (jump) => {
    const test = new Lab({ servers: [{ script: GREET }], timeouts: LONG });
    test.connect();
    test.connect();
    const second = test.counters.get(test.serverSlot(0), Counter.lastSessionSecond);
    test.engine.clock.setWallClock(jump);
    test.engine.advance(500);
    test.connect();
    expect(test.counters.get(test.serverSlot(0), Counter.lastSessionSecond)).toBe(second);
    for (const slot of [test.frontendSlot, test.backendSlot, test.serverSlot(0), PROCESS_SLOT]) {
      expect(test.counters.rate(slot, Counter.sessionRate, test.engine.now())).toBe(3);
    }
  });
});
