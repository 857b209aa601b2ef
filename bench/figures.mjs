/** What is measured. Each figure is one number a round and proxy; the less the better. */
import { bulk } from './loads/bulk.mjs';
import { exchange, openConnections } from './loads/exchanges.mjs';
import { shortConnections } from './loads/short.mjs';
import { startAndAsk } from './loads/start-up.mjs';
import { cpuMicroseconds, pause, settledBytes } from './measure.mjs';

/**
 * A proxy to measure at: a running one for the figures of CPU time, or how to start one for the others.
 * @typedef {object} Subject
 * @property {number} port Where the load connects.
 * @property {number | undefined} pid Undefined when there is no proxy.
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
 * @property {((subject: Subject, sizes: import('./options.mjs').Sizes) => Promise<Reading>) | undefined} measure
 *   On a proxy that runs and is warm.
 * @property {((command: (port: number) => string[], port: number, sizes: import('./options.mjs').Sizes) =>
 *   Promise<Reading>) | undefined} measureFresh On a proxy started for it.
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
    name: 'exchange',
    title: 'CPU per keep-alive exchange, µs',
    digits: 1,
    async measure(subject, { exchanges, width }) {
      const connections = await openConnections(subject.port, width);
      const reading = await costOf(subject, exchanges, 1, () => exchange(connections, exchanges, width));
      await connections.close();
      return reading;
    },
  },
  {
    name: 'bulk',
    title: 'CPU per GB relayed, ms',
    digits: 0,
    measure: (subject, { gigabytes, bulkWidth }) =>
      costOf(subject, gigabytes, 1000, () => bulk(subject.port, (gigabytes * 1e9) / bulkWidth, bulkWidth)),
  },
  {
    name: 'idle',
    title: 'resident memory per idle connection, KB',
    digits: 1,
    async measureFresh(command, port, { idle }) {
      const { child } = await startAndAsk(command(port), port);
      // What the first connections allocate once and for all is no cost of a connection.
      await shortConnections(port, 200, 20);
      const before = await settledBytes(child.pid);
      const connections = await openConnections(port, idle);
      const after = await settledBytes(child.pid);
      await connections.close();
      await child.stop();
      return { value: (after - before) / 1024 / idle };
    },
  },
  {
    name: 'base',
    title: 'resident memory after the start, MB',
    digits: 1,
    async measureFresh(command, port) {
      const { child } = await startAndAsk(command(port), port);
      const bytes = await settledBytes(child.pid);
      await child.stop();
      return { value: bytes / 2 ** 20 };
    },
  },
  {
    name: 'start',
    title: 'start to first connection served, ms',
    digits: 0,
    async measureFresh(command, port) {
      const { child, milliseconds } = await startAndAsk(command(port), port);
      await child.stop();
      return { value: milliseconds };
    },
  },
];
