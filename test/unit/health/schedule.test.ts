/** When checks happen. Expectations: reference timing 1 to 3. */
import { describe, expect, it } from 'vitest';
import { firstDelays, intervalFor, spread } from '../../../src/health/check-schedule.ts';
import { createHealthLab } from './lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 5s
  timeout client 1s
  timeout server 1s
`;
const refused = { fails: { after: 0, failure: { code: 'ECONNREFUSED', mismatch: undefined } } };
const good = { connects: 1 };

describe('the first checks', () => {
  it('are spread over the longest inter of all backends, in declaration order', async () => {
    const servers = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ` server s${from + n} 127.0.0.1:${from + n} check inter 2s\n`).join('');
    const lab = await createHealthLab(
      `${DEFAULTS}backend a\n${servers(1, 5)} server unchecked 127.0.0.1:90\nbackend b\n${servers(6, 3)}backend c\n server s9 127.0.0.1:9 check inter 500ms\n`,
    );
    lab.health.start();
    await lab.time.advance(1999);
    const starts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((port) => lab.starts(port)[0] ?? -1);
    starts.forEach((at, index) => {
      expect(at).toBeCloseTo((index * 2000) / 9, 5);
    });
    expect(lab.starts(90)).toEqual([]);
    lab.health.stop();
    expect(lab.time.pending).toBe(0);
    expect(lab.dialer.open).toBe(0);
  });

  it('fit into max-spread-checks', () => {
    const inters = Array.from({ length: 9 }, () => 2000);
    expect(firstDelays(inters, 300)).toEqual(inters.map((_, index) => (index * 300) / 9));
    expect(firstDelays(inters, 5000)).toEqual(firstDelays(inters, undefined));
    expect(firstDelays([], undefined)).toEqual([]);
  });

  it('do not come in one herd with a thousand servers', async () => {
    const servers = Array.from({ length: 1000 }, (_, n) => ` server s${n} 127.0.0.1:${n + 1} check inter 2s\n`).join(
      '',
    );
    const lab = await createHealthLab(`${DEFAULTS}backend a\n${servers}`);
    for (let port = 1; port <= 1000; port++) lab.dialer.servers.set(port, good);
    lab.health.start();
    await lab.time.advance(6000);
    const perWindow = new Map<number, number>();
    for (const { at } of lab.dialer.connections) {
      const window = Math.floor(at / 100);
      perWindow.set(window, (perWindow.get(window) ?? 0) + 1);
    }
    expect(lab.dialer.connections.length).toBeGreaterThanOrEqual(3000);
    expect(Math.max(...perWindow.values())).toBeLessThanOrEqual(55);
    lab.health.stop();
  });
});

describe('the checks after', () => {
  it('come inter after the end of the one before, faster in transition, slower while down', async () => {
    const lab = await createHealthLab(
      `${DEFAULTS}backend b\n server s 127.0.0.1:1 check inter 1s fastinter 300ms downinter 2s fall 3 rise 2\n`,
    );
    lab.dialer.servers.set(1, good);
    lab.health.start();
    await lab.time.advance(3200);
    lab.dialer.servers.set(1, refused);
    await lab.time.advance(5800);
    // A good check takes 1 ms here, a refused one no time.
    expect(lab.starts(1)).toEqual([0, 1001, 2002, 3003, 4004, 4304, 4604, 6604, 8604]);
    lab.dialer.servers.set(1, good);
    await lab.time.advance(4000);
    expect(lab.starts(1).slice(9)).toEqual([10_604, 10_905, 11_906, 12_907]);
    expect(lab.status('b/s')).toBe('UP');
    lab.health.stop();
  });

  it('use inter where nothing else is set', () => {
    const inter = { inter: 1000 };
    expect([4, 3, 1, 0].map((health) => intervalFor(inter, { health, full: 4 }))).toEqual([1000, 1000, 1000, 1000]);
    const all = { inter: 1000, fastinter: 300, downinter: 2000 };
    expect([4, 3, 1, 0].map((health) => intervalFor(all, { health, full: 4 }))).toEqual([1000, 300, 300, 2000]);
  });

  it('vary with spread-checks, but not the first ones', async () => {
    const values = [0, 1, 0.5];
    const lab = await createHealthLab(
      `global\n spread-checks 50\n${DEFAULTS}backend b\n server s 127.0.0.1:1 check inter 2s\n`,
      () => values.shift() ?? 0.5,
    );
    lab.dialer.servers.set(1, good);
    lab.health.start();
    await lab.time.advance(6500);
    expect(lab.starts(1)).toEqual([0, 1001, 4002, 6003]);
    expect([spread(2000, 50, 0), spread(2000, 50, 1), spread(2000, 0, 0.1)]).toEqual([1000, 3000, 2000]);
    lab.health.stop();
  });

  it('never overlap: one that takes longer than inter is followed by the next inter after its end', async () => {
    const lab = await createHealthLab(
      `${DEFAULTS}backend b\n timeout check 5s\n option httpchk\n server s 127.0.0.1:1 check inter 1s\n`,
    );
    lab.dialer.servers.set(1, { connects: 1, answers: { after: 2499, text: 'HTTP/1.1 200 OK\r\n\r\n' } });
    lab.health.start();
    await lab.time.advance(9900);
    expect(lab.starts(1)).toEqual([0, 3500, 7000]);
    expect(lab.dialer.most.get(1)).toBe(1);
    lab.health.stop();
    expect(lab.dialer.open).toBe(0);
  });

  it('pause in maintenance and keep their rhythm', async () => {
    const lab = await createHealthLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check inter 1s\n`);
    lab.dialer.servers.set(1, good);
    lab.health.start();
    await lab.time.advance(1500);
    lab.set('b/s', 'maint');
    await lab.time.advance(3000);
    lab.set('b/s', 'ready');
    expect(lab.status('b/s')).toBe('UP 1/3');
    await lab.time.advance(1000);
    expect(lab.starts(1)).toEqual([0, 1001, 5002]);
    expect(lab.status('b/s')).toBe('UP');
    lab.health.stop();
  });

  it('go to addr and port of the check, and leave the server address alone', async () => {
    const lab = await createHealthLab(
      `${DEFAULTS}backend b\n server s 127.0.0.1:8443 check port 8008\n server t 127.0.0.1:8443 check addr 127.0.0.9 port 9\n`,
    );
    lab.health.start();
    await lab.time.advance(1500);
    expect(lab.dialer.connections.map(({ target }) => `${target.address.host}:${target.address.port}`)).toEqual([
      '127.0.0.1:8008',
      '127.0.0.9:9',
    ]);
    expect(lab.server('b/s').address).toMatchObject({ host: '127.0.0.1', port: 8443 });
    lab.health.stop();
  });
});
