/** hatop, the interactive client: it shows every server, and its keys change them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rowOf, showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, startSetting, stateIs } from './setting.ts';
import { Key, TerminalProgram } from './terminal-program.ts';

const skipped = skipWithout('hatop', { hatop: 'hatop', script: 'bsdutils' });

describe.skipIf(skipped).each(skipped ? (['hapax'] as const) : productsFor('hatop'))('hatop on %s', (product) => {
  let setting: Setting;
  let hatop: TerminalProgram;
  beforeAll(async () => {
    setting = await startSetting(product);
  });
  afterAll(() => setting.stop());
  afterEach(() => hatop.stop());

  async function open(options: string): Promise<void> {
    hatop = new TerminalProgram(`hatop ${options}`);
    await hatop.shows(/>>> stats[\s\S]*>>> app[\s\S]*BACKEND/);
  }

  /** Moves the cursor from the first line of the list to the line of `server`. */
  function select(server: string): void {
    const lines = hatop.screen.lines;
    const first = lines.findIndex((line) => line.includes('>>> stats'));
    const wanted = lines.findIndex((line) => line.trimStart().startsWith(`${server} `));
    for (let at = first; at < wanted; at++) hatop.type(Key.down);
  }

  async function quit(): Promise<void> {
    hatop.type('q');
    expect(await hatop.exited).toBe(0);
  }

  it('shows the process and every proxy and server', async () => {
    await open(`-s ${setting.socket}`);
    const screen = hatop.screen.text;
    expect(screen).toMatch(/HAProxy Version: \S+ +\(released: \d{4}\//);
    expect(screen).toMatch(/Node: testnode \(uptime 0d 0h00m\d\ds\)/);
    expect(screen).toMatch(new RegExp(`PID: ${setting.proxy.pid} `));
    expect(screen).toMatch(/Connections: \[ +0\/2000\]/);
    expect(screen).toMatch(/Proxies: +4 +Services: +9/);
    const lines = hatop.screen.lines.map((line) => line.trim().replace(/ +/g, ' '));
    expect(lines.slice(lines.indexOf('>>> stats'), -1).filter((line) => line !== '')).toEqual([
      '>>> stats',
      'FRONTEND 0 OPEN 0 0 0 0 0 0 2000 0',
      '>>> fe_service',
      'FRONTEND 0 OPEN 0 0 0 0 0 0 2000 0',
      '>>> be_service',
      'backend1 1 UP L4OK 1 0 0 0 0 0 0 0',
      'backend2 1 DOWN L4CON 1 0 0 0 0 0 0 0',
      'BACKEND 1 UP 1 0 0 0 0 0 200 0',
      '>>> app',
      'FRONTEND 0 OPEN 0 0 0 0 0 0 2000 0',
      's1 1 - none 1 0 0 0 0 0 0 0',
      's3 1 MAINT 0 1 0 0 0 0 0 0',
      'BACKEND 1 UP 1 0 0 0 0 0 200 0',
    ]);
    await quit();
  });

  it('asks for what its filters name', async () => {
    hatop = new TerminalProgram(`hatop -s ${setting.socket} -f '-1 4 -1'`);
    await hatop.shows(/>>> be_service\n+ *backend1 [\s\S]*>>> app\n+ *s1 /);
    expect(hatop.screen.text).not.toMatch(/FRONTEND|BACKEND|>>> stats/);
    await quit();
  });

  it('disables a server with F10 and enables it with F9', async () => {
    await open(`-s ${setting.socket} -i 1`);
    select('backend1');
    hatop.type(Key.f10);
    await stateIs(setting, 'backend1', 'MAINT');
    await hatop.shows(/backend1 +1 MAINT /);
    hatop.type(Key.f9);
    await stateIs(setting, 'backend1', 'UP');
    await hatop.shows(/backend1 +1 UP( 1\/3)? /);
    await quit();
  });

  it('changes a weight with F7 and resets it with F4, over TCP', async () => {
    const weight = async () => rowOf(await showStat(setting.socket), 'app', 's1').weight;
    await open(`-t ${setting.address} -i 1`);
    select('s1');
    hatop.type(Key.f7);
    await waitFor('the weight to grow', async () => (await weight()) === '2');
    await hatop.shows(/s1 +2 - /);
    hatop.type(Key.f4);
    await waitFor('the weight to be as configured', async () => (await weight()) === '1');
    await quit();
  });

  it('sends what is typed in its command mode', async () => {
    await open(`-s ${setting.socket}`);
    hatop.type('5');
    await hatop.shows(/haproxy command line/);
    hatop.type('disable server be_service/nosuch\r');
    await hatop.shows(/\nNo such server\.\n/);
    hatop.type('get weight be_service/backend1\r');
    await hatop.shows(/\n1 \(initial 1\)\n/);
    hatop.type('\x1bq');
    expect(await hatop.exited).toBe(0);
  });
});
