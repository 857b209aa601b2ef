import { describe, expect, it } from 'vitest';
import { redispatches } from '../../../src/traffic/retry-rules.ts';
import { Lab, type LabOptions } from './lab.ts';

const REFUSE = { script: { connect: 'refuse' } } as const;
const PATIENT = { client: 4000, connect: 400 };

function refused(count: number, backend: LabOptions['backend']): Lab {
  return new Lab({ servers: Array.from({ length: count }, () => REFUSE), timeouts: PATIENT, backend: backend ?? {} });
}

// Lines and figures as HAProxy 2.6.12 shows them for the same configurations.
describe('retries', () => {
  it('try the same server again after timeout connect', () => {
    const test = refused(2, {});
    test.connect();
    const attempts: number[] = [];
    for (let ms = 0; ms < 1400; ms += 100) {
      attempts.push(test.servers[0]?.attempts ?? 0);
      test.engine.advance(100);
    }
    expect(attempts).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4]);
    expect(test.log.line).toBe('web/A 1/-1/1200 0 SC 1/1/0/0/3 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 4, econ: 1, wretr: 3, lbtot: 1, connect: 4 });
    expect(test.figures(test.backendSlot)).toMatchObject({ stot: 1, econ: 1, wretr: 3, lbtot: 1, connect: 4 });
    expect(test.servers[1]?.attempts).toBe(0);
  });

  it('wait a second at most', () => {
    const test = new Lab({ servers: [REFUSE], timeouts: { client: 9000, connect: 3000 } });
    test.connect();
    test.engine.advance(3500);
    expect(test.log.line).toBe('web/A 1/-1/3000 0 SC 1/1/0/0/3 0/0');
  });

  it('do not wait after a connect that took its whole time', () => {
    const script = { connect: 'blackhole' } as const;
    const test = new Lab({ servers: [{ script }], timeouts: { client: 9000, connect: 400 }, backend: { retries: 2 } });
    test.connect();
    test.engine.advance(3000);
    expect(test.log.line).toBe('web/A 1/-1/1200 0 sC 1/1/0/0/2 0/0');
  });

  it('may succeed', () => {
    const script = { connect: (attempt: number) => (attempt < 3 ? 'refuse' : 'accept') } as const;
    const test = new Lab({ servers: [{ script }], timeouts: { ...PATIENT, server: 4000 } });
    const client = test.connect();
    test.engine.advance(800);
    client.reset();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/800/800 0 CD 1/1/0/0/2 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ econ: 0, wretr: 2, connect: 3 });
  });

  it('end with option redispatch once the only server is in maintenance', () => {
    const test = refused(1, { redispatch: -1 });
    test.connect();
    test.engine.advance(100);
    test.setServer(0, { usable: false });
    test.engine.advance(400);
    expect(test.log.line).toBe('web/<NOSRV> 1/-1/400 0 SC 1/1/0/0/1 0/0');
  });

  it('leave the sessions of the server while they wait', () => {
    const test = new Lab({ servers: [{ ...REFUSE, maxconn: 1 }], timeouts: { ...PATIENT, queue: 3000 } });
    test.connect();
    test.connect();
    test.engine.advance(100);
    // One waits for its next attempt, on its place all the same: the other one still waits for that.
    expect(test.figures(test.serverSlot(0))).toMatchObject({ scur: 0, smax: 1, stot: 1 });
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 1, scur: 2 });
    test.engine.advance(3000);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ scur: 0, smax: 1 });
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });

  it('keep the place of a server with maxconn', () => {
    const test = new Lab({ servers: [{ ...REFUSE, maxconn: 1 }], timeouts: { ...PATIENT, queue: 3000 } });
    test.connect();
    test.connect();
    test.engine.advance(100);
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 1 });
    test.engine.advance(1300);
    expect(test.log.lines).toEqual(['web/A 1/-1/1200 0 SC 2/2/1/0/3 0/0']);
    test.engine.advance(1300);
    expect(test.log.lines[1]).toBe('web/A 1201/-1/2400 0 SC 1/1/0/0/3 0/1');
  });
});

