import { describe, expect, test } from 'vitest';
import { ConnectionSource } from '../../../src/traffic/connection-source.ts';

const CLIENT = { host: '192.0.2.7', port: 4711 };
const UNIX = { host: 'unix', port: 0 };
const at = (host: string, port = 0) => ({ family: 'ipv4', host, port }) as const;

describe('a fixed source', () => {
  test('is the same object for every connection', () => {
    const source = new ConnectionSource({ address: at('127.0.0.5', 4000) });
    expect(source.take(CLIENT)).toEqual({ host: '127.0.0.5', port: 4000 });
    expect(source.take(UNIX)).toBe(source.fixed);
    expect(source.tries).toBe(1);
  });

  test('may be an address that is not ours', () => {
    const source = new ConnectionSource({ address: at('127.0.0.5'), useSource: at('10.1.2.3', 80) });
    expect(source.take(CLIENT)).toEqual({ host: '10.1.2.3', port: 80 });
  });

  test('may be none', () => {
    expect(new ConnectionSource({ interface: 'lo' }).take(CLIENT)).toBeUndefined();
  });
});

describe("the client's own address", () => {
  test('with its port or without', () => {
    expect(new ConnectionSource({ useSource: 'client' }).take(CLIENT)).toEqual(CLIENT);
    expect(new ConnectionSource({ useSource: 'clientip' }).take(CLIENT)).toEqual({ host: '192.0.2.7', port: 0 });
    const mapped = { host: '::ffff:192.0.2.8', port: 1 };
    expect(new ConnectionSource({ useSource: 'clientip' }).take(mapped)).toEqual({ host: '192.0.2.8', port: 0 });
  });

  test('a client without one leaves the plain source', () => {
    const source = new ConnectionSource({ address: at('127.0.0.5'), useSource: 'clientip' });
    expect(source.take(UNIX)).toEqual({ host: '127.0.0.5', port: 0 });
  });
});

describe('a range of ports', () => {
  test('is used up, and a port that was given back comes last', () => {
    const source = new ConnectionSource({ address: at('127.0.0.5', 1000), lastPort: 1002 });
    expect(source.tries).toBe(3);
    const taken = [1, 2, 3].map(() => source.take(CLIENT));
    expect(taken.map((one) => (one as { port: number }).port)).toEqual([1000, 1001, 1002]);
    expect(source.take(CLIENT)).toBe('taken');
    source.give(taken[1] as { host: string; port: number });
    source.give(taken[0] as { host: string; port: number });
    expect(source.take(CLIENT)).toEqual({ host: '127.0.0.5', port: 1001 });
    expect(source.take(CLIENT)).toEqual({ host: '127.0.0.5', port: 1000 });
    expect(source.take(CLIENT)).toBe('taken');
  });

  test('lasts however often its ports come and go, each once', () => {
    const source = new ConnectionSource({ address: at('127.0.0.5', 1), lastPort: 100 });
    const held: { host: string; port: number }[] = [];
    for (let step = 0; step < 5000; step++) {
      if (step % 3 !== 0 || held.length === 0) {
        const taken = source.take(CLIENT);
        if (typeof taken === 'object') held.push(taken);
        else expect(held).toHaveLength(100);
      } else source.give(held.splice((step * 7) % held.length, 1)[0]!);
      expect(new Set(held.map((one) => one.port)).size).toBe(held.length);
    }
    for (const one of held.splice(0)) source.give(one);
    const all = Array.from({ length: 100 }, () => (source.take(CLIENT) as { port: number }).port);
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(source.take(CLIENT)).toBe('taken');
  });
});
