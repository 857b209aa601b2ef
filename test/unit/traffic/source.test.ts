/** Where connections to servers come from: `source` and its port ranges, as HAProxy 2.6 was seen to use them. */
import { describe, expect, it } from 'vitest';
import type { SourceModel } from '../../../src/config/model.ts';
import type { ConnectOptions } from '../../../src/traffic/engine.ts';
import { Lab, type LabOptions } from './lab.ts';

const from = (host: string, port = 0) => ({ family: 'ipv4', host, port }) as const;

/** A lab whose attempts to connect are kept in `attempts`. */
function lab(source: SourceModel | undefined, options: LabOptions = {}) {
  const server = { ...options.servers?.[0], ...(source && { source }) };
  const test = new Lab({ ...options, servers: [server] });
  const attempts: ConnectOptions[] = [];
  const connect = test.engine.connect.bind(test.engine);
  test.engine.connect = (wanted, handler) => {
    attempts.push(wanted);
    return connect(wanted, handler);
  };
  const troubles: string[] = [];
  Object.assign(test.log, { trouble: (_proxy: number, _level: number, text: string) => troubles.push(text) });
  return { test, attempts, troubles };
}

describe('a fixed source', () => {
  it('is asked for with the same options for every client', () => {
    const { test, attempts } = lab({ address: from('127.0.0.5', 4000), interface: 'lo' });
    test.connect();
    test.connect();
    expect(attempts[0]).toMatchObject({ source: { host: '127.0.0.5', port: 4000 }, socket: { interface: 'lo' } });
    expect(attempts[1]).toBe(attempts[0]);
  });

  it('is not asked for where there is none', () => {
    const { test, attempts } = lab(undefined);
    test.connect();
    expect(attempts[0]).not.toHaveProperty('source');
    expect(attempts[0]).not.toHaveProperty('socket');
  });

  it('that cannot be had ends the session after retries at once, and says so', () => {
    const refused = { failure: 'source', code: 'EADDRNOTAVAIL' } as const;
    const { test, troubles } = lab(
      { address: from('10.9.8.7') },
      { servers: [{ script: { connect: refused } }], backend: { retries: 2 } },
    );
    test.connect();
    expect(test.log.line).toBe('web/A 1/-1/0 0 SC 1/1/0/0/2 0/0');
    const text = 'Cannot bind to source address before connect() for backend web.';
    expect(troubles).toEqual([text, text, text]);
  });
});

describe("the client's address", () => {
  it('comes with each client, and asks for what makes it possible', () => {
    const { test, attempts, troubles } = lab({ useSource: 'clientip' });
    test.dial({ from: { host: '192.0.2.1', port: 77 } } as never);
    test.engine.run();
    expect(attempts[0]?.socket).toEqual({ transparent: true });
    expect(attempts[0]?.source?.port).toBe(0);
    expect(attempts[0]?.source?.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(troubles).toEqual([]);
  });
});

describe('a range of ports', () => {
  const RANGE: SourceModel = { address: from('127.0.0.1', 40_000), lastPort: 40_001 };
  const ports = (attempts: readonly ConnectOptions[]) => attempts.map((one) => one.source?.port);

  it('serves as many sessions as it has ports, and the next ones when those have ended', () => {
    const { test, attempts, troubles } = lab(RANGE, { backend: { retries: 2 } });
    const first = test.connect();
    test.connect();
    expect(ports(attempts)).toEqual([40_000, 40_001]);
    test.connect();
    expect(test.log.line).toBe('web/A 1/-1/0 0 SC 3/3/2/2/2 0/0');
    expect(troubles).toHaveLength(3);
    expect(attempts).toHaveLength(2);
    first.reset();
    test.engine.run();
    test.connect();
    expect(ports(attempts)).toEqual([40_000, 40_001, 40_000]);
  });

  it('tries the next port when somebody else has the first, without a retry', () => {
    const taken = { failure: 'source', code: 'EADDRINUSE' } as const;
    const { test, attempts } = lab(RANGE, {
      servers: [{ script: { connect: (attempt) => (attempt === 1 ? taken : 'accept') } }],
    });
    test.connect();
    expect(ports(attempts)).toEqual([40_000, 40_001]);
    expect(test.figures(test.serverSlot(0))).toMatchObject({ wretr: 0, stot: 1 });
  });

  it('gives up when somebody else has them all, and every port is free again', () => {
    const taken = { failure: 'source', code: 'EADDRINUSE' } as const;
    const { test, attempts } = lab(RANGE, { servers: [{ script: { connect: taken } }], backend: { retries: 0 } });
    test.connect();
    expect(test.log.line).toMatch(/^web\/A 1\/-1\/0 0 SC /);
    test.connect();
    expect(ports(attempts)).toEqual([40_000, 40_001, 40_000, 40_001]);
  });

  it('is whole again after clients that went away while connecting', () => {
    const { test, attempts } = lab(RANGE, { servers: [{ script: { connect: 'blackhole' } }] });
    for (let round = 0; round < 6; round++) {
      const client = test.connect();
      client.reset();
      test.engine.run();
    }
    expect(ports(attempts)).toEqual([40_000, 40_001, 40_000, 40_001, 40_000, 40_001]);
  });
});

describe('options of connections', () => {
  it('are those of server and backend', () => {
    const { test, attempts } = lab(undefined, {
      servers: [{ userTimeout: 5000 }],
      backend: { tcpKeepAlive: true, keepAliveProbes: { count: 3, idle: 30, interval: 0 } },
    });
    test.connect();
    expect(attempts[0]).toMatchObject({
      keepAlive: true,
      socket: { userTimeout: 5000, keepAlive: { count: 3, idle: 30, interval: 0 } },
    });
  });

  it('tcp-smart-connect only where the client has spoken', () => {
    const { test, attempts } = lab(undefined, { servers: [{ maxconn: 1 }], backend: { smartConnect: true } });
    const first = test.connect();
    const second = test.connect();
    second.send('first words');
    test.engine.run();
    first.reset();
    test.engine.run();
    expect(attempts.map((one) => one.socket)).toEqual([undefined, { delayedAck: true }]);
  });
});
