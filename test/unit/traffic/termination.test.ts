import { describe, expect, it } from 'vitest';
import type { ServerScript } from '../../../src/traffic/engines/simulated/scripted-server.ts';
import { Lab, type LabOptions, nonZero } from './lab.ts';

const GREET: ServerScript = { accepted: (peer) => void peer.send('hello').end() };
const ECHO: ServerScript = {
  accepted: (peer) => {
    peer.onData = (bytes) => void peer.send(bytes);
    peer.onEnd = () => void peer.end();
  },
};
const SILENT: ServerScript = {};

function lab(script: ServerScript, options: LabOptions = {}): Lab {
  return new Lab({ servers: [{ script }], ...options });
}

/** Figures of server and backend that go with a state, beyond the sessions themselves. */
const ESTABLISHED = { stot: 1, smax: 1, lbtot: 1, connect: 1 };

// The lines and figures are those of HAProxy 2.6.12 for the same script, but for times that only a real clock adds.
describe('sessions that reach their server', () => {
  it('-- when the server closes and the client follows', () => {
    const test = lab(GREET);
    const client = test.connect();
    expect(client.events).toEqual(['data hello', 'end']);
    client.close();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/0/0 5 -- 1/1/0/0/0 0/0');
    expect(nonZero(test.figures(test.serverSlot(0)))).toEqual({ ...ESTABLISHED, bout: 5 });
    expect(nonZero(test.figures(test.backendSlot))).toEqual({ ...ESTABLISHED, bout: 5 });
    expect(test.figures(test.frontendSlot)).toMatchObject({ stot: 1, bout: 5, scur: 0, smax: 1 });
    expect(test.figures(test.listenerSlot(0))).toMatchObject({ stot: 1, bout: 5, scur: 0, smax: 1 });
  });

  it('-- when the client closes its half first and is answered', () => {
    const test = lab(ECHO);
    const client = test.connect().send('abc').end();
    test.engine.run();
    expect(client.text).toBe('abc');
    expect(test.log.line).toBe('web/A 1/0/0 3 -- 1/1/0/0/0 0/0');
    expect(test.figures(test.frontendSlot)).toMatchObject({ bin: 3, bout: 3 });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ bin: 3, bout: 3, cli_abrt: 0, srv_abrt: 0 });
  });

  it('CD on a RST of the client', () => {
    const test = lab(ECHO);
    const client = test.connect().send('abc');
    test.engine.advance(50);
    client.reset();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/0/50 3 CD 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ cli_abrt: 1, srv_abrt: 0, ttime: 50 });
    expect(test.figures(test.backendSlot)).toMatchObject({ cli_abrt: 1, ttime: 50 });
  });

  it('SD on a RST of the server', () => {
    const test = lab({ accepted: (peer) => void peer.send('part').reset() });
    const client = test.connect().send('abc');
    test.engine.run();
    expect(client.wasReset).toBe(true);
    expect(test.log.records[0]).toMatchObject({ termination: 'SD', serverName: 'A' });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ srv_abrt: 1, eresp: 1, cli_abrt: 0 });
    expect(test.figures(test.backendSlot)).toMatchObject({ srv_abrt: 1, eresp: 1 });
  });

  it('cD when both sides are silent and the timeouts are equal', () => {
    const test = lab(SILENT);
    test.connect();
    test.engine.advance(1000);
    expect(test.log.line).toBe('web/A 1/0/900 0 cD 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ cli_abrt: 1, srv_abrt: 0 });
  });

  it('sD when the server is silent for too long', () => {
    const test = lab(SILENT, { timeouts: { client: 3000 } });
    const client = test.connect();
    client.onEnd = () => void client.close();
    test.engine.advance(4000);
    expect(test.log.line).toBe('web/A 1/0/900 0 sD 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ cli_abrt: 0, srv_abrt: 1, eresp: 0 });
  });

  it.each(['D', 'U', 'K'] as const)('%s- when we cut it', (cause) => {
    const test = lab(ECHO, cause === 'U' ? { servers: [{ script: ECHO, backup: true }] } : {});
    const client = test.connect().send('abc');
    test.engine.advance(10);
    if (cause === 'U') test.service.shutdownBackupSessions(test.backendSlot);
    else test.service.shutdownSessions(test.serverSlot(0), cause);
    test.engine.run();
    expect(client.events).toEqual(['data abc', 'end']);
    expect(test.log.line).toBe(`web/A 1/0/10 3 ${cause}- 1/1/0/0/0 0/0`);
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });

  it.each(['blackhole', 'refuse'] as const)('DC when it is cut while it connects: %s', (connect) => {
    const test = lab({ connect });
    test.connect();
    test.engine.advance(100);
    test.service.shutdownSessions(test.serverSlot(0), 'D');
    test.engine.run();
    expect(test.log.line).toBe(`web/A 1/-1/100 0 DC 1/1/0/0/${connect === 'refuse' ? 1 : 0} 0/0`);
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });

  it('K for all there are, in order, those that wait last', () => {
    const test = new Lab({
      servers: [{ script: ECHO, maxconn: 2 }],
      timeouts: { client: 9000, server: 9000, queue: 9000 },
    });
    const clients = Array.from({ length: 4 }, () => test.connect().send('abc'));
    test.engine.advance(10);
    test.service.shutdownEverything();
    test.engine.run();
    expect(test.log.records.map((record) => record.termination)).toEqual(['K-', 'K-', 'KC', 'KC']);
    expect(test.log.records.map((record) => record.clientPort)).toEqual(clients.map((client) => client.local.port));
    expect(clients.every((client) => client.ended)).toBe(true);
    expect(test.service.sessionCount).toBe(0);
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });
});

