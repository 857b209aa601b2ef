/** Every column of `show stat`, in HAProxy 3.4's order: the one table that CSV, typed, JSON and the web page come from. */
import type { FieldBody, FieldDefinition } from './field.ts';
import { checkFields } from './fields/checks.ts';
import { errorFields } from './fields/errors.ts';
import { httpFields } from './fields/http.ts';
import { identityFields } from './fields/identity.ts';
import { stateFields } from './fields/state.ts';
import { trafficFields } from './fields/traffic.ts';

const definitions = {
  ...identityFields,
  ...trafficFields,
  ...errorFields,
  ...stateFields,
  ...checkFields,
  ...httpFields,
} satisfies Record<string, FieldBody>;

/** The static columns 0 to 118. */
// biome-ignore format: one name a line would hide the order
const ORDER = [
  'pxname', 'svname', 'qcur', 'qmax', 'scur', 'smax', 'slim', 'stot', 'bin', 'bout', 'dreq', 'dresp', 'ereq', 'econ',
  'eresp', 'wretr', 'wredis', 'status', 'weight', 'act', 'bck', 'chkfail', 'chkdown', 'lastchg', 'downtime',
  'qlimit', 'pid', 'iid', 'sid', 'throttle', 'lbtot', 'tracked', 'type', 'rate', 'rate_lim', 'rate_max',
  'check_status', 'check_code', 'check_duration', 'hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx',
  'hrsp_other', 'hanafail', 'req_rate', 'req_rate_max', 'req_tot', 'cli_abrt', 'srv_abrt', 'comp_in', 'comp_out',
  'comp_byp', 'comp_rsp', 'lastsess', 'last_chk', 'last_agt', 'qtime', 'ctime', 'rtime', 'ttime', 'agent_status',
  'agent_code', 'agent_duration', 'check_desc', 'agent_desc', 'check_rise', 'check_fall', 'check_health',
  'agent_rise', 'agent_fall', 'agent_health', 'addr', 'cookie', 'mode', 'algo', 'conn_rate', 'conn_rate_max',
  'conn_tot', 'intercepted', 'dcon', 'dses', 'wrew', 'connect', 'reuse', 'cache_lookups', 'cache_hits', 'srv_icur',
  'src_ilim', 'qtime_max', 'ctime_max', 'rtime_max', 'ttime_max', 'eint', 'idle_conn_cur', 'safe_conn_cur',
  'used_conn_cur', 'need_conn_est', 'uweight', 'agg_server_status', 'agg_server_check_status', 'agg_check_status',
  'srid', 'sess_other', 'h1sess', 'h2sess', 'h3sess', 'req_other', 'h1req', 'h2req', 'h3req', 'proto',
  'priv_idle_cur', 'reqbin', 'reqbout', 'resbin', 'resbout', 'cache_hint_hits',
] as const satisfies readonly (keyof typeof definitions)[];

/** A definition that has no place in the order is a compile error here. */
const placed: Record<keyof typeof definitions, true> = Object.fromEntries(ORDER.map((name) => [name, true])) as Record<
  (typeof ORDER)[number],
  true
>;

export const FIELDS: readonly FieldDefinition[] = ORDER.map((name) => ({ name, ...definitions[name] }));

/** Position of a field by name, for readers of rows. */
export const FIELD_INDEX = Object.fromEntries(Object.keys(placed).map((name, index) => [name, index])) as Readonly<
  Record<(typeof ORDER)[number], number>
>;
