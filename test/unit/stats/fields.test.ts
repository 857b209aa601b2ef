import { describe, expect, it } from 'vitest';
import { CSV_HEADER } from '../../../src/stats/csv.ts';
import { FIELD_INDEX, FIELDS } from '../../../src/stats/fields.ts';
import { collectRows, type Row } from '../../../src/stats/rows.ts';
import { checkedServer, listener, modelOf, server, testView } from '../../support/runtime-view.ts';

// The order of HAProxy 3.4's static columns, as its header line has it.
// biome-ignore format: in the order of the header
const HEADER = [
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
];

/**
 * Which rows fill a column, in the order frontend, listener, server, backend: `A` always, `s` sometimes, `-` never. Measured on
 * HAProxy, 2.6 where it differs from 3.x. Columns not named here: see the last entry.
 */
const MATRIX: Readonly<Record<string, string>> = {
  AAAA: 'pxname svname scur smax stot bin bout dresp status pid iid sid type mode wrew eint reqbin reqbout resbin resbout',
  '--AA':
    'qcur qmax econ eresp wretr wredis weight act bck lastchg lbtot cli_abrt srv_abrt lastsess qtime ctime rtime ttime ' +
    'connect reuse qtime_max ctime_max rtime_max ttime_max uweight',
  AAsA: 'slim',
  'AA-A': 'dreq',
  'AA--': 'ereq dcon dses',
  '--s-':
    'chkfail qlimit throttle tracked check_status check_code check_duration last_chk check_desc check_rise check_fall ' +
    'check_health cookie',
  '--sA': 'chkdown',
  '--ss': 'downtime',
  'A-AA': 'rate rate_max',
  'A---':
    'rate_lim req_rate req_rate_max conn_rate conn_rate_max conn_tot sess_other h1sess h2sess h3sess req_other h1req h2req h3req',
  's-ss': 'hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other',
  'A-ss': 'req_tot',
  'A--A': 'comp_in comp_out comp_byp comp_rsp',
  '-AA-': 'addr',
  '---A': 'algo agg_server_status agg_server_check_status agg_check_status',
  's---': 'intercepted',
  's--s': 'cache_lookups cache_hits cache_hint_hits',
  '--A-': 'srv_icur idle_conn_cur safe_conn_cur used_conn_cur need_conn_est srid priv_idle_cur',
  '-A--': 'proto',
  '----':
    'hanafail src_ilim last_agt agent_status agent_code agent_duration agent_desc agent_rise agent_fall agent_health',
};

/** Every kind of row in tcp and http, servers with and without each option. */
function everyRow(): Row[] {
  const model = modelOf([
    { name: 'ft', frontend: { listeners: [listener(1)], socketStats: true } },
    { name: 'fh', mode: 'http', frontend: { listeners: [listener(1)], socketStats: true } },
    {
      name: 'bt',
      backend: {
        servers: [
          checkedServer('full', 1, { maxconn: 5, maxqueue: 7 }),
          server('plain', 2),
          server('follower', 3, { track: { proxy: 2, server: 0 } }),
        ],
      },
    },
    { name: 'bh', mode: 'http', backend: { servers: [server('web', 1, { cookie: 'ck' })] } },
    { name: 'empty', backend: {} },
  ]);
  const test = testView(model);
  test.check('bt', 'full', { status: 'L7OK', code: 200, duration: 3 });
  test.server('bt', 'full').throttle = 6;
  return collectRows(test.view);
}

describe('the table of fields', () => {
  it("has HAProxy 3.4's static columns in their order", () => {
    expect(FIELDS.map((field) => field.name)).toEqual(HEADER);
    expect(HEADER).toHaveLength(119);
    expect(CSV_HEADER).toBe(`# ${HEADER.join(',')},-,`);
  });

  it('says where a field stands', () => {
    expect(FIELD_INDEX.check_status).toBe(36);
    expect(FIELD_INDEX.mode).toBe(75);
    expect(FIELD_INDEX.conn_tot).toBe(79);
  });

  it('gives every field a type, a tag and a description', () => {
    for (const field of FIELDS) {
      expect(['s32', 'u32', 'u64', 'str']).toContain(field.type);
      const tags = typeof field.tag === 'string' ? [field.tag] : Object.values(field.tag);
      for (const tag of tags) expect(tag).toMatch(/^[MSKCP][GLMRCDANOa][PS][VP]$/);
      expect(field.description).not.toBe('');
    }
  });
});

describe('which columns are empty', () => {
  const rows = everyRow();
  const kinds = ['frontend', 'listener', 'server', 'backend'] as const;

  it('names every column once', () => {
    const named = Object.values(MATRIX).flatMap((names) => names.split(' '));
    expect(named.toSorted()).toEqual(HEADER.toSorted());
  });

  for (const [pattern, names] of Object.entries(MATRIX)) {
    for (const name of names.split(' ')) {
      it(`${name}: ${pattern}`, () => {
        const position = HEADER.indexOf(name);
        const seen = kinds.map((kind) => {
          const filled = rows.filter((row) => row.kind === kind).map((row) => row.values[position] !== undefined);
          return filled.every((is) => is) ? 'A' : filled.some((is) => is) ? 's' : '-';
        });
        expect(seen.join('')).toBe(pattern);
      });
    }
  }
});
