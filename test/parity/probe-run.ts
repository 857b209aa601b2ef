/** Probes every check scenario once, in this process, against scripted servers of its own, and compares what HAProxy said of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/load.ts';
import type { Model } from '../../src/config/model.ts';
import { runProbe } from '../../src/probe/run-probe.ts';
import { CHECK_DESCRIPTIONS, type CheckStatus } from '../../src/servers/server-record.ts';
import { startBlackhole } from '../support/blackhole.ts';
import { modelOf } from '../support/load-text.ts';
import { freePort } from '../support/ports.ts';
import { startScripted } from '../support/scripted-server.ts';
import { type CheckObservation, configOf, withoutNumbers } from './check-run.ts';
import type { CheckCertificates, CheckScenario } from './check-scenarios.ts';
import type { Comparison } from './differences.ts';

export interface ProbeReport {
  readonly code: number;
  readonly text: string;
}

/** More at once would wait for each other in this one process, and time is part of some verdicts. */
const AT_ONCE = 50;

async function probeOne(model: Model, name: string): Promise<ProbeReport> {
  const proxy = model.proxies.find((each) => each.name === name)!;
  let text = '';
  const write = (lines: string) => {
    text += lines;
  };
  const resolution = () => undefined;
  const { signal } = new AbortController();
  const code = await runProbe({
    model,
    proxy,
    server: proxy.backend!.servers[0]!,
    watch: false,
    resolution,
    write,
    signal,
  });
  return { code, text };
}

/** `L7STS 503 Service Unavailable (Layer7 wrong status)`, as the statistics have it. */
function resultOf({ text }: ProbeReport): string {
  const [, status = '', code = '', said = ''] =
    /^ {2}verdict +(\w+)(?:\/(\d+))?(?: "(.*)")? in \d+ ms:/m.exec(text) ?? [];
  return inOneForm(`${status} ${code} ${said} (${CHECK_DESCRIPTIONS[status as CheckStatus] ?? 'none'})`);
}

/** The report leaves out the blank that some texts begin with. */
const inOneForm = (result: string) => withoutNumbers(result).replaceAll(/ +/g, ' ');

const EXIT_CODES: Readonly<Record<string, number>> = { L4OK: 0, L6OK: 0, L7OK: 0, L7OKC: 0, PROCOK: 0 };

/** The verdicts and exit codes of probes, beside the first result HAProxy had of those servers that it checks. */
export function compareProbes(
  theirs: ReadonlyMap<string, CheckObservation>,
  probes: ReadonlyMap<string, ProbeReport>,
): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const [name, report] of probes) {
    const first = theirs.get(name)?.results[0] ?? '';
    // Neither followers nor those that are disabled or have only an agent have one.
    if (first.trim() === '()') continue;
    const compare = (what: string, oracle: string, ours: string) =>
      comparisons.push({ area: 'checks', where: name, what, oracle, ours });
    const [ours, oracle] = [resultOf(report), inOneForm(first)];
    compare('results', oracle, ours);
    // An agent has a say in it, too.
    if (report.text.includes('and its agent:')) continue;
    compare('exit code of the probe', String(EXIT_CODES[ours.split(' ')[0]!] ?? 1), String(report.code));
  }
  return comparisons;
}

export async function probeScenarios(
  certificates: CheckCertificates,
  scenarios: readonly CheckScenario[],
  files: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, ProbeReport>> {
  const servers = await Promise.all(scenarios.map(({ first, host }) => startScripted(first, host)));
  const hole = await startBlackhole();
  const directory = mkdtempSync(join(tmpdir(), 'hapax-probes-'));
  try {
    for (const [name, content] of Object.entries({ 'ca.pem': certificates.caFile, ...files })) {
      const mode = content.startsWith('#!') ? 0o755 : 0o644;
      writeFileSync(join(directory, name), content.replaceAll('$DIR', directory), { mode });
    }
    const file = join(directory, 'proxy.cfg');
    const config = configOf(
      scenarios,
      servers,
      '127.0.0.1:514',
      hole.port,
      await freePort(),
      await freePort(),
      await freePort(),
    );
    writeFileSync(file, config.replaceAll('$DIR', directory));
    const model = modelOf(await loadConfiguration({ files: [file] }));
    const reports = new Map<string, ProbeReport>();
    const left = [...scenarios];
    const probeNext = async (): Promise<void> => {
      const scenario = left.shift();
      if (scenario === undefined) return;
      reports.set(scenario.name, await probeOne(model, scenario.name));
      return probeNext();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, probeNext));
    return reports;
  } finally {
    await hole.close();
    await Promise.all(servers.map((server) => server.close()));
    rmSync(directory, { recursive: true, force: true });
  }
}