describe('redispatch', () => {
  it.each(['roundrobin', 'static-rr', 'leastconn', 'first'] as const)(
    'goes to the next server at once: %s',
    (balance) => {
      const test = refused(2, { balance, redispatch: -1 });
      test.connect();
      expect(test.log.line).toBe('web/B 1/-1/0 0 SC 1/1/0/0/+3 0/0');
      expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 2, econ: 0, wredis: 2, wretr: 0, lbtot: 2 });
      expect(test.figures(test.serverSlot(1))).toMatchObject({ stot: 2, econ: 1, wredis: 1, wretr: 0, lbtot: 2 });
      expect(test.figures(test.backendSlot)).toMatchObject({ stot: 1, econ: 1, wredis: 3, lbtot: 4, connect: 4 });
    },
  );

  it('reaches a light server although a heavy one is next', () => {
    const test = new Lab({
      servers: [
        { ...REFUSE, weight: 10 },
        { weight: 1, script: { accepted: (peer) => void peer.send('hi').end() } },
      ],
      backend: { redispatch: -1 },
    });
    for (let round = 0; round < 3; round++) test.connect().end();
    test.engine.run();
    expect(test.log.lines.map((line) => line.split(' ')[0])).toEqual(['web/B', 'web/B', 'web/B']);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ wredis: 3, lbtot: 3 });
  });

  it('waits where there is only one server', () => {
    const test = refused(1, { redispatch: -1 });
    test.connect();
    test.engine.advance(2000);
    // The last retry asks for a server anew, so waiting for a place counts until then.
    expect(test.log.line).toBe('web/A 1201/-1/1200 0 SC 1/1/0/0/3 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ wretr: 3, wredis: 0, lbtot: 1, econ: 1 });
  });

  it('leaves a client with its server until the last retry: source', () => {
    const test = refused(2, { redispatch: -1, balance: 'source' });
    test.connect();
    test.engine.advance(2000);
    expect(test.log.records[0]).toMatchObject({ totalTime: 800, termination: 'SC', retries: 3, redispatched: false });
    expect(test.figures(test.backendSlot)).toMatchObject({ wretr: 3, wredis: 0, lbtot: 1, connect: 4, econ: 1 });
  });

  it('leaves a server that has gone down between two attempts, option or not', () => {
    const test = new Lab({
      servers: [REFUSE, { script: { accepted: (peer) => void peer.send('hi').end() } }],
      timeouts: PATIENT,
    });
    const client = test.connect();
    test.engine.advance(100);
    test.setServer(0, { usable: false });
    test.engine.advance(300);
    expect(client.text).toBe('hi');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ wretr: 1, wredis: 1, connect: 1 });
  });

  it('stays when the other server is full', () => {
    const test = new Lab({
      servers: [
        { ...REFUSE, maxconn: 1 },
        { maxconn: 1, script: { accepted: (peer) => void peer.send('hi') } },
      ],
      timeouts: { client: 4000, server: 4000 },
      backend: { redispatch: -1 },
    });
    test.connect();
    expect(test.servers[1]?.peers.length).toBe(1);
    test.connect();
    expect(test.log.line).toBe('web/A 1/-1/0 0 SC 2/2/1/0/3 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 5, econ: 1, wretr: 3, wredis: 1, lbtot: 2 });
  });

  it('follows the interval the option names', () => {
    const model = { redispatch: 0, retries: 6 } as Parameters<typeof redispatches>[0];
    const onRetries = (redispatch: number) =>
      [1, 2, 3, 4, 5, 6].filter((retry) => redispatches({ ...model, redispatch }, retry, true, 2));
    expect(onRetries(0)).toEqual([]);
    expect(onRetries(-1)).toEqual([6]);
    expect(onRetries(-2)).toEqual([5]);
    expect(onRetries(1)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(onRetries(3)).toEqual([3, 6]);
  });
});
