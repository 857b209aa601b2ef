/** The wall clock is set while checks run: nothing of theirs goes by it. */
import { expect, it } from 'vitest';
import { createHealthLab } from './lab.ts';

const DAY = 86_400_000;

it.each([DAY, -DAY])('a jump of %d ms moves no check, no limit, no duration and no warming up', async (jump) => {
  const lab = await createHealthLab(`
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  balance roundrobin
  server s 127.0.0.1:1 check inter 1s fall 1 rise 1 slowstart 10s weight 100
`);
  let offset = 0;
  const { epoch } = lab.time;
  lab.time.now = () => epoch + lab.time.monotonic() + offset;
  lab.dialer.servers.set(1, { connects: 5 });
  lab.health.start();
  await lab.time.advance(1500);
  offset = jump;
  await lab.time.advance(2000);
  expect(lab.starts(1)).toEqual([0, 1005, 2010, 3015]);
  expect([lab.status('b/s'), lab.last('b/s')]).toEqual(['UP', 'L4OK/5']);

  // A limit that is running when the clock is set.
  lab.dialer.servers.set(1, {});
  await lab.time.advance(600);
  offset = -jump;
  await lab.time.advance(1000);
  expect([lab.status('b/s'), lab.last('b/s')]).toEqual(['DOWN', 'L4TOUT/1000']);

  // A server that warms up.
  lab.dialer.servers.set(1, { connects: 5 });
  await lab.time.advance(1500);
  const before = lab.weight('b/s');
  offset = 0;
  await lab.time.advance(3000);
  const after = lab.weight('b/s');
  expect([before < after, after < 100 * 256]).toEqual([true, true]);
  await lab.time.advance(9000);
  expect(lab.status('b/s')).toBe('UP');
  expect(lab.weight('b/s')).toBeGreaterThan(after);
  lab.health.stop();
  lab.registry.close();
  expect(lab.time.pending).toBe(0);
});
