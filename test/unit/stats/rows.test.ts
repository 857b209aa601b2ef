import { describe, expect, it } from 'vitest';
import { Admin, Oper } from '../../../src/servers/server-record.ts';
import { Word } from '../../../src/servers/shared-table.ts';
import { Counter } from '../../../src/stats/counters.ts';
import { FIELDS } from '../../../src/stats/fields.ts';
import { collectRows, EVERYTHING, type Row } from '../../../src/stats/rows.ts';
import { checkedServer, EPOCH, listener, modelOf, server, testView } from '../../support/runtime-view.ts';

function named(row: Row | undefined): Record<string, number | string | undefined> {
  if (row === undefined) throw new Error('no such row');
  return Object.fromEntries(FIELDS.map((field, index) => [field.name, row.values[index]]));
}

function rowNames(rows: readonly Row[]): string[] {
  return rows.map((row) => `${row.values[0]}/${row.values[1]}`);
}

function service() {
  return testView(
    modelOf([
      { name: 'fe', frontend: { listeners: [listener(1), listener(2, { name: 'second' })], defaultBackend: 1 } },
      {
        name: 'be',
        backend: {
          servers: [checkedServer('s1', 1, { maxconn: 5 }), checkedServer('s2', 2), server('s3', 77, { backup: true })],
        },
      },
      { name: 'off', disabled: true, backend: { servers: [server('x', 1)] } },
      {
        name: 'web',
        frontend: { socketStats: true, listeners: [listener(1), listener(2, { name: 'second' })] },
        backend: {},
      },
    ]),
  );
}

const cell = (test: ReturnType<typeof service>, proxy: string, name: string) =>
  named(collectRows(test.view).find((row) => row.values[0] === proxy && row.values[1] === name));

