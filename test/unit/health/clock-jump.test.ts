/** The wall clock is set while checks run: nothing of theirs goes by it. */
import { expect, it } from 'vitest';
import type { VirtualTime } from '../../support/virtual-time.ts';
import { createHealthLab } from './lab.ts';

/** Sets the wall clock `ms` beside where it would be. */
function setWallClock(time: VirtualTime, ms: number): void {
  time.now = () => time.epoch + time.monotonic() + ms;
}

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
  lab.dialer.servers.set(1, { connects: 5 });
  lab.health.start();
  await lab.time.advance(1500);
  setWallClock(lab.time, jump);
  await lab.time.advance(2000);
  expect(lab.starts(1)).toEqual([0, 1005, 2010, 3015]);
  expect([lab.status('b/s'), lab.last('b/s')]).toEqual(['UP', 'L4OK/5']);

  // A limit that is running when the clock is set.
  lab.dialer.servers.set(1, {});
  await lab.time.advance(600);
  setWallClock(lab.time, -jump);
  await lab.time.advance(1000);
  expect([lab.status('b/s'), lab.last('b/s')]).toEqual(['DOWN', 'L4TOUT/1000']);

  // A server that warms up.
  lab.dialer.servers.set(1, { connects: 5 });
  await lab.time.advance(1500);
  const before = lab.weight('b/s');
  setWallClock(lab.time, 0);
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

it.each([DAY, -DAY])(
  'a jump of %d ms changes neither how long ago a state began nor how long it lasted',
  async (jump) => {
    const lab = await createHealthLab(`
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  server s 127.0.0.1:1 check inter 1s fall 1 rise 1
  server kept 127.0.0.1:1
backend alone
  server s 127.0.0.1:1 track b/s
`);
    const since = (moment: number) => lab.time.monotonic() - moment;
    lab.dialer.servers.set(1, { connects: 5 });
    lab.health.start();
    await lab.time.advance(500);
    setWallClock(lab.time, jump);
    lab.dialer.servers.set(1, { fails: { after: 0, failure: { code: 'ECONNREFUSED', mismatch: undefined } } });
    await lab.time.advance(1000);
    expect(lab.status('b/s')).toBe('DOWN');
    lab.set('b/kept', 'drain');
    setWallClock(lab.time, -jump);
    await lab.time.advance(300);
    const [down, kept, backend] = [lab.server('b/s'), lab.server('b/kept'), lab.backend('alone')];
    expect([since(down.lastChange), since(kept.lastChange), since(backend.lastChange)]).toEqual([795, 300, 795]);
    lab.dialer.servers.set(1, { connects: 0 });
    lab.set('b/kept', 'ready');
    await lab.time.advance(1000);
    expect(lab.status('b/s')).toBe('UP');
    expect([down.downtime, kept.downtime, backend.downtime]).toEqual([1000, 300, 1000]);
    lab.health.stop();
    lab.registry.close();
  },
);
