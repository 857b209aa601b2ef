/**
 * The npm packages `haproxy` 0.3.0 and `haproxy-stat` 0.1.0. They are old, and one asks for a test runner of whatever
 * version, so they are no dependencies of ours: the test installs them into a directory of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { productsFor, type Setting, startSetting } from './setting.ts';

const PACKAGES = {
  private: true,
  dependencies: { haproxy: '0.3.0', 'haproxy-stat': '0.1.0' },
  // What haproxy-stat needs only for its own tests is replaced with nothing.
  overrides: { mocha: 'file:./nothing', underscore: '1.13.8' },
};

type Row = Readonly<Record<string, unknown>>;
type Done = (error: Error | undefined | null, result: unknown) => void;

interface Haproxy {
  info(done: Done): void;
  /** Ids of proxy, type and server; the package knows no names here. */
  stat(...args: [...selection: number[], done: Done]): void;
  weight(...args: [backend: string, server: string, ...weight: number[], done: Done]): void;
  disable(backend: string, server: string, done: Done): void;
  enable(backend: string, server: string, done: Done): void;
  clear(...args: [...all: true[], done: Done]): void;
}
interface HaproxyStat {
  showStat(done: Done): void;
  showInfo(done: Done): void;
}

const directory = mkdtempSync(join(tmpdir(), 'hapax-npm-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Installs the packages; returns why that is not possible, or `undefined`. */
async function install(): Promise<string | undefined> {
  mkdirSync(join(directory, 'nothing'));
  writeFileSync(join(directory, 'nothing/package.json'), JSON.stringify({ name: 'mocha', version: '1.0.0' }));
  writeFileSync(join(directory, 'package.json'), JSON.stringify(PACKAGES));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=0'];
  const command = { file: 'npm', args: ['install', '--prefer-offline', ...options] };
  const { code, stderr } = await runCommand(command, { cwd: directory, limit: 20_000 });
  if (code === 0) return undefined;
  return /npm error (?:code )?(\S.*)/.exec(stderr)?.[1] ?? 'npm did not finish in time';
}

const problem = await install();
const skipped = problem !== undefined;
if (skipped) {
  rmSync(directory, { recursive: true, force: true });
  process.stderr.write(`SKIPPED npm packages haproxy and haproxy-stat: they cannot be installed here: ${problem}\n`);
}

/** Turns one call of the callback style into a promise. */
const call = (run: (done: Done) => void) =>
  new Promise<unknown>((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));

describe.skipIf(skipped).each(skipped ? (['hapax'] as const) : productsFor('the npm packages'))(
  'npm packages on %s',
  (product) => {
    let setting: Setting;
    let haproxy: Haproxy;
    let haproxyStat: HaproxyStat;
    beforeAll(async () => {
      setting = await startSetting(product);
      const load = createRequire(join(directory, 'package.json'));
      // Without `which` it looks for a program named haproxy, though it does not run it for what is asked here.
      const options = { socket: setting.socket, which: process.execPath };
      haproxy = new (load('haproxy') as new (options: object) => Haproxy)(options);
      // The entry its package.json names does not exist.
      haproxyStat = (load('haproxy-stat/lib/haproxystat.js') as (options: object) => HaproxyStat)({
        socketPath: setting.socket,
      });
    });
    afterAll(() => setting.stop());

    const ROWS = [
      ['stats', 'FRONTEND', 'OPEN', ''],
      ['fe_service', 'FRONTEND', 'OPEN', ''],
      ['be_service', 'backend1', 'UP', 'L4OK'],
      ['be_service', 'backend2', 'DOWN', 'L4CON'],
      ['be_service', 'BACKEND', 'UP', ''],
      ['app', 'FRONTEND', 'OPEN', ''],
      ['app', 's1', 'no check', ''],
      ['app', 's3', 'MAINT', ''],
      ['app', 'BACKEND', 'UP', ''],
    ];

    it('haproxy reads info and stat', async () => {
      expect(await call((done) => haproxy.info(done))).toMatchObject({
        Name: 'HAProxy',
        Nbproc: 1,
        Pid: setting.proxy.pid,
        Maxconn: 2000,
        node: 'testnode',
      });
      const rows = (await call((done) => haproxy.stat(done))) as Row[];
      expect(rows.map(({ pxname, svname, status, check_status: check }) => [pxname, svname, status, check])).toEqual(
        ROWS,
      );
      const selected = (await call((done) => haproxy.stat(4, 4, 1, done))) as Row[];
      expect(selected.map(({ svname }) => svname)).toEqual(['backend1']);
    });

    it('haproxy reads and sets weights', async () => {
      const weight = () => call((done) => haproxy.weight('be_service', 'backend1', done));
      expect(await weight()).toEqual({ current: 1, initial: 1 });
      expect(await call((done) => haproxy.weight('be_service', 'backend1', 50, done))).toBe(true);
      expect(await weight()).toEqual({ current: 50, initial: 1 });
      expect(await call((done) => haproxy.weight('be_service', 'backend1', 1, done))).toBe(true);
    });

    it('haproxy disables and enables servers, clears counters, and hears of errors', async () => {
      const status = async () => {
        const [row] = (await call((done) => haproxy.stat(5, 4, 1, done))) as Row[];
        return row?.status;
      };
      expect(await call((done) => haproxy.disable('app', 's1', done))).toBe(true);
      expect(await status()).toBe('MAINT');
      expect(await call((done) => haproxy.enable('app', 's1', done))).toBe(true);
      expect(await status()).toBe('no check');
      expect(await call((done) => haproxy.clear(done))).toBe(true);
      expect(await call((done) => haproxy.clear(true, done))).toBe(true);
      await expect(call((done) => haproxy.disable('app', 'nosuch', done))).rejects.toThrow('No such server.');
      await expect(call((done) => haproxy.enable('nosuch', 's1', done))).rejects.toThrow('No such backend.');
    });

    it('haproxy-stat, which takes the first piece for the whole answer, gets all of it', async () => {
      const rows = (await call((done) => haproxyStat.showStat(done))) as Row[];
      const seen = rows.map(({ pxname, svname, status, check_status: check }) => {
        return [pxname, svname, status, (check as { code: string }).code];
      });
      expect(seen).toEqual(ROWS);
      expect(rows.map(({ type }) => type).slice(0, 5)).toEqual(['frontend', 'frontend', 'server', 'server', 'backend']);
      expect(await call((done) => haproxyStat.showInfo(done))).toMatchObject({
        name: 'HAProxy',
        pid: String(setting.proxy.pid),
        max_conn: '2000',
        node: 'testnode',
      });
    });
  },
);
