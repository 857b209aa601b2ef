/** Two thousand servers: the answer is whole, and others get their turn while it is made. How long it takes is for bench/. */
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedServer } from '../../support/runtime-view.ts';
import { openStats } from '../../support/stats-server.ts';

const SERVERS = 2000;

let stats: Awaited<ReturnType<typeof openStats>>;

beforeAll(async () => {
  const servers = Array.from({ length: SERVERS }, (_, index) => checkedServer(`server-${index}`, index + 1));
  stats = await openStats({
    proxies: [{ name: 'be', backend: { servers } }],
    page: { admin: true, showLegends: true },
  });
  for (const { name } of servers) {
    stats.test.check('be', name, { status: 'L7STS', code: 500, duration: 3, text: 'Internal Server Error', health: 3 });
  }
});

afterAll(() => stats.close());

describe('a page of 2,000 servers', () => {
  it.each([
    ['/stats', 1_000_000, 'server-1999'],
    ['/stats;csv', 300_000, 'server-1999'],
    ['/stats;live', 500_000, '"2.s.2000"'],
    // HAProxy's form says everything of every value.
    ['/stats;json;norefresh', 20_000_000, 'server-1999'],
  ])('%s is whole, and comes in pieces between which the loop turns', async (path, size, last) => {
    const before = performance.nodeTiming.uvMetricsInfo?.loopCount ?? 0;
    const response = await fetch(`http://127.0.0.1:${stats.port}${path}`);
    const text = await response.text();
    const turns = (performance.nodeTiming.uvMetricsInfo?.loopCount ?? 0) - before;
    expect(response.status).toBe(200);
    expect(text.length).toBeGreaterThan(size);
    expect(text.includes(last)).toBe(true);
    // A turn for every 256 KB at the least: nobody waits for more than a piece.
    expect(turns).toBeGreaterThan(text.length / 262_144);
  });
});
