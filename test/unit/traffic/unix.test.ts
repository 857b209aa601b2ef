import { describe, expect, it } from 'vitest';
import type { AddressModel } from '../../../src/config/model.ts';
import { Lab } from './lab.ts';

const SOCKET: AddressModel = { family: 'unix', host: '/run/none.sock', port: 0 };

// As HAProxy 2.6.12 does with a socket nobody listens on.
describe('a server on a Unix socket', () => {
  it('is tried again at once, and failures are no sessions of it', () => {
    const test = new Lab({ servers: [{ address: SOCKET }] });
    test.connect();
    expect(test.log.line).toBe('web/A 1/-1/0 0 SC 1/1/0/0/3 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({
      stot: 0,
      smax: 0,
      econ: 1,
      wretr: 3,
      connect: 4,
      lbtot: 1,
    });
  });

  it('counts the session once it is connected', () => {
    const test = new Lab({ servers: [{ address: SOCKET }] });
    test.engine.serve('unix:/run/none.sock', {});
    const client = test.connect();
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 1, scur: 1, smax: 1 });
    client.reset();
    test.engine.run();
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });
});

describe('a listener on a Unix socket', () => {
  it('shows its id in place of a port', () => {
    const listener = { address: SOCKET, id: 77, maxconn: 0, place: { file: 'test', line: 1, start: 0, end: 0 } };
    const test = new Lab({ frontend: { listeners: [listener] } });
    test.connect('unix:/run/none.sock').reset();
    test.engine.run();
    expect(test.log.records[0]).toMatchObject({ clientHost: 'unix', clientPort: 77, localPort: 77 });
  });
});
