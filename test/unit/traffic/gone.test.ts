import { describe, expect, it } from 'vitest';
import { Counter } from '../../../src/stats/counters.ts';
import { Lab } from './lab.ts';

// As HAProxy 2.6.12 does with a client that waited at a full frontend and has sent RST.
describe('a client that is gone before it is accepted', () => {
  it('is CR, and no server hears of it', () => {
    const test = new Lab({ frontend: { maxconn: 1 } });
    const first = test.connect();
    const late = test.connect();
    late.reset();
    test.engine.run();
    first.reset();
    test.engine.run();
    expect(test.log.lines[1]).toBe('web/<NOSRV> -1/-1/0 0 CR 1/1/0/0/0 0/0');
    expect(test.figures(test.backendSlot)).toMatchObject({ stot: 2, cli_abrt: 2, lbtot: 1, connect: 1 });
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 1, cli_abrt: 1 });
    expect(test.figures(test.frontendSlot)).toMatchObject({ stot: 2, scur: 0 });
    expect(test.counters.get(test.frontendSlot, Counter.requestErrors)).toBe(1);
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });
});

describe('clients at a held listener', () => {
  it('wait, far more of them than the frontend takes', () => {
    const test = new Lab({
      frontend: { maxconn: 2 },
      servers: [{ script: { accepted: (peer) => void peer.send('A') } }],
    });
    const clients = Array.from({ length: 300 }, () => test.connect());
    expect(clients.filter((client) => client.wasReset).length).toBe(0);
    for (const client of clients) {
      expect(client.text).toBe('A');
      client.reset();
      test.engine.run();
    }
    expect(test.figures(test.frontendSlot)).toMatchObject({ stot: 300, smax: 2, scur: 0 });
  });
});
