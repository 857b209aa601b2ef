import { describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { Counter } from '../../../src/stats/counters.ts';
import type { ServerScript } from '../../../src/traffic/engines/simulated/scripted-server.ts';
import { Lab, type LabOptions } from './lab.ts';

const ECHO: ServerScript = {
  accepted: (peer) => {
    peer.onData = (bytes) => void peer.send(bytes);
    peer.onEnd = () => void peer.end();
  },
};

/** A lab whose frontend has the rules of these lines. */
async function lab(lines: readonly string[], options: LabOptions = {}): Promise<Lab> {
  const head = ['defaults', 'mode tcp', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s', 'listen web'];
  const text = `${[...head, 'bind 127.0.0.1:8080', ...lines, 'server A 10.0.0.1:80'].join('\n')}\n`;
  const { model, diagnostics } = await loadConfigurationText(text, 'test.cfg');
  expect(diagnostics.filter(({ severity }) => severity === 'alert')).toEqual([]);
  const rules = model?.proxies[0]?.frontend?.rules;
  return new Lab({ servers: [{ script: ECHO }], ...options, ...(rules && { frontend: { rules } }) });
}

const count = (test: Lab, counter: Counter) => test.counters.get(test.frontendSlot, counter);

describe('connection and session rules', () => {
  it.each([
    ['connection', Counter.deniedConnections, 'reset'],
    ['session', Counter.deniedSessions, 'end'],
  ])('turn a client away without a word in the log (%s)', async (kind, counter, end) => {
    const test = await lab([`tcp-request ${kind} reject if { src 0.0.0.0/0 }`]);
    const client = test.connect();
    expect(client.events).toEqual([end]);
    expect(test.log.records).toEqual([]);
    expect(count(test, counter)).toBe(1);
    expect(count(test, Counter.connections)).toBe(1);
    expect(test.figures(test.frontendSlot)).toMatchObject({ stot: 0, scur: 0, smax: 0 });
  });

  it('end at the first one that applies', async () => {
    const test = await lab(['tcp-request connection accept if TRUE', 'tcp-request connection reject']);
    const client = test.connect().send('abc').end();
    test.engine.run();
    expect(client.text).toBe('abc');
  });
});

describe('content rules', () => {
  it('are asked at once without a delay', async () => {
    const test = await lab(['tcp-request content reject if { src 0.0.0.0/0 }']);
    test.connect();
    expect(test.log.line).toBe('web/<NOSRV> -1/-1/0 0 PR 1/1/0/0/0 0/0');
    expect(count(test, Counter.deniedRequests)).toBe(1);
    expect(test.figures(test.backendSlot)).toMatchObject({ stot: 0, scur: 0 });
  });

  it('wait for the bytes they need, byte by byte, and pass them all on', async () => {
    const test = await lab(['tcp-request inspect-delay 500ms', 'tcp-request content reject if !{ req.len ge 5 }']);
    const client = test.connect();
    for (const byte of 'abcd') {
      client.send(byte);
      test.engine.run();
      expect(test.log.records).toEqual([]);
      expect(client.text).toBe('');
    }
    client.send('e');
    test.engine.run();
    expect(client.text).toBe('abcde');
    client.end();
    test.engine.run();
    expect(test.log.line).toMatch(/^web\/A \d+\/0\/\d+ 5 -- /);
  });

  it('take what is not known at the end of the delay for false', async () => {
    const test = await lab(['tcp-request inspect-delay 500ms', 'tcp-request content reject if !{ req.len ge 5 }']);
    test.connect().send('ab');
    test.engine.advance(499);
    expect(test.log.records).toEqual([]);
    test.engine.advance(2);
    expect(test.log.line).toMatch(/^web\/<NOSRV> -1\/-1\/50\d 0 PR /);
  });

  it('count the wait for the client as time before a server', async () => {
    const test = await lab(['tcp-request inspect-delay 300ms', 'tcp-request content accept if { req.len ge 5 }']);
    const client = test.connect();
    test.engine.advance(400);
    client.send('hi').end();
    test.engine.run();
    expect(client.text).toBe('hi');
    expect(test.log.line).toMatch(/^web\/A 30\d\/0\/400 2 -- /);
  });

  it('do not wait for more once the client has ended', async () => {
    const test = await lab(['tcp-request inspect-delay 500ms', 'tcp-request content accept if { req.len ge 5 }']);
    const client = test.connect().send('ab').end();
    test.engine.run();
    expect(client.text).toBe('ab');
    expect(test.log.line).toMatch(/^web\/A 1\/0\/0 2 -- /);
  });

  it('give way to timeout client', async () => {
    const test = await lab(['tcp-request inspect-delay 5s', 'tcp-request content accept if { req.len ge 5 }']);
    const client = test.connect().send('ab');
    test.engine.advance(899);
    expect(test.log.records).toEqual([]);
    test.engine.advance(2);
    expect(client.events).toEqual(['end']);
    expect(test.log.line).toMatch(/^web\/<NOSRV> -1\/-1\/90\d 0 cR /);
    expect(count(test, Counter.requestErrors)).toBe(1);
    expect(test.figures(test.backendSlot)).toMatchObject({ stot: 1, scur: 0, cli_abrt: 1 });
  });

  it('end with the client that resets', async () => {
    const test = await lab(['tcp-request inspect-delay 5s', 'tcp-request content accept if { req.len ge 5 }']);
    const client = test.connect();
    test.engine.advance(100);
    client.reset();
    test.engine.run();
    expect(test.log.line).toMatch(/^web\/<NOSRV> -1\/-1\/100 0 CR /);
    expect(test.figures(test.frontendSlot)).toMatchObject({ scur: 0 });
    test.engine.advance(10_000);
    expect(test.log.records).toHaveLength(1);
  });

  it('end with an order to stop', async () => {
    const test = await lab(['tcp-request inspect-delay 5s', 'tcp-request content accept if { req.len ge 5 }']);
    test.connect();
    test.service.shutdownEverything();
    test.engine.run();
    expect(test.log.line).toMatch(/^web\/<NOSRV> -1\/-1\/\d+ 0 K- /);
    test.engine.advance(10_000);
    expect(test.log.records).toHaveLength(1);
  });

  it('know by the room there is that no more can come', async () => {
    const test = await lab(['tcp-request inspect-delay 5s', 'tcp-request content accept if { req.len ge 900000 }']);
    const client = test.connect().send('x'.repeat(40_000));
    test.engine.run();
    expect(client.receivedBytes).toBe(40_000);
  });
});

describe('use_backend', () => {
  it.each([
    ['use_backend %[str(web)]', 'web/A'],
    ['use_backend %[str(nobody)]', 'web/A'],
    ['use_backend web if { dst_port 8080 }', 'web/A'],
  ])('%s', async (line, server) => {
    const test = await lab([line]);
    const client = test.connect().send('abc').end();
    test.engine.run();
    expect(client.text).toBe('abc');
    expect(test.log.line).toContain(`${server} `);
  });

  it('needs no rules at all where it always applies', async () => {
    const { model } = await loadConfigurationText(
      'defaults\ntimeout client 1s\ntimeout connect 1s\ntimeout server 1s\n' +
        'frontend f\nbind 127.0.0.1:8080\nuse_backend b if TRUE\nbackend b\nserver s 10.0.0.1:80\n',
    );
    expect(model?.proxies[0]?.frontend).toMatchObject({ defaultBackend: 1 });
    expect(model?.proxies[0]?.frontend?.rules).toBeUndefined();
  });
});
