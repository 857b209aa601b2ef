/**
 * Clients that cannot be installed here, by what is known of them: the bytes they send and how they read the answers.
 * Each test is a client's reading, written anew.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRaw, splitCsvLine } from '../support/stats-client.ts';
import { productsFor, type Setting, startSetting } from './setting.ts';

describe.each(productsFor('clients known by their wire rules'))('wire rules on %s', (product) => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await startSetting(product);
  });
  afterAll(() => setting.stop());

  const send = (bytes: string, halfClose = false) => askRaw(setting.socket, bytes, { halfClose });
  const page = async (suffix: string) => {
    const response = await fetch(`${setting.page}${suffix}`);
    expect(response.status).toBe(200);
    return { text: await response.text(), type: response.headers.get('content-type') ?? '' };
  };

  it('Datadog: two answers to one CRLF line, parted by blank lines; uptime before any line with two colons', async () => {
    const [info, stat, ...rest] = (await send('show info;show stat\r\n')).split('\n\n').filter((part) => part !== '');
    expect(rest).toEqual([]);
    let uptime: number | undefined;
    for (const line of info!.split('\n')) {
      const [key, value, ...more] = line.split(':');
      expect(more).toEqual([]);
      if (key === 'Uptime_sec') uptime = Number(value);
      if (uptime !== undefined) break;
    }
    expect(uptime).toBeGreaterThanOrEqual(0);
    // Rows are read from the last one up: a proxy's servers stand between its FRONTEND and its BACKEND.
    const rows = stat!
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 2).join('/'));
    expect(rows).toEqual([
      'stats/FRONTEND',
      'fe_service/FRONTEND',
      'be_service/backend1',
      'be_service/backend2',
      'be_service/BACKEND',
      'app/FRONTEND',
      'app/s1',
      'app/s3',
      'app/BACKEND',
    ]);
    expect(await send('show table\r\n')).toBe('\n');
  });

  it('Datadog over HTTP: version and uptime from the page, CSV under /;csv;norefresh', async () => {
    const { text } = await page('');
    expect(text).toMatch(/HAProxy version [^,]+, /);
    expect(text).toMatch(/uptime = .*?(\d+)d (\d+)h(\d+)m(\d+)s/);
    const { text: csv, type } = await page('/;csv;norefresh');
    expect(type).toMatch(/^text\/plain/);
    expect(csv.split('\n').filter((line) => line !== '')).toHaveLength(10);
  });

  it('Telegraf: a header that starts with "# ", rows of its length, whole numbers and types', async () => {
    for (const csv of [await send('show stat\n'), (await page('/;csv')).text]) {
      expect(csv.startsWith('# ')).toBe(true);
      const [header, ...rows] = csv
        .slice(2)
        .split('\n')
        .filter((line) => line !== '')
        .map(splitCsvLine);
      expect(rows).toHaveLength(9);
      for (const row of rows) {
        expect(row).toHaveLength(header!.length);
        expect(['0', '1', '2', '3']).toContain(row[header!.indexOf('type')]);
        for (const name of ['pid', 'iid', 'sid', 'scur', 'smax', 'stot', 'bin', 'bout', 'rate']) {
          expect(row[header!.indexOf(name)]).toMatch(/^\d+$/);
        }
      }
    }
  });

  it('Metricbeat: the column tag "# pxname", info lines of two parts, and no word about unknown commands', async () => {
    expect((await send('show stat\n')).slice(0, 9)).toBe('# pxname,');
    expect((await page(';csv')).text.slice(0, 9)).toBe('# pxname,');
    const info = await send('show info\n');
    expect(info).not.toMatch(/^Unknown command/);
    const values = new Map(
      info
        .split('\n')
        .map((line) => line.split(':'))
        .filter((parts) => parts.length === 2)
        .map(([key, value]) => [key, value!.trim()]),
    );
    for (const name of [
      'Nbproc',
      'Process_num',
      'Pid',
      'Uptime_sec',
      'Ulimit-n',
      'Maxsock',
      'Maxconn',
      'CurrConns',
      'CumConns',
      'Tasks',
      'Run_queue',
      'Idle_pct',
    ]) {
      expect(values.get(name), name).toMatch(/^\d+$/);
    }
  });

  it('Zabbix: version and uptime by regular expression, and the mode of every row', async () => {
    const { text } = await page('');
    expect(/HAProxy version ([^,]*), /.exec(text)?.[1]).toMatch(/^\d+\.\d+/);
    expect(text).toMatch(/<b>uptime = <\/b> \d+d \d+h\d\dm\d\ds/);
    const { text: csv } = await page(';csv');
    const [header, ...rows] = csv
      .replace(/^# /, '')
      .split('\n')
      .filter((line) => line !== '')
      .map(splitCsvLine);
    for (const row of rows) {
      expect(row[header!.indexOf('mode')]).toMatch(/^(?:http|tcp)$/);
      expect(row[header!.indexOf('svname')]).not.toBe('');
    }
  });

  it('client-native: help first; severities as numbers tell errors from success', async () => {
    expect(await send('help\n')).toContain('show stat');
    const run = async (command: string) =>
      (await send(`set severity-output number;${command}\n`)).replace(/[\n> ]+$/, '').replace(/^\n/, '');
    for (const [command, error] of [
      ['set server be_service/nosuch state ready', '[3]: No such server.'],
      [
        'set server be_service/backend1 state foo',
        "[3]: 'set server <srv> state' expects 'ready', 'drain' and 'maint'.",
      ],
      ['disable server nosuch/s1', '[3]: No such backend.'],
      ['set weight be_service/backend1 300', '[3]: Absolute weight can only be between 0 and 256 inclusive.'],
    ]) {
      expect(await run(command!)).toBe(error);
    }
    for (const command of ['set server app/s1 state maint', 'set server app/s1 state ready', 'set weight app/s1 1']) {
      expect(await run(command)).toBe('');
    }
    // Success must not look like an error, and the first two characters of the CSV are cut off.
    expect((await run('show stat')).slice(2, 9)).toBe('pxname,');
    const typed = (await run('show info typed')).split('\n');
    expect(typed[0]).toMatch(/^0\.Name\.1:POSV?:str:HAProxy$/);
    expect(typed.every((line) => /^\d+\.[^.]+\.\d+:\w+:\w+:/.test(line))).toBe(true);
    const state = (await run('show servers state be_service')).split('\n');
    expect(state[0]).toBe('1');
    expect(state[1]).toMatch(/^# be_id be_name srv_id srv_name srv_addr /);
    expect(state.slice(2).map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'be_service 1 backend1',
      'be_service 2 backend2',
    ]);
  });

  it('haproxyadmin: the name of the product, types by number, and errors it knows word for word', async () => {
    expect((await send('show info\n')).split('\n')).toContain('Name: HAProxy');
    const types = { 1: 3, 2: 2, 4: 4, 6: 6, '-1': 9 };
    for (const [type, count] of Object.entries(types)) {
      expect((await send(`show stat -1 ${type} -1\n`)).split('\n').filter((line) => line !== '')).toHaveLength(
        count + 1,
      );
    }
    for (const [command, error] of [
      ['disable server be_service/nosuch', 'No such server.'],
      ['disable server nosuch/s1', 'No such backend.'],
      ['disable server be_service', "Require 'backend/server'."],
      ['set server be_service/backend1 state x', "'set server <srv> state' expects 'ready', 'drain' and 'maint'."],
    ]) {
      expect((await send(`${command}\n`)).split('\n')[0]).toBe(error);
    }
    expect((await send('enable server app/s1\n')).split('\n')[0]).toBe('');
  });

  it('PCP: a colon with a blank at most once in a line of info, and columns by number', async () => {
    const info = await send('show info\n');
    for (const line of info.split('\n')) expect(line.split(': ').length, line).toBeLessThanOrEqual(2);
    const rows = (await send('show stat\n'))
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(','));
    expect(rows.map((row) => [row[0], row[1], row[17], row[32], row[36]].join())).toEqual([
      'stats,FRONTEND,OPEN,0,',
      'fe_service,FRONTEND,OPEN,0,',
      'be_service,backend1,UP,2,L4OK',
      'be_service,backend2,DOWN,2,L4CON',
      'be_service,BACKEND,UP,1,',
      'app,FRONTEND,OPEN,0,',
      'app,s1,no check,2,',
      'app,s3,MAINT,2,',
      'app,BACKEND,UP,1,',
    ]);
  });

  it('collectd: one connection a command, read until the other side closes, whatever the client closed before', async () => {
    for (const command of ['show info\n', 'show stat\n', 'show version\n', 'help\n', 'nosuch\n']) {
      expect(await send(command, true)).toMatch(/[^\n]\n\n$/);
      expect(await send(command)).toMatch(/[^\n]\n\n$/);
    }
  });
});
