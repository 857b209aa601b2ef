import { describe, expect, it } from 'vitest';
import { Lab, type LabOptions } from './lab.ts';

const PATIENT = { client: 60_000, server: 60_000, connect: 1500, queue: 5000 };

function lab(abortOnClose: boolean, options: LabOptions): Lab {
  return new Lab({ timeouts: PATIENT, ...options, backend: { abortOnClose, ...options.backend } });
}

// As HAProxy 2.6.12 does with and without the option.
describe('option abortonclose, a client that sends a byte and FIN', () => {
  it('is let go while its server is being connected to', () => {
    const test = lab(true, { servers: [{ script: { connect: 'blackhole' } }], backend: { retries: 0 } });
    const client = test.connect().send('x');
    test.engine.advance(200);
    client.end();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/-1/200 0 CC 1/1/0/0/0 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 1, bin: 1, econ: 0, cli_abrt: 0, scur: 0 });
    expect(client.ended).toBe(true);
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });

  it('is let go between two attempts', () => {
    const test = lab(true, { servers: [{ script: { connect: 'refuse' } }] });
    const client = test.connect().send('x');
    test.engine.advance(300);
    client.end();
    test.engine.run();
    expect(test.log.line).toBe('web/A 1/-1/300 0 CC 1/1/0/0/1 0/0');
    expect(test.figures(test.serverSlot(0))).toMatchObject({ stot: 1, econ: 0, wretr: 1, connect: 1 });
  });

  it('gives its place in the queue up', () => {
    const test = lab(true, { servers: [{ maxconn: 1 }] });
    const first = test.connect();
    const client = test.connect().send('x');
    test.engine.advance(200);
    client.end();
    test.engine.run();
    expect(test.log.line).toBe('web/<NOSRV> 201/-1/200 0 CQ 2/2/1/0/0 0/1');
    expect(test.figures(test.backendSlot)).toMatchObject({ qcur: 0, econ: 0, cli_abrt: 0 });
    first.reset();
    test.engine.run();
    expect(test.gauges.every((gauge) => gauge === 0)).toBe(true);
  });

  it('still gets its answer from a server that is near', () => {
    const test = lab(true, { servers: [{ script: { accepted: (peer) => void peer.send('hi').end() } }] });
    const client = test.dial();
    client.send('x').end();
    test.engine.run();
    expect(client.text).toBe('hi');
    expect(test.log.line).toBe('web/A 1/0/0 2 -- 1/1/0/0/0 0/0');
  });

  it('waits on without the option', () => {
    const test = lab(false, { servers: [{ script: { connect: 'blackhole' } }], backend: { retries: 0 } });
    test.connect().send('x').end();
    test.engine.advance(2000);
    expect(test.log.line).toBe('web/A 1/-1/1500 0 sC 1/1/0/0/0 0/0');
  });
});
