/** A row of statistics as the page shows it: the texts of its cells, its colour, and what stands behind it. */
import type { AddressModel, ProxyModel } from '../config/model.ts';
import type { ServerRecord } from '../servers/server-record.ts';
import { statusText } from '../servers/status-text.ts';
import { FIELD_INDEX } from '../stats/fields.ts';
import type { Row } from '../stats/rows.ts';
import { checkStory } from './check-story.ts';
import { duration, grouped } from './figures.ts';
import { type ServerClass, serverClass } from './row-class.ts';

/** Groups of columns with their names, in HAProxy's order: the 30 cells of a row. */
export const COLUMN_GROUPS: readonly (readonly [group: string, columns: readonly string[]])[] = [
  ['Queue', ['Cur', 'Max', 'Limit']],
  ['Session rate', ['Cur', 'Max', 'Limit']],
  ['Sessions', ['Cur', 'Max', 'Limit', 'Total', 'LbTot', 'Last']],
  ['Bytes', ['In', 'Out']],
  ['Denied', ['Req', 'Resp']],
  ['Errors', ['Req', 'Conn', 'Resp']],
  ['Warnings', ['Retr', 'Redis']],
  ['Server', ['Status', 'LastChk', 'Wght', 'Act', 'Bck', 'Chk', 'Dwn', 'Dwntme', 'Thrtle']],
];

/** Position of the cell `LastChk`. */
export const LAST_CHECK_CELL = 22;
/** Where a server that follows another one names it, over three columns: Chk, Dwn, Dwntme. */
export const FOLLOWS_CELL = 26;

