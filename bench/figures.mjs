/** What is measured. Each figure is one number a round and proxy; the less the better. */
import { bulk } from './loads/bulk.mjs';
import { exchange, openConnections } from './loads/exchanges.mjs';
import { startLogSink } from './loads/log-sink.mjs';
import { startPaced } from './loads/paced.mjs';
import { shortConnections } from './loads/short.mjs';
import { startAndAsk } from './loads/start-up.mjs';
import { cpuMicroseconds, pause, quantile, settledBytes } from './measure.mjs';

/**
 * A proxy to measure at: a running one for the figures of CPU time, or how to start one for the others.
 * @typedef {object} Subject
 * @property {number} port Where the load connects.
 * @property {number | undefined} pid Undefined when there is no proxy.
 * @property {{ round: number, delays: number[] }} [paced] The exchanges at a fixed pace, from which several figures come.
 */

/**
 * @typedef {object} Reading
 * @property {number | undefined} value Undefined where there is no proxy.
 * @property {number} [rate] Units of work a second, as the load saw them.
 * @property {number} [loadCpu] CPU of load and origin together, in the figure's unit.
 */

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} title
 * @property {number} digits After the point.
 * @property {boolean} [added] What counts is how much more it is than without a proxy in the same round.
 * @property {((subject: Subject, sizes: import('./options.mjs').Sizes, round: number) => Promise<Reading>) | undefined}
 *   measure On a proxy that runs and is warm.
 * @property {((start: Start, port: number, sizes: import('./options.mjs').Sizes) => Promise<Reading | undefined>) |
 *   undefined} measureFresh On a proxy started for it; undefined where the proxy does not do such a thing.
 */

/**
 * The command line of a proxy; undefined when it cannot do what is asked: writing a line of every connection to `logPort`.
 * @typedef {(port: number, logPort?: number) => string[] | undefined} Start
 */

/**
 * Runs some work and reads what it cost the proxy, `scale` microseconds of CPU being 1.
 * @param {Subject} subject
 * @param {number} amount Of the work.
 * @param {number} scale
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Reading>}
 */
async function costOf({ pid }, amount, scale, work) {
  const before = pid === undefined ? 0 : cpuMicroseconds(pid);
  const loadBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const load = process.cpuUsage(loadBefore);
  // The proxy has closing to do yet, which is part of the work.
  await pause(50);
  const value = pid === undefined ? undefined : (cpuMicroseconds(pid) - before) / amount / scale;
  return { value, rate: amount / seconds, loadCpu: (load.user + load.system) / amount / scale };
}

/** @returns {Figure} */
function exchanges(width) {
  return {
    name: `exchange${width}`,
    title: `CPU per keep-alive exchange, ${width === 1 ? '1 client' : `${width} clients`}, µs`,
    digits: 1,
    async measure(subject, { exchanges, exchangesAlone }) {
      const total = width === 1 ? exchangesAlone : exchanges;
      const connections = await openConnections(subject.port, width);
      const reading = await costOf(subject, total, 1, () => exchange(connections, total, width));
      await connections.close();
      return reading;
    },
  };
}

/** @returns {Figure} */
function bulkFlow(name, title, down, up) {
  return {
    name,
    title: `CPU per GB relayed ${title}, ms`,
    digits: 0,
    measure: (subject, { gigabytes, bulkWidth }) =>
      costOf(subject, gigabytes, 1000, () => {
        const bytes = (share) => Math.floor((share * gigabytes * 1e9) / bulkWidth);
        return bulk(subject.port, bytes(down), bytes(up), bulkWidth);
      }),
  };
}

/** @returns {Figure} */
function latency(name, share) {
  return {
    name,
    title: `added latency, ${share * 100} % of exchanges, µs`,
    digits: 0,
    added: true,
    async measure(subject, { pacedWidth, pacedRate, pacedSeconds }, round) {
      if (subject.paced?.round !== round) {
        const paced = await startPaced(subject.port, pacedWidth, (1000 * pacedWidth) / pacedRate, true);
        await pause(500);
        paced.take();
        await pause(pacedSeconds * 1000);
        const { delays } = paced.take();
        await paced.stop();
        subject.paced = { round, delays };
      }
      return { value: 1000 * quantile(subject.paced.delays, share) };
    },
  };
}

/** @returns {Figure} */
function idleMemory(key, name) {
  return {
    name,
    title: `resident memory per idle connection, of ${key}, KB`,
    digits: 1,
    async measureFresh(start, port) {
      const { child } = await startAndAsk(start(port), port);
      // Warm as for the other figures: what the first connections allocate once and for all (compiled code, a young
      // generation that has been written to) is no cost of a connection.
      await shortConnections(port, 2_000, 20);
      const before = await settledBytes(child.pid);
      const connections = await openConnections(port, key);
      const after = await settledBytes(child.pid);
      await connections.close();
      await child.stop();
      return { value: (after - before) / 1024 / key };
    },
  };
}

/** @type {readonly Figure[]} */
export const FIGURES = [
  {
    name: 'short',
    title: 'CPU per short connection, µs',
    digits: 1,
    measure: (subject, { short, width }) =>
      costOf(subject, short, 1, () => shortConnections(subject.port, short, width)),
  },
  {
    name: 'logged',
    title: 'CPU per short connection with a log line over UDP, µs',
    digits: 1,
    async measureFresh(start, port, { short, warmUp, width }) {
      const sink = await startLogSink();
      const command = start(port, sink.port);
      if (command === undefined) {
        sink.close();
        return undefined;
      }
      const { child } = await startAndAsk(command, port);
      await shortConnections(port, warmUp, width);
      const before = sink.lines();
      const reading = await costOf({ port, pid: child.pid }, short, 1, () => shortConnections(port, short, width));
      const lines = sink.lines() - before;
      await child.stop();
      sink.close();
      // The kernel may drop some when the load does not read them at once, but a proxy that writes none is not measured.
      if (lines < short / 2) throw new Error(`${lines} log lines of ${short} connections: ${command.join(' ')}`);
      return reading;
    },
  },
  exchanges(1),
  exchanges(64),
  exchanges(512),
  bulkFlow('bulk', 'down', 1, 0),
  bulkFlow('bulkup', 'up', 0, 1),
  bulkFlow('bulkboth', 'half down, half up', 0.5, 0.5),
  latency('latency50', 0.5),
  latency('latency99', 0.99),
  latency('latency999', 0.999),
  idleMemory(1000, 'idle1000'),
  idleMemory(9000, 'idle9000'),
  {
    name: 'base',
    title: 'resident memory after the start, MB',
    digits: 1,
    async measureFresh(start, port) {
      const { child } = await startAndAsk(start(port), port);
      const bytes = await settledBytes(child.pid);
      await child.stop();
      return { value: bytes / 2 ** 20 };
    },
  },
  {
    name: 'start',
    title: 'start to first connection served, ms',
    digits: 0,
    async measureFresh(start, port) {
      const { child, milliseconds } = await startAndAsk(start(port), port);
      await child.stop();
      return { value: milliseconds };
    },
  },
];