describe('sessions that do not reach a server', () => {
  it('SC at once without a usable server', () => {
    const test = new Lab({ servers: [{ disabled: true }] });
    const client = test.connect();
    expect(client.events).toEqual(['end']);
    expect(test.log.line).toBe('web/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0');
    expect(nonZero(test.figures(test.backendSlot))).toEqual({ stot: 1, smax: 1, econ: 1 });
    expect(nonZero(test.figures(test.serverSlot(0)))).toEqual({});
  });

  it('SC at once without a backend', () => {
    const test = new Lab({ withoutBackend: true });
    const client = test.connect();
    expect(client.events).toEqual(['end']);
    expect(test.log.line).toBe('web/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0');
  });

  it('SC when the connection is refused', () => {
    const test = lab({ connect: 'refuse' }, { backend: { retries: 0 } });
    const client = test.dial().send('abc');
    test.engine.run();
    expect(client.events).toEqual(['end']);
    expect(test.log.line).toBe('web/A 1/-1/0 0 SC 1/1/0/0/0 0/0');
    expect(nonZero(test.figures(test.serverSlot(0)))).toEqual({ ...ESTABLISHED, econ: 1, bin: 3 });
    expect(nonZero(test.figures(test.backendSlot))).toEqual({ ...ESTABLISHED, econ: 1, bin: 3 });
    expect(test.figures(test.frontendSlot)).toMatchObject({ bin: 3 });
  });

  it('sC when connecting takes too long', () => {
    const test = lab({ connect: 'blackhole' }, { backend: { retries: 1 }, timeouts: { client: 3000 } });
    test.connect();
    test.engine.advance(2000);
    expect(test.log.line).toBe('web/A 1/-1/800 0 sC 1/1/0/0/1 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ econ: 1, wretr: 1, connect: 2, stot: 2, lbtot: 1 });
  });

  it('cC when the client, too, has been silent for too long by then', () => {
    const test = lab({ connect: 'blackhole' }, { backend: { retries: 1 }, timeouts: { client: 300 } });
    test.connect();
    test.engine.advance(2000);
    expect(test.log.line).toBe('web/A 1/-1/800 0 cC 1/1/0/0/1 0/0');
    expect(test.figures(test.backendSlot)).toMatchObject({ econ: 1, cli_abrt: 1, wretr: 1 });
  });

  it('sC when that client has sent something', () => {
    const test = lab({ connect: 'blackhole' }, { backend: { retries: 0 }, timeouts: { client: 300 } });
    test.dial().send('abc');
    test.engine.advance(2000);
    expect(test.log.line).toBe('web/A 1/-1/400 0 sC 1/1/0/0/0 0/0');
    expect(test.figures(test.backendSlot)).toMatchObject({ econ: 1, cli_abrt: 0, bin: 3 });
  });

  it('cC when the client is silent for too long between two attempts', () => {
    const test = lab({ connect: 'refuse' }, { timeouts: { client: 300, connect: 1000 } });
    test.connect();
    test.engine.advance(2000);
    expect(test.log.line).toBe('web/A 1/-1/300 0 cC 1/1/0/0/1 0/0');
    expect(test.figures(test.backendSlot)).toMatchObject({ econ: 0, cli_abrt: 1, wretr: 1 });
  });

  it('CC when the client leaves while we connect', () => {
    const test = lab({ connect: 'blackhole' });
    const client = test.connect();
    test.engine.advance(50);
    client.end();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/-1/50 0 CC 1/1/0/0/0 0/0');
    expect(client.ended).toBe(true);
    expect(test.figures(test.backendSlot)).toMatchObject({ cli_abrt: 0, econ: 0 });
  });

  it('goes on connecting for a client that has sent all it had', () => {
    const test = lab({ ...ECHO, delay: 100 });
    const client = test.dial().send('abc').end();
    test.engine.run();
    test.engine.advance(100);
    expect(client.text).toBe('abc');
    expect(test.log.line).toBe('web/A 1/100/100 3 -- 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ ctime: 100, ttime: 100, qtime: 0 });
  });

  it('CD on a RST of the client while we connect', () => {
    const test = lab({ connect: 'blackhole' });
    const client = test.dial().send('abc');
    test.engine.advance(50);
    client.reset();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/-1/50 0 CD 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ cli_abrt: 1, econ: 0, bin: 3 });
  });

  it.each([
    ['CC', (client: { end(): unknown }) => client.end(), 0],
    ['CD', (client: { reset(): unknown }) => client.reset(), 1],
  ] as const)('%s between two attempts', (state, leave, aborts) => {
    const test = lab({ connect: 'refuse' });
    const client = test.connect();
    test.engine.advance(50);
    leave(client);
    test.engine.run();
    expect(test.log.line).toBe(`web/A 1/-1/50 0 ${state} 1/1/0/0/1 0/0`);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ cli_abrt: aborts, wretr: 1, stot: 1, econ: 0 });
    test.engine.advance(5000);
    expect(test.servers[0]?.attempts).toBe(1);
  });

  it('SC when there are no ports left, after waits and without a spin', () => {
    const failure = { failure: 'no-port', code: 'EADDRNOTAVAIL' } as const;
    const test = lab({ connect: failure }, { backend: { retries: 2, redispatch: 1 }, timeouts: { client: 9000 } });
    test.connect();
    test.engine.advance(399);
    expect(test.servers[0]?.attempts).toBe(1);
    test.engine.advance(5000);
    expect(test.servers[0]?.attempts).toBe(3);
    expect(test.log.records[0]).toMatchObject({ termination: 'SC', totalTime: 800, retries: 2 });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ econ: 1 });
  });
});

