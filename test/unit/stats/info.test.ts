import { describe, expect, it } from 'vitest';
import { Counter } from '../../../src/stats/counters.ts';
import { renderInfo } from '../../../src/stats/info.ts';
import { ProcessMeter } from '../../../src/stats/process-meter.ts';
import { COMPATIBLE_VERSION } from '../../../src/stats/product.ts';
import { HAPAX_VERSION } from '../../../src/version.ts';
import { listener, modelOf, testView } from '../../support/runtime-view.ts';

// HAProxy 3.x's lines without those that only appear when they are set.
// biome-ignore format: in their order
const NAMES = [
  'Name', 'Version', 'Release_date', 'Nbthread', 'Nbproc', 'Process_num', 'Pid', 'Uptime', 'Uptime_sec', 'Memmax_MB',
  'PoolAlloc_MB', 'PoolUsed_MB', 'PoolFailed', 'Ulimit-n', 'Maxsock', 'Maxconn', 'Hard_maxconn', 'CurrConns', 'CumConns',
  'CumReq', 'MaxSslConns', 'CurrSslConns', 'CumSslConns', 'Maxpipes', 'PipesUsed', 'PipesFree', 'ConnRate',
  'ConnRateLimit', 'MaxConnRate', 'SessRate', 'SessRateLimit', 'MaxSessRate', 'SslRate', 'SslRateLimit', 'MaxSslRate',
  'SslFrontendKeyRate', 'SslFrontendMaxKeyRate', 'SslFrontendSessionReuse_pct', 'SslBackendKeyRate',
  'SslBackendMaxKeyRate', 'SslCacheLookups', 'SslCacheMisses', 'CompressBpsIn', 'CompressBpsOut', 'CompressBpsRateLim',
  'Tasks', 'Run_queue', 'Idle_pct', 'node', 'Stopping', 'Jobs', 'Unstoppable Jobs', 'Listeners', 'ActivePeers',
  'ConnectedPeers', 'DroppedLogs', 'BusyPolling', 'FailedResolutions', 'TotalBytesOut', 'TotalSplicedBytesOut',
  'BytesOutRate', 'DebugCommandsIssued', 'CumRecvLogs', 'Build info', 'Memmax_bytes', 'PoolAlloc_bytes',
  'PoolUsed_bytes', 'Start_time_sec', 'Tainted', 'TotalWarnings', 'MaxconnReached', 'BootTime_ms', 'Niced_tasks',
  'CurrStreams', 'CumStreams', 'BlockedTrafficWarnings', 'PatternsAdded', 'PatternsFreed', 'NbThreadGroups',
];

function context(float = false) {
  const test = testView(modelOf([{ name: 'fe', frontend: { listeners: [listener(1)] } }]));
  const slot = test.view.slots.frontend[0] ?? -1;
  test.counters.add(slot, Counter.bytesOut, 12345);
  test.counters.add(slot, Counter.connections, 7);
  test.counters.add(slot, Counter.sessions, 4);
  return { view: test.view, meter: new ProcessMeter(() => 0), listeners: 3, clients: { total: 2, current: 1 }, float };
}

const text = { form: 'text', describe: false } as const;

describe('show info', () => {
  it("has HAProxy's lines in their order and names hapax at the end", () => {
    const lines = renderInfo(context(), text).trimEnd().split('\n');
    for (const line of lines) expect(line.split(': ')).toHaveLength(2);
    const names = lines.map((line) => line.slice(0, line.indexOf(':')));
    expect(names).toEqual([...NAMES, 'Engine', 'AcceptFailures', 'Hapax version']);
    expect(lines[0]).toBe('Name: HAProxy');
    expect(lines.at(-1)).toBe(`Hapax version: ${HAPAX_VERSION}`);
  });

  it('begins the version with the HAProxy version it is compatible with', () => {
    expect(COMPATIBLE_VERSION).toMatch(/^3\.4\.\d+-hapax-\d/);
    expect(renderInfo(context(), text)).toContain(`\nVersion: ${COMPATIBLE_VERSION}\n`);
  });

  it('shows the figures of the process', () => {
    const info = renderInfo(context(), text);
    for (const line of [
      'Pid: 4711',
      'Uptime: 0d 0h00m02s',
      'Uptime_sec: 2',
      'Ulimit-n: 2040',
      'Maxconn: 1000',
      'CumConns: 9',
      'CumReq: 6',
      'node: nodex',
      'Listeners: 3',
      'Jobs: 4',
      'TotalBytesOut: 12345',
      'Engine: simulated',
    ]) {
      expect(info).toContain(`\n${line}\n`);
    }
    expect(Number(/^Idle_pct: (\d+)$/m.exec(info)?.[1])).toBeLessThanOrEqual(100);
  });

  it('counts days and hours', () => {
    const start = context();
    const process = {
      ...start.view.process,
      runningSince: start.view.now() - ((2 * 24 + 5) * 3600 + 7 * 60 + 9) * 1000,
    };
    const info = renderInfo({ ...start, view: { ...start.view, process } }, text);
    expect(info).toContain('\nUptime: 2d 5h07m09s\n');
  });

  it('shows the description only where one is set, and warnings', () => {
    const start = context();
    expect(renderInfo(start, text)).not.toContain('description');
    const process = { ...start.view.process, description: 'lab one', warnings: () => 4 };
    const info = renderInfo({ ...start, view: { ...start.view, process } }, text);
    expect(info).toContain('\nnode: nodex\ndescription: lab one\nStopping: 0\n');
    expect(info).toContain('\nTotalWarnings: 4\n');
  });

  it('has typed lines with the positions of HAProxy', () => {
    const typed = renderInfo(context(), { form: 'typed', describe: false }).split('\n');
    expect(typed[0]).toBe('0.Name.1:POSV:str:HAProxy');
    expect(typed).toContain('6.Pid.1:SGPV:u32:4711');
    expect(typed).toContain('50.node.1:COSV:str:nodex');
    expect(typed).toContain('52.Stopping.1:MGPV:u32:0');
    expect(typed).toContain('81.NbThreadGroups.1:CGSV:u32:1');
    expect(typed.some((line) => /^4[56]\./.test(line))).toBe(false);
  });

  it('appends descriptions, also to typed lines', () => {
    expect(renderInfo(context(), { form: 'text', describe: true })).toContain('\nPid: 4711:"Process id"\n');
    expect(renderInfo(context(), { form: 'typed', describe: true })).toContain('6.Pid.1:SGPV:u32:4711:"Process id"\n');
  });

  it('is one line of JSON', () => {
    const json = renderInfo(context(), { form: 'json', describe: false });
    expect(json.indexOf('\n')).toBe(json.length - 1);
    expect(JSON.parse(json)[6]).toEqual({
      field: { pos: 6, name: 'Pid' },
      processNum: 1,
      tags: { origin: 'Status', nature: 'Gauge', scope: 'Process' },
      value: { type: 'u32', value: 4711 },
    });
  });

  it('gives fractions of seconds with float', () => {
    expect(renderInfo(context(true), text)).toContain('\nUptime_sec: 2.197101\n');
  });
});
