/** The fields of `show info` in HAProxy's order, 2.6's first and those 3.x appended after them. */

import { getHeapStatistics } from 'node:v8';
import { Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import { HAPAX_VERSION } from '../version.ts';
import { Counter, type RateCounter } from './counters.ts';
import type { FieldType, FieldValue } from './field.ts';
import type { ProcessMeter } from './process-meter.ts';
import { COMPATIBLE_VERSION, RELEASE_DATE } from './product.ts';
import type { RuntimeView } from './runtime-view.ts';

export interface InfoContext {
  readonly view: RuntimeView;
  readonly meter: ProcessMeter;
  /** Open listening sockets, the stats sockets included. */
  readonly listeners: number;
  /** Connections to the stats sockets: they count as connections, sessions and requests of the process, too. */
  readonly clients: { readonly total: number; readonly current: number };
  /** `float`: seconds with their fraction. */
  readonly float: boolean;
}

export interface InfoField {
  readonly name: string;
  readonly tag: string;
  readonly type: FieldType;
  readonly description: string;
  /** Undefined: the line is left out, but keeps its position in the typed form. */
  readonly value: (context: InfoContext) => FieldValue;
}

type Value = InfoField['value'];

function field(name: string, tag: string, type: FieldType, description: string, value: Value): InfoField {
  return { name, tag, type, description, value };
}

const zero: Value = () => 0;
const megabytes = (bytes: number) => Math.floor(bytes / 1_048_576);
const upSeconds = ({ view }: InfoContext) => Math.max(0, (view.now() - view.process.runningSince) / 1000);

/** A counter of every frontend and thread together. */
export function overFrontends(view: RuntimeView, counter: Counter): number {
  let sum = 0;
  for (const slot of view.slots.frontend) {
    if (slot < 0) continue;
    for (const block of view.counters) sum += block.get(slot, counter);
  }
  return sum;
}

/** In mode tcp every session is a request. */
function allRequests({ view, clients }: InfoContext): number {
  let requests = clients.total;
  for (const proxy of view.model.proxies) {
    const slot = view.slots.frontend[proxy.index] ?? -1;
    if (slot < 0) continue;
    const counter = proxy.mode === 'tcp' ? Counter.sessions : Counter.requests;
    for (const block of view.counters) requests += block.get(slot, counter);
  }
  return requests;
}

const sum =
  (counter: Counter): Value =>
  (context) =>
    overFrontends(context.view, counter);
const connections: Value = ({ view }) => view.table.get(PROCESS_SLOT, Word.current);
const rate =
  (counter: RateCounter): Value =>
  ({ view }) =>
    view.counters.reduce((all, block) => all + block.rate(PROCESS_SLOT, counter, view.now()), 0);
const rateMax =
  (counter: RateCounter): Value =>
  ({ view }) =>
    view.counters.reduce((all, block) => all + block.rateMax(PROCESS_SLOT, counter), 0);

function uptimeText(context: InfoContext): string {
  const seconds = Math.floor(upSeconds(context));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600) % 24;
  return `${Math.floor(seconds / 86400)}d ${hours}h${two(Math.floor(seconds / 60) % 60)}m${two(seconds % 60)}s`;
}

