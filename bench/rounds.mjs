/** Takes every figure of every proxy in turn, round after round, so that a slow minute of the machine hits all alike. */
import { freePort } from './children.mjs';
import { exchange, openConnections } from './loads/exchanges.mjs';
import { startOrigin } from './loads/origin.mjs';
import { shortConnections } from './loads/short.mjs';
import { startAndAsk } from './loads/start-up.mjs';

/**
 * One reading.
 * @typedef {{ round: number, proxy: string, figure: string } & import('./figures.mjs').Reading} Entry
 */

/** The proxies in this round's order: each is first in its turn, and every other round goes backwards. */
function turned(proxies, round) {
  const start = round % proxies.length;
  const order = [...proxies.slice(start), ...proxies.slice(0, start)];
  return round % 2 === 0 ? order : order.reverse();
}

/**
 * @param {ReturnType<typeof import('./options.mjs').readOptions>} options
 * @param {readonly string[]} prefix Words before a proxy's command line.
 * @param {(text: string) => void} progress
 * @returns {Promise<Entry[]>}
 */
export async function measureRounds({ proxies, figures, sizes, rounds }, prefix, progress) {
  const origin = await startOrigin();
  const command = (proxy) => (port) => [...prefix, ...proxy.command(port, origin)];
  const subjects = [];
  for (const proxy of proxies) {
    if (proxy.command === undefined) {
      subjects.push({ proxy, port: origin, pid: undefined, child: undefined });
      continue;
    }
    const port = await freePort();
    const { child } = await startAndAsk(command(proxy)(port), port);
    subjects.push({ proxy, port, pid: child.pid, child });
  }
  for (const { proxy, port } of subjects) {
    progress(`warming up ${proxy.name}`);
    await shortConnections(port, sizes.warmUp, sizes.width);
    const connections = await openConnections(port, sizes.width);
    await exchange(connections, sizes.warmUp * 4, sizes.width);
    await connections.close();
  }
  const entries = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const figure of figures) {
      for (const subject of turned(subjects, round)) {
        const { proxy, child } = subject;
        progress(`round ${round + 1} of ${rounds}: ${figure.name} of ${proxy.name}`);
        child?.assertAlive();
        if (figure.measure !== undefined) {
          entries.push({ round, proxy: proxy.name, figure: figure.name, ...(await figure.measure(subject, sizes)) });
        } else if (proxy.command !== undefined) {
          const reading = await figure.measureFresh(command(proxy), await freePort(), sizes);
          entries.push({ round, proxy: proxy.name, figure: figure.name, ...reading });
        }
      }
    }
  }
  await Promise.all(subjects.map(({ child }) => child?.stop()));
  return entries;
}
