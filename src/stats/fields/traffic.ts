/** Sessions, queues, rates, bytes and times. */
import { Word } from '../../servers/shared-table.ts';
import { Counter } from '../counters.ts';
import { average, count, type FieldBody, gauge, highest, inHttp, on, rate, rateMax, total, zero } from '../field.ts';

export const trafficFields = {
  qcur: { type: 'u32', tag: 'MGPV', description: 'Requests waiting in the queue now', ...on('sb', gauge(Word.queued)) },
  qmax: { type: 'u32', tag: 'MMPV', description: 'Longest queue so far', ...on('sb', gauge(Word.queuedMax)) },
  scur: { type: 'u32', tag: 'MGPV', description: 'Sessions now', ...on('flsb', gauge(Word.current)) },
  smax: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Most sessions at once so far',
    ...on('flsb', gauge(Word.currentMax)),
  },
  slim: {
    type: 'u32',
    tag: 'CLPV',
    description: 'Configured limit of sessions: maxconn, or fullconn of a backend',
    frontend: (row) => Math.max(0, row.view.table.get(row.slot, Word.maxconn) || row.frontend.maxconn),
    listener: (row) => row.listener.maxconn,
    server: (row) => (row.server.maxconn > 0 ? row.server.maxconn : undefined),
    backend: (row) => row.backend.proxy.backend?.fullconn,
  },
  qlimit: {
    type: 'u32',
    tag: 'CGSV',
    description: "Limit of the server's queue (maxqueue)",
    server: (row) => (row.server.model.maxqueue > 0 ? row.server.model.maxqueue : undefined),
  },
  stot: { type: 'u64', tag: 'MCPP', description: 'Sessions in all', ...on('flsb', count(Counter.sessions)) },
  bin: { type: 'u64', tag: 'MCPP', description: 'Bytes received from clients', ...on('flsb', count(Counter.bytesIn)) },
  bout: { type: 'u64', tag: 'MCPP', description: 'Bytes sent to clients', ...on('flsb', count(Counter.bytesOut)) },
  lbtot: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Times chosen by load balancing',
    ...on('sb', count(Counter.chosen)),
  },
  rate: {
    type: 'u32',
    tag: 'MRPP',
    description: 'Sessions in the last second',
    ...on('fsb', rate(Counter.sessionRate)),
  },
  rate_lim: {
    type: 'u32',
    tag: 'CLPV',
    description: 'Configured limit of new sessions a second',
    frontend: (row) => row.frontend.rateLimit,
  },
  rate_max: {
    type: 'u32',
    tag: { backend: 'MGPV', others: 'MMPV' },
    description: 'Highest number of new sessions in a second',
    ...on('fsb', rateMax(Counter.sessionRate)),
  },
  lastsess: {
    type: 's32',
    tag: 'MAPP',
    description: 'Seconds since the last session; -1: none yet',
    ...on('sb', (row) => {
      const last = Number(highest(Counter.lastSessionSecond)(row));
      return last === 0 ? -1 : Math.max(0, Math.floor(row.now / 1000) - last);
    }),
  },
  qtime: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Average time in the queue, ms, over the last 1024 sessions',
    ...on('sb', average(Counter.queueTimeAverage)),
  },
  ctime: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Average time to connect, ms',
    ...on('sb', average(Counter.connectTimeAverage)),
  },
  rtime: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Average time to the response, ms (0 in mode tcp)',
    ...on('sb', average(Counter.responseTimeAverage)),
  },
  ttime: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Average length of a session, ms',
    ...on('sb', average(Counter.totalTimeAverage)),
  },
  qtime_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Longest time in the queue, ms',
    ...on('sb', highest(Counter.queueTimeMax)),
  },
  ctime_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Longest time to connect, ms',
    ...on('sb', highest(Counter.connectTimeMax)),
  },
  rtime_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Longest time to the response, ms',
    ...on('sb', highest(Counter.responseTimeMax)),
  },
  ttime_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Longest session, ms',
    ...on('sb', highest(Counter.totalTimeMax)),
  },
  conn_rate: {
    type: 'u32',
    tag: 'MRPP',
    description: 'Connections in the last second',
    ...on('f', rate(Counter.connectionRate)),
  },
  conn_rate_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Highest number of new connections in a second',
    ...on('f', rateMax(Counter.connectionRate)),
  },
  // HAProxy 3.x fills it on listener rows too; 2.6, which counts here, does not.
  conn_tot: { type: 'u64', tag: 'MCPP', description: 'Connections in all', ...on('f', count(Counter.connections)) },
  connect: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Attempts to connect to servers',
    ...on('sb', count(Counter.connectAttempts)),
  },
  // hapax keeps no idle connections to servers: nothing is reused and every pool is empty.
  reuse: { type: 'u64', tag: 'MCPP', description: 'Connections used again', ...on('sb', zero) },
  srv_icur: { type: 'u32', tag: 'MGPV', description: 'Idle connections to the server now', ...on('s', zero) },
  src_ilim: { type: 'u32', tag: 'CLPV', description: 'Limit of idle connections to the server' },
  idle_conn_cur: {
    type: 'u32',
    tag: 'MGPV',
    description: 'Idle connections that are unsafe to use again',
    ...on('s', zero),
  },
  safe_conn_cur: {
    type: 'u32',
    tag: 'MGPV',
    description: 'Idle connections that are safe to use again',
    ...on('s', zero),
  },
  used_conn_cur: { type: 'u32', tag: 'MGPV', description: 'Pooled connections in use', ...on('s', zero) },
  need_conn_est: {
    type: 'u32',
    tag: 'MGPV',
    description: 'Pooled connections expected to be needed',
    ...on('s', zero),
  },
  priv_idle_cur: { type: 'u32', tag: 'MGPV', description: 'Idle connections private to a client', ...on('s', zero) },
  sess_other: {
    type: 'u64',
    tag: 'MCPV',
    description: 'Sessions that are not HTTP',
    ...on('f', (row) => (row.proxy.mode === 'tcp' ? total(row, Counter.sessions) : 0)),
  },
  h1sess: {
    type: 'u64',
    tag: 'MCPP',
    description: 'HTTP/1 sessions',
    ...on('f', (row) => (row.proxy.mode === 'http' ? total(row, Counter.sessions) : 0)),
  },
  h2sess: { type: 'u64', tag: 'MCPP', description: 'HTTP/2 sessions', ...on('f', zero) },
  h3sess: { type: 'u64', tag: 'MCPP', description: 'HTTP/3 sessions', ...on('f', zero) },
  reqbin: { type: 'u64', tag: 'MCPP', description: 'Request bytes received', ...on('flsb', count(Counter.bytesIn)) },
  reqbout: { type: 'u64', tag: 'MCPP', description: 'Request bytes passed on', ...on('flsb', count(Counter.bytesIn)) },
  resbin: { type: 'u64', tag: 'MCPP', description: 'Response bytes received', ...on('flsb', count(Counter.bytesOut)) },
  resbout: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Response bytes passed on',
    ...on('flsb', count(Counter.bytesOut)),
  },
  cache_lookups: { type: 'u64', tag: 'MCPP', description: 'Cache lookups', ...on('fb', inHttp(zero)) },
  cache_hits: { type: 'u64', tag: 'MCPP', description: 'Cache hits', ...on('fb', inHttp(zero)) },
  cache_hint_hits: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Cache hits that needed no full lookup',
    ...on('fb', inHttp(zero)),
  },
} satisfies Record<string, FieldBody>;