export interface PageRow {
  /** Unique on the page and the same from one answer to the next: `<iid>.<kind>.<sid>`. */
  readonly key: string;
  /** HAProxy's anchor: `be/srv`, `be/Backend`, `fe/Frontend`, `fe/+listener`. */
  readonly anchor: string;
  readonly name: string;
  readonly className: ServerClass | 'frontend' | 'socket' | 'backend';
  readonly cells: readonly string[];
  /** `backend/server` that a server follows. */
  readonly follows: string | undefined;
  /** Of servers: the last check in words. */
  readonly story: string;
  /** More about the row, which HAProxy shows on hovering. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

const CLASSES = { frontend: 'frontend', listener: 'socket', backend: 'backend' } as const;

/** `open`: `stats show-legends`, which also tells addresses, cookies and algorithms. */
export function pageRow(row: Row, open: boolean): PageRow {
  const { server, proxy } = row;
  const name = nameOf(row);
  return {
    key: rowKey(row.iid, row.kind, row.sid),
    anchor: `${proxy.name}/${row.kind === 'listener' ? '+' : ''}${name}`,
    name,
    className: server === undefined ? CLASSES[row.kind as keyof typeof CLASSES] : serverClass(server),
    cells: cellsOf(row),
    follows: server?.tracked === undefined ? undefined : String(field(row, 'tracked')),
    story: server === undefined ? '' : checkStory(server, open ? 'everything' : 'period'),
    facts: factsOf(row, open),
  };
}

export function rowKey(iid: number, kind: Row['kind'], sid: number): string {
  return `${iid}.${kind.charAt(0)}.${sid}`;
}

function field(row: Row, name: keyof typeof FIELD_INDEX): number | string | undefined {
  return row.values[FIELD_INDEX[name]];
}

function nameOf(row: Row): string {
  if (row.kind === 'frontend') return 'Frontend';
  if (row.kind === 'backend') return 'Backend';
  return String(field(row, 'svname'));
}

/** A number; '' where the row has none. */
function figure(row: Row, name: keyof typeof FIELD_INDEX): string {
  const value = field(row, name);
  return typeof value === 'number' ? grouped(value) : '';
}

/** A limit; `-` where there is none. */
function limit(row: Row, name: keyof typeof FIELD_INDEX): string {
  const value = field(row, name);
  return typeof value === 'number' && value > 0 ? grouped(value) : '-';
}

function seconds(row: Row, name: keyof typeof FIELD_INDEX): string {
  const value = field(row, name);
  return typeof value === 'number' ? duration(value) : '';
}

function cellsOf(row: Row): readonly string[] {
  const ofServer = row.kind === 'server';
  const queues = ofServer || row.kind === 'backend';
  const last = Number(field(row, 'lastsess'));
  return [
    figure(row, 'qcur'),
    figure(row, 'qmax'),
    ofServer ? limit(row, 'qlimit') : '',
    figure(row, 'rate'),
    figure(row, 'rate_max'),
    row.kind === 'frontend' ? limit(row, 'rate_lim') : '',
    figure(row, 'scur'),
    figure(row, 'smax'),
    limit(row, 'slim'),
    figure(row, 'stot'),
    figure(row, 'lbtot'),
    queues ? (last < 0 ? '?' : duration(last)) : '',
    figure(row, 'bin'),
    figure(row, 'bout'),
    figure(row, 'dreq'),
    figure(row, 'dresp'),
    figure(row, 'ereq'),
    figure(row, 'econ'),
    figure(row, 'eresp'),
    figure(row, 'wretr'),
    figure(row, 'wredis'),
    ...(row.server === undefined ? groupState(row) : serverState(row, row.server)),
  ];
}

/** Status to Thrtle of frontends, listeners and backends. */
function groupState(row: Row): readonly string[] {
  if (row.kind !== 'backend') return [String(field(row, 'status')), '', '', '', '', '', '', '', ''];
  return [
    `${seconds(row, 'lastchg')} ${field(row, 'status')}`,
    '',
    `${figure(row, 'weight')}/${figure(row, 'uweight')}`,
    figure(row, 'act'),
    figure(row, 'bck'),
    '',
    figure(row, 'chkdown'),
    seconds(row, 'downtime'),
    '',
  ];
}

function serverState(row: Row, server: ServerRecord): readonly string[] {
  const follows = server.tracked !== undefined;
  const yes = (there: boolean) => (there ? 'Y' : '-');
  return [
    statusCell(row, server),
    lastCheck(server, String(field(row, 'check_status') ?? '')),
    `${figure(row, 'weight')}/${figure(row, 'uweight')}`,
    yes(!server.model.backup),
    yes(server.model.backup),
    follows ? `via ${field(row, 'tracked')}` : figure(row, 'chkfail'),
    follows ? '' : figure(row, 'chkdown'),
    follows ? '' : seconds(row, 'downtime'),
    server.throttle === undefined ? '-' : `${server.throttle} %`,
  ];
}

/** `3s DOWN 1/2 ↑`: since when, what, and which way it moves. */
function statusCell(row: Row, server: ServerRecord): string {
  const status = statusText(server);
  if (status === 'no check') return status;
  const arrow = /^DOWN \d/.test(status) ? ' ↑' : /^(UP|NOLB|DRAIN) \d/.test(status) ? ' ↓' : '';
  // Whom it follows stands in a column of its own.
  return `${seconds(row, 'lastchg')} ${status.replace(/ \(via .*/, '')}${arrow}`;
}

/** `L7OK/200 in 1ms`. Of the check that ended last: one that runs has found nothing yet. */
function lastCheck(server: ServerRecord, shown: string): string {
  const { check } = server;
  if (check === undefined || shown === '') return '';
  const code = check.code === undefined ? '' : `/${check.code}`;
  return `${check.status}${code}${check.duration === undefined ? '' : ` in ${check.duration}ms`}`;
}

type Fact = readonly [name: string, value: string];

function factsOf(row: Row, open: boolean): readonly Fact[] {
  switch (row.kind) {
    case 'frontend':
      return [...rates(row), ...requests(row)];
    case 'listener':
      return open ? [['Address', addressText(listenerAddress(row))], id(row)] : [];
    case 'server':
      return [...(open ? serverPlace(row) : []), ...times(row), ...resets(row), ...responses(row)];
    case 'backend':
      return [
        ...(open ? [['Balancing', balancing(row.proxy)] as const] : []),
        ...times(row),
        ...resets(row),
        ...responses(row),
      ];
  }
}

const id = (row: Row): Fact => ['Id', String(row.sid)];

function listenerAddress(row: Row): AddressModel | undefined {
  return row.proxy.frontend?.listeners.find((each) => each.id === row.sid)?.address;
}

/** `IPv4: 127.0.0.1:80`. */
function addressText(address: AddressModel | undefined): string {
  switch (address?.family) {
    case 'ipv4':
      return `IPv4: ${address.host}:${address.port}`;
    case 'ipv6':
      return `IPv6: [${address.host}]:${address.port}`;
    default:
      return 'unix';
  }
}

function serverPlace(row: Row): readonly Fact[] {
  const { server } = row;
  if (server === undefined) return [];
  const { cookie } = server.model;
  return [
    // A name that could not be resolved has none.
    ...(server.address.host === '' ? [] : [['Address', addressText(server.address)] as const]),
    id(row),
    ...(cookie === undefined || row.proxy.mode !== 'http' ? [] : [['Cookie', cookie] as const]),
  ];
}

function balancing(proxy: ProxyModel): string {
  return proxy.backend?.balance ?? '';
}

function rates(row: Row): readonly Fact[] {
  return [
    ['Connections in the last second', figure(row, 'conn_rate')],
    ['Most connections in a second', figure(row, 'conn_rate_max')],
    ['Connections in all', figure(row, 'conn_tot')],
    ['Sessions in all', figure(row, 'stot')],
  ];
}

function requests(row: Row): readonly Fact[] {
  if (row.proxy.mode !== 'http') return [];
  return [
    ['Requests in all', figure(row, 'req_tot')],
    ['Requests in the last second', figure(row, 'req_rate')],
    ['Most requests in a second', figure(row, 'req_rate_max')],
    ['Answered by the proxy itself', figure(row, 'intercepted')],
    ...responses(row),
  ];
}

function responses(row: Row): readonly Fact[] {
  if (row.proxy.mode !== 'http') return [];
  const classes = ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other'] as const;
  return [['Responses 1xx, 2xx, 3xx, 4xx, 5xx, other', classes.map((name) => figure(row, name)).join(', ')]];
}

function times(row: Row): readonly Fact[] {
  const time = (name: 'qtime' | 'ctime' | 'rtime' | 'ttime'): string =>
    `${figure(row, `${name}_max`)} / ${figure(row, name)} ms`;
  return [
    ['Time in queue, longest / average', time('qtime')],
    ['Time to connect', time('ctime')],
    ...(row.proxy.mode === 'http' ? [['Time to response', time('rtime')] as const] : []),
    ['Time of a session', time('ttime')],
  ];
}

function resets(row: Row): readonly Fact[] {
  return [
    ['Broken off by clients', figure(row, 'cli_abrt')],
    ['Broken off by the server', figure(row, 'srv_abrt')],
  ];
}
