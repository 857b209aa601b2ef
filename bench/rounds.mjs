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

/** Starts a proxy and gives it, and the load, time to be compiled. */
async function startWarm(proxy, command, origin, { warmUp, width }) {
  const relayed = proxy.command !== undefined;
  const port = relayed ? await freePort() : origin;
  const { child } = relayed ? await startAndAsk(command(port), port) : {};
  await shortConnections(port, warmUp, width);
  const connections = await openConnections(port, width);
  await exchange(connections, warmUp * 4, width);
  await connections.close();
  return { port, pid: child?.pid, child };
}

/**
 * @param {ReturnType<typeof import('./options.mjs').readOptions>} options
 * @param {readonly string[]} prefix Words before a proxy's command line.
 * @param {(text: string) => void} progress
 * @returns {Promise<Entry[]>}
 */
export async function measureRounds({ proxies, figures, sizes, rounds }, prefix, progress) {
  const origin = await startOrigin();
  const command = (proxy) => (port, logPort) => {
    const own = proxy.command(port, origin, logPort);
    return own === undefined ? undefined : [...prefix, ...own];
  };
  const subjects = [];
  for (const proxy of proxies) {
    progress(`warming up ${proxy.name}`);
    subjects.push({ proxy, ...(await startWarm(proxy, command(proxy), origin, sizes)) });
  }
  const entries = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const figure of figures) {
      for (const subject of turned(subjects, round)) {
        const { proxy, child } = subject;
        progress(`round ${round + 1} of ${rounds}: ${figure.name} of ${proxy.name}`);
        child?.assertAlive();
        if (figure.measure !== undefined) {
          const reading = await figure.measure(subject, sizes, round);
          entries.push({ round, proxy: proxy.name, figure: figure.name, ...reading });
        } else if (proxy.command !== undefined) {
          const reading = await figure.measureFresh(command(proxy), await freePort(), sizes);
          if (reading !== undefined) entries.push({ round, proxy: proxy.name, figure: figure.name, ...reading });
        }
      }
    }
  }
  await Promise.all(subjects.map(({ child }) => child?.stop()));
  return entries;
}