describe('rows of show stat', () => {
  it('come by proxy: FRONTEND, listeners with socket-stats, servers, BACKEND; disabled proxies are left out', () => {
    expect(rowNames(collectRows(service().view))).toEqual([
      'fe/FRONTEND',
      'be/s1',
      'be/s2',
      'be/s3',
      'be/BACKEND',
      'web/FRONTEND',
      'web/sock-1',
      'web/second',
      'web/BACKEND',
    ]);
  });

  it('are selected by proxy, kind and id', () => {
    const { view } = service();
    const select = (iid: number, types: number, sid: number) =>
      rowNames(collectRows(view, { ...EVERYTHING, iid, types, sid }));
    expect(select(3, 4, -1)).toEqual(['be/s1', 'be/s2', 'be/s3']);
    expect(select(3, 2, -1)).toEqual(['be/BACKEND']);
    expect(select(-1, 1, -1)).toEqual(['fe/FRONTEND', 'web/FRONTEND']);
    expect(select(3, 4, 77)).toEqual(['be/s3']);
    expect(select(-1, 8, -1)).toEqual(['web/sock-1', 'web/second']);
    expect(select(3, 1, -1)).toEqual([]);
    expect(select(99, 7, -1)).toEqual([]);
    expect(rowNames(collectRows(view, { ...EVERYTHING, proxies: (name) => name === 'web' }))).toHaveLength(4);
  });

  it('leave out down servers with up, servers in maintenance with no-maint, and count servers then', () => {
    const test = service();
    test.server('be', 's1').oper = Oper.stopped;
    test.server('be', 's2').admin = Admin.forcedMaint;
    Object.assign(test.backend('be'), { activeCount: 0, backupCount: 1 });
    const up = collectRows(test.view, { ...EVERYTHING, iid: 3, up: true });
    expect(rowNames(up)).toEqual(['be/s3', 'be/BACKEND']);
    expect(named(up[1]).status).toBe('UP (1/3)');
    const noMaint = collectRows(test.view, { ...EVERYTHING, iid: 3, noMaint: true });
    expect(rowNames(noMaint)).toEqual(['be/s1', 'be/s3', 'be/BACKEND']);
    expect(named(collectRows(test.view, { ...EVERYTHING, iid: 5, up: true }).at(-1)).status).toBe('UP (0/0)');
  });

  it('hide addresses, cookies and algorithms from user level', () => {
    const rows = collectRows(service().view, { ...EVERYTHING, addresses: false });
    for (const name of ['addr', 'cookie', 'algo'])
      expect(rows.every((row) => named(row)[name] === undefined)).toBe(true);
  });

  it('show addresses as ip:port, [ip]:port or unix', () => {
    const test = service();
    const addr = () => cell(test, 'be', 's1').addr;
    expect(addr()).toBe('127.0.0.1:9001');
    test.server('be', 's1').address = { family: 'ipv6', host: '::1', port: 80 };
    expect(addr()).toBe('[::1]:80');
    test.server('be', 's1').address = { family: 'unix', host: '/run/x.sock', port: 0 };
    expect(addr()).toBe('unix');
  });

  it('sum counters over threads and read gauges', () => {
    const test = service();
    const other = testView(test.view.model).counters;
    const slot = test.view.slots.servers[1]?.[0] ?? -1;
    test.counters.add(slot, Counter.bytesIn, 1000);
    other.add(slot, Counter.bytesIn, 2 ** 40);
    test.table.set(slot, Word.current, 3);
    test.table.set(slot, Word.currentMax, 9);
    const view = { ...test.view, counters: [test.counters, other] };
    const row = named(collectRows(view, { ...EVERYTHING, iid: 3, types: 4, sid: 1 })[0]);
    expect(row).toMatchObject({ bin: 1000 + 2 ** 40, scur: 3, smax: 9, slim: 5, act: 1, bck: 0 });
  });

  it('average over finished sessions, rounded up', () => {
    const test = service();
    const slot = test.view.slots.backend[1] ?? -1;
    for (const time of [0, 10, 0, 31]) {
      test.counters.add(slot, Counter.chosen, 1);
      test.counters.average(slot, Counter.totalTimeAverage, time);
    }
    expect(cell(test, 'be', 'BACKEND')).toMatchObject({ ttime: 11, ttime_max: 31, qtime: 0 });
    // A session under way counts already.
    test.counters.add(slot, Counter.chosen, 1);
    expect(cell(test, 'be', 'BACKEND').ttime).toBe(9);
  });

  it('let the average slide over the last 1024 sessions', () => {
    const test = service();
    const slot = test.view.slots.backend[1] ?? -1;
    const session = (time: number) => {
      test.counters.add(slot, Counter.chosen, 1);
      test.counters.average(slot, Counter.totalTimeAverage, time);
    };
    for (let i = 0; i < 1024; i++) session(100);
    expect(cell(test, 'be', 'BACKEND').ttime).toBe(100);
    for (let i = 0; i < 1024; i++) session(0);
    expect(cell(test, 'be', 'BACKEND').ttime).toBe(37);
  });

  it('show seconds since the last change and session', () => {
    const test = service();
    const slot = test.view.slots.servers[1]?.[0] ?? -1;
    expect(cell(test, 'be', 's1').lastsess).toBe(-1);
    test.counters.set(slot, Counter.lastSessionSecond, EPOCH / 1000);
    test.clock.now = EPOCH + 4900;
    expect(cell(test, 'be', 's1')).toMatchObject({ lastsess: 4, lastchg: 4, downtime: 0 });
    const record = test.server('be', 's1');
    record.oper = Oper.stopped;
    record.downtime = 2500;
    expect(cell(test, 'be', 's1').downtime).toBe(7);
  });

  it('show the check, with an asterisk and no text while one runs', () => {
    const test = service();
    expect(cell(test, 'be', 's1')).toMatchObject({
      check_status: 'INI',
      check_desc: 'Initializing',
      check_rise: 2,
      check_fall: 3,
      check_health: 2,
      status: 'UP 1/3',
      last_chk: '',
    });
    expect(cell(test, 'be', 's1').check_duration).toBeUndefined();
    test.check('be', 's1', {
      status: 'L7STS',
      code: 500,
      duration: 12,
      text: 'Internal Server Error',
      health: 0,
      failures: 1,
    });
    test.server('be', 's1').oper = Oper.stopped;
    expect(cell(test, 'be', 's1')).toMatchObject({
      check_status: 'L7STS',
      check_code: 500,
      check_duration: 12,
      last_chk: 'Internal Server Error',
      check_desc: 'Layer7 wrong status',
      status: 'DOWN',
      chkfail: 1,
    });
    test.check('be', 's1', { running: true });
    expect(cell(test, 'be', 's1')).toMatchObject({
      check_status: '* L7STS',
      check_code: 0,
      check_duration: 12,
      last_chk: '',
    });
    test.check('be', 's1', { running: true, status: 'L4CON', code: undefined });
    expect(cell(test, 'be', 's1').check_code).toBeUndefined();
  });

  it('empty the check in maintenance but keep its counts', () => {
    const test = service();
    test.check('be', 's1', { status: 'L7OK', code: 200, duration: 1, failures: 4 });
    Object.assign(test.server('be', 's1'), { admin: Admin.forcedMaint, downs: 2 });
    const row = cell(test, 'be', 's1');
    expect(row).toMatchObject({ status: 'MAINT', chkfail: 4, chkdown: 2, downtime: 0, weight: 1 });
    for (const name of [
      'check_status',
      'check_code',
      'check_duration',
      'last_chk',
      'check_desc',
      'check_rise',
      'check_health',
    ]) {
      expect(row[name]).toBeUndefined();
    }
  });

  it('sum the user weight over servers in use: backups only when nothing else is usable', () => {
    const test = service();
    const usable = (name: string, is: 0 | 1) => test.table.set(test.server('be', name).slot, Word.usable, is);
    test.server('be', 's2').userWeight = 50;
    test.server('be', 's3').userWeight = 7;
    expect(cell(test, 'be', 'BACKEND').uweight).toBe(51);
    usable('s2', 0);
    expect(cell(test, 'be', 'BACKEND').uweight).toBe(1);
    usable('s1', 0);
    expect(cell(test, 'be', 'BACKEND').uweight).toBe(7);
  });

  it('keep a line break of a foreign text inside the row', () => {
    const test = service();
    test.check('be', 's1', { status: 'L7STS', text: 'two\r\nlines' });
    expect(cell(test, 'be', 's1').last_chk).toBe('two lines');
  });
});