describe('sessions that wait in a queue', () => {
  const options: LabOptions = {
    servers: [{ script: ECHO, maxconn: 1 }],
    timeouts: { client: 3000, server: 3000 },
  };

  it('are served when a place is free', () => {
    const test = new Lab(options);
    const first = test.connect().send('1');
    const second = test.connect();
    test.engine.advance(200);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ qcur: 0, scur: 1 });
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 1, qmax: 1, scur: 2 });
    first.end();
    test.engine.run();
    second.send('2').end();
    test.engine.run();
    expect(second.text).toBe('2');
    expect(test.log.lines).toEqual(['web/A 1/0/200 1 -- 2/2/1/0/0 0/0', 'web/A 201/0/200 1 -- 1/1/0/0/0 0/1']);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 2, lbtot: 1, smax: 1, qtime: 200, ttime: 400 });
    expect(test.figures(test.backendSlot)).toMatchObject({ stot: 2, lbtot: 1, smax: 2, qtime: 200, qcur: 0 });
  });

  it.each([
    ['sQ', 401, 400, (_: unknown) => undefined, { econ: 1, cli_abrt: 0 }],
    ['CQ', 101, 100, (client: { end(): unknown }) => client.end(), { econ: 0, cli_abrt: 0 }],
    ['CD', 101, 100, (client: { reset(): unknown }) => client.reset(), { econ: 0, cli_abrt: 1 }],
  ] as const)('%s', (state, queueTime, total, leave, figures) => {
    const test = new Lab(options);
    test.connect();
    const waiting = test.connect();
    test.engine.advance(100);
    leave(waiting);
    test.engine.advance(300);
    expect(test.log.line).toBe(`web/<NOSRV> ${queueTime}/-1/${total} 0 ${state} 2/2/1/0/0 0/1`);
    expect(test.figures(test.backendSlot)).toMatchObject({ ...figures, qcur: 0, scur: 1 });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ econ: 0, cli_abrt: 0, stot: 1 });
  });

  it('cQ when the client has sent nothing for too long', () => {
    const test = new Lab({ ...options, timeouts: { client: 300, server: 3000, queue: 1000 } });
    const first = test.connect();
    test.engine.advance(200);
    first.send('x');
    test.connect();
    test.engine.advance(290);
    first.send('x');
    test.engine.advance(10);
    expect(test.log.line).toBe('web/<NOSRV> -1/-1/300 0 cQ 2/2/1/0/0 0/1');
    expect(test.figures(test.backendSlot)).toMatchObject({ cli_abrt: 1, econ: 0 });
  });

  it('SQ at once when the queue of the server they belong to is full', () => {
    const test = new Lab({
      ...options,
      servers: [{ script: ECHO, maxconn: 1, maxqueue: 1 }],
      backend: { balance: 'source' },
    });
    test.connect();
    test.connect();
    const third = test.connect();
    expect(third.events).toEqual(['end']);
    expect(test.log.line).toBe('web/A -1/-1/0 0 SQ 3/3/2/1/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ econ: 1, qcur: 1, lbtot: 3, stot: 1 });
    expect(test.figures(test.backendSlot)).toMatchObject({ econ: 1, qcur: 0 });
  });

  it('use timeout connect where there is no timeout queue', () => {
    const test = new Lab({ ...options, timeouts: { client: 3000, server: 3000, connect: 700, queue: 0 } });
    test.connect();
    test.connect();
    test.engine.advance(700);
    expect(test.log.records[0]).toMatchObject({ termination: 'sQ', totalTime: 700 });
  });
});

describe('what the log is told', () => {
  it('of a session that begins, only for the default line', () => {
    const plain = lab(GREET, { log: { line: 'default' } });
    plain.connect();
    expect(plain.log.begunRecords).toMatchObject([{ clientHost: '192.0.2.1', localPort: 8080, frontendName: 'web' }]);
    const tcp = lab(GREET);
    tcp.connect();
    expect(tcp.log.begunRecords).toEqual([]);
  });

  it('with logasap when the connection stands, and never again', () => {
    const test = lab(ECHO, { log: { logAsap: true } });
    const client = test.connect().send('abc');
    test.engine.advance(20);
    expect(test.log.line).toBe('web/A 1/0/0 0 -- 1/1/1/1/0 0/0');
    client.end();
    test.engine.run();
    expect(test.log.lines.length).toBe(1);
  });
});