// TLS, compression, peers and resolvers are not part of hapax: their figures are 0 because there are none.
export const INFO_FIELDS: readonly InfoField[] = [
  field('Name', 'POSV', 'str', 'Name of the product these figures are compatible with', () => 'HAProxy'),
  field('Version', 'POSV', 'str', 'Version', () => COMPATIBLE_VERSION),
  field('Release_date', 'POSV', 'str', 'Date of this version', () => RELEASE_DATE),
  field('Nbthread', 'CGSV', 'u32', 'Threads', ({ view }) => Math.max(1, view.counters.length)),
  field('Nbproc', 'CGSV', 'u32', 'Processes, always 1', () => 1),
  field('Process_num', 'KGPV', 'u32', 'Number of this process, always 1', () => 1),
  field('Pid', 'SGPV', 'u32', 'Process id', ({ view }) => view.process.pid),
  field('Uptime', 'MDPV', 'str', 'Time since the start (days, hours, minutes, seconds)', uptimeText),
  field('Uptime_sec', 'MDPV', 'u32', 'Seconds since the start', (context) =>
    context.float ? upSeconds(context).toFixed(6) : Math.floor(upSeconds(context)),
  ),
  field('Memmax_MB', 'CLPV', 'u32', 'Limit of memory in MB, 0: none', zero),
  field('PoolAlloc_MB', 'MGPV', 'u32', 'Size of the heap in MB', () => megabytes(getHeapStatistics().total_heap_size)),
  field('PoolUsed_MB', 'MGPV', 'u32', 'Heap in use in MB', () => megabytes(getHeapStatistics().used_heap_size)),
  field('PoolFailed', 'MCPV', 'u32', 'Failed allocations', zero),
  field('Ulimit-n', 'CLPV', 'u32', 'Limit of open files', ({ view }) => view.process.fileLimit),
  field('Maxsock', 'CLPV', 'u32', 'Limit of open sockets', ({ view }) => view.process.fileLimit),
  field('Maxconn', 'CLPV', 'u32', 'Limit of connections', ({ view }) => view.process.maxconn),
  field('Hard_maxconn', 'CLPV', 'u32', 'Highest value Maxconn can be set to', ({ view }) => view.process.maxconn),
  field('CurrConns', 'MGPV', 'u32', 'Connections now', connections),
  field(
    'CumConns',
    'MCPV',
    'u32',
    'Connections in all',
    (context) => context.clients.total + overFrontends(context.view, Counter.connections),
  ),
  field('CumReq', 'MCPV', 'u32', 'Requests in all', allRequests),
  field('MaxSslConns', 'MMPV', 'u32', 'Limit of TLS connections, 0: none', zero),
  field('CurrSslConns', 'MGPV', 'u32', 'TLS connections now', zero),
  field('CumSslConns', 'MCPV', 'u32', 'TLS connections in all', zero),
  field('Maxpipes', 'CLPV', 'u32', 'Limit of pipes', ({ view }) => view.process.maxpipes?.() ?? 0),
  field('PipesUsed', 'MGPV', 'u32', 'Pipes in use', ({ view }) => view.table.get(PROCESS_SLOT, Word.pipesUsed)),
  field('PipesFree', 'MGPV', 'u32', 'Pipes kept for use', ({ view }) => view.table.get(PROCESS_SLOT, Word.pipesFree)),
  field('ConnRate', 'MRPV', 'u32', 'Connections in the last second', rate(Counter.connectionRate)),
  field('ConnRateLimit', 'CLPV', 'u32', 'Limit of new connections a second, 0: none', zero),
  field('MaxConnRate', 'MMPV', 'u32', 'Highest ConnRate so far', rateMax(Counter.connectionRate)),
  field('SessRate', 'MRPV', 'u32', 'Sessions in the last second', rate(Counter.sessionRate)),
  field('SessRateLimit', 'CLPV', 'u32', 'Limit of new sessions a second, 0: none', zero),
  field('MaxSessRate', 'MRPV', 'u32', 'Highest SessRate so far', rateMax(Counter.sessionRate)),
  field('SslRate', 'MRPV', 'u32', 'TLS connections in the last second', zero),
  field('SslRateLimit', 'CLPV', 'u32', 'Limit of new TLS connections a second, 0: none', zero),
  field('MaxSslRate', 'MMPV', 'u32', 'Highest SslRate so far', zero),
  field('SslFrontendKeyRate', 'MGPV', 'u32', 'TLS keys made for clients in the last second', zero),
  field('SslFrontendMaxKeyRate', 'MMPV', 'u32', 'Highest SslFrontendKeyRate so far', zero),
  field('SslFrontendSessionReuse_pct', 'MGPV', 'u32', 'Percent of client TLS sessions that were resumed', zero),
  field('SslBackendKeyRate', 'MRPV', 'u32', 'TLS keys made for servers in the last second', zero),
  field('SslBackendMaxKeyRate', 'MMPV', 'u32', 'Highest SslBackendKeyRate so far', zero),
  field('SslCacheLookups', 'MCPV', 'u32', 'Lookups in the cache of TLS sessions', zero),
  field('SslCacheMisses', 'MCPV', 'u32', 'Lookups there that found nothing', zero),
  field('CompressBpsIn', 'MRPV', 'u32', 'Bytes given to compression in the last second', zero),
  field('CompressBpsOut', 'MRPV', 'u32', 'Bytes that came out of compression in the last second', zero),
  field('CompressBpsRateLim', 'CLPV', 'u32', 'Limit of CompressBpsOut', zero),
  // HAProxy prints these two only when it is built with zlib; they keep their positions.
  field('ZlibMemUsage', 'MGPV', 'u32', 'Memory of zlib', () => undefined),
  field('MaxZlibMemUsage', 'CLPV', 'u32', 'Limit of the memory of zlib', () => undefined),
  field(
    'Tasks',
    'MGPV',
    'u32',
    'Handles and timers the control thread waits for',
    () => process.getActiveResourcesInfo().length,
  ),
  field('Run_queue', 'MGPV', 'u32', 'Tasks ready to run', zero),
  field('Idle_pct', 'MaPV', 'u32', 'Percent of time the control thread waited', ({ meter }) => meter.idlePercent()),
  field('node', 'COSV', 'str', 'Name of the node', ({ view }) => view.process.node),
  field('description', 'COSV', 'str', 'Description of the node', ({ view }) => view.process.description),
  field('Stopping', 'MGPV', 'u32', '1 during a soft stop', ({ view }) => (view.process.stopping() ? 1 : 0)),
  field(
    'Jobs',
    'MGPV',
    'u32',
    'Listeners and connections now',
    (context) => context.listeners + context.clients.current + Number(connections(context)),
  ),
  field('Unstoppable Jobs', 'MGPV', 'u32', 'Jobs a soft stop does not wait for', zero),
  field('Listeners', 'MGPV', 'u32', 'Listening sockets', ({ listeners }) => listeners),
  field('ActivePeers', 'MGPV', 'u32', 'Peers whose session is established', zero),
  field('ConnectedPeers', 'MGPV', 'u32', 'Peers that are connected', zero),
  field('DroppedLogs', 'MGPV', 'u32', 'Log lines that were lost', ({ view }) => view.process.droppedLogs()),
  field('BusyPolling', 'MGPV', 'u32', '1 with busy polling', zero),
  field('FailedResolutions', 'MGPV', 'u32', 'Failed name resolutions', zero),
  field('TotalBytesOut', 'MGPV', 'u64', 'Bytes sent to clients', sum(Counter.bytesOut)),
  field('TotalSplicedBytesOut', 'MGPV', 'u64', 'Bytes that went through a pipe in the kernel', ({ view }) =>
    view.counters.reduce((all, block) => all + block.get(PROCESS_SLOT, Counter.spliced), 0),
  ),
  field('BytesOutRate', 'MRPV', 'u64', 'Bytes sent to clients in the last second', ({ meter }) => meter.bytesOutRate()),
  field('DebugCommandsIssued', 'MGPV', 'u32', 'Debugging commands used', zero),
  field('CumRecvLogs', 'MCPV', 'u32', 'Log messages received', zero),
  field('Build info', 'POSV', 'str', 'What was built', () => COMPATIBLE_VERSION),
  field('Memmax_bytes', 'CLPV', 'u32', 'Limit of memory in bytes, 0: none', zero),
  field('PoolAlloc_bytes', 'MGPV', 'u64', 'Size of the heap in bytes', () => getHeapStatistics().total_heap_size),
  field('PoolUsed_bytes', 'MGPV', 'u64', 'Heap in use in bytes', () => getHeapStatistics().used_heap_size),
  field('Start_time_sec', 'MDPV', 'u32', 'Start, in seconds of the Unix clock', ({ view }) =>
    Math.floor(view.process.startedAt / 1000),
  ),
  field('Tainted', 'SGPV', 'str', 'Experimental features used', () => '0'),
  field('TotalWarnings', 'MCPV', 'u32', 'Warnings at start', ({ view }) => view.process.warnings?.() ?? 0),
  field(
    'MaxconnReached',
    'MCPV',
    'u32',
    'How often Maxconn was reached',
    ({ view }) => view.process.maxconnReached?.() ?? 0,
  ),
  field('BootTime_ms', 'MDPV', 'u32', 'Time from the start of the process to service, ms', ({ view }) =>
    Math.round(view.process.bootTime),
  ),
  field('Niced_tasks', 'MGPV', 'u32', 'Tasks with a priority of their own', zero),
  field('CurrStreams', 'MGPV', 'u64', 'Sessions now', connections),
  field('CumStreams', 'MCPV', 'u64', 'Sessions in all', sum(Counter.sessions)),
  field('BlockedTrafficWarnings', 'MGPV', 'u32', 'Warnings about blocked traffic', zero),
  field('PatternsAdded', 'MGPV', 'u64', 'Patterns loaded', zero),
  field('PatternsFreed', 'MGPV', 'u64', 'Patterns dropped', zero),
  field('NbThreadGroups', 'CGSV', 'u32', 'Groups of threads, always 1', () => 1),
  field('Engine', 'POSV', 'str', 'What moves the bytes', ({ view }) => view.process.engine),
  field(
    'AcceptFailures',
    'MCPV',
    'u32',
    'Clients not accepted for want of descriptors or memory',
    ({ view }) => view.process.acceptFailures?.() ?? 0,
  ),
  field('Hapax version', 'POSV', 'str', 'Version of hapax', () => HAPAX_VERSION),
];
