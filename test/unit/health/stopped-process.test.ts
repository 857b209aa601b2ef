/** The process is stopped and goes on later (SIGSTOP, a suspended machine): servers are not blamed for it. */
import { describe, expect, it } from 'vitest';
import { createHealthLab } from './lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
`;

describe('a process that was stopped', () => {
  it.each([
    ['inter 1s', 5000],
    ['inter 1s', 1000],
    ['inter 1s', 700],
    ['inter 1s fastinter 300ms', 600_000],
  ])('finds no server DOWN that has more to say: %s, stopped for %d ms', async (check, pause) => {
    // Every 20 ms of a check one after the other: before the connection, during TLS, and before the answer.
    for (let moment = 10; moment < 600; moment += 20) {
      const lab = await createHealthLab(`${DEFAULTS}
backend b
  option httpchk
  server s 127.0.0.1:1 check check-ssl verify none ${check} fall 1
`);
      const answers = { after: 200, text: 'HTTP/1.1 200 OK\r\n\r\n' };
      lab.dialer.servers.set(1, { connects: 200, secures: 200, answers });
      lab.health.start();
      await lab.time.advance(moment);
      lab.time.suspend(pause);
      await lab.time.advance(3000);
      expect([moment, lab.status('b/s'), lab.check('b/s')?.failures]).toEqual([moment, 'UP', 0]);
      lab.health.stop();
      lab.registry.close();
    }
  });

  it('finds a silent server silent all the same, and once', async () => {
    const lab = await createHealthLab(`${DEFAULTS}
backend b
  server s 127.0.0.1:1 check inter 1s fall 1
`);
    lab.health.start();
    await lab.time.advance(100);
    lab.time.suspend(5000);
    await lab.time.advance(1000);
    expect([lab.status('b/s'), lab.check('b/s')?.failures]).toEqual(['DOWN', 1]);
    lab.health.stop();
    lab.registry.close();
  });

  it('checks its servers at their old times again, not all at once for ever', async () => {
    const lab = await createHealthLab(`${DEFAULTS}
backend b
  default-server check inter 1s
  server s1 127.0.0.1:1
  server s2 127.0.0.1:2
  server s3 127.0.0.1:3
  server s4 127.0.0.1:4
`);
    const ports = [1, 2, 3, 4];
    for (const port of ports) lab.dialer.servers.set(port, { connects: 0 });
    lab.health.start();
    await lab.time.advance(1900);
    lab.time.suspend(5000);
    await lab.time.advance(2050);
    const last = ports.map((port) => lab.starts(port).slice(-3));
    expect(last).toEqual([
      [6900, 7000, 8000],
      [6900, 7250, 8250],
      [6900, 7500, 8500],
      [6900, 7750, 8750],
    ]);
    lab.health.stop();
    lab.registry.close();
  });
});
