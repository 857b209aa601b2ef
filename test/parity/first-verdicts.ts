/** What the first check of each backend's server says, in both programs on one configuration. */
import { type Product, startProxy } from '../support/proxy-process.ts';
import { showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

/** By backend: `check_status/check_code 'last_chk'`. */
export type FirstVerdicts = ReadonlyMap<string, string>;

const HEAD = [
  'global',
  '    stats socket $DIR/stats.sock level admin',
  '    nbthread 1',
  'defaults',
  '    mode http',
  '    timeout connect 2s',
  '    timeout client 2s',
  '    timeout server 2s',
  '    timeout check 700ms',
];

/** `sections`: lines of `count` backends, each with a server `s`, and of what they need besides. */
export async function firstVerdicts(
  sections: readonly string[],
  count: number,
): Promise<Readonly<Record<Product, FirstVerdicts>>> {
  const config = `${[...HEAD, ...sections].join('\n')}\n`;
  const [haproxy, hapax] = await Promise.all([run('haproxy', config, count), run('hapax', config, count)]);
  return { haproxy, hapax };
}

async function run(product: Product, config: string, count: number): Promise<FirstVerdicts> {
  const proxy = await startProxy(product, { config });
  try {
    const results = new Map<string, string>();
    await waitFor(
      `a result of each check of ${product}`,
      async () => {
        const rows = (await showStat(proxy.statsSocket)).filter((row) => row.svname === 's');
        for (const { pxname, check_status, check_code, last_chk } of rows) {
          if (!/^\*|INI/.test(check_status!)) results.set(pxname!, `${check_status}/${check_code} '${last_chk}'`);
        }
        return results.size === count;
      },
      { limit: 40_000 },
    );
    return results;
  } finally {
    await proxy.stop();
  }
}
