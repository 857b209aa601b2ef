/** Runs every check scenario in one program, with scripted servers of its own, and writes down what could be seen. */

import { type Blackhole, startBlackhole } from '../support/blackhole.ts';
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import { type ConnectionRecord, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { type StatRow, showStat } from '../support/stats-client.ts';
import { steadyRun } from '../support/steady-run.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { pause } from '../support/wait.ts';
import { type CheckCertificates, type CheckScenario, checkScenarios } from './check-scenarios.ts';

/** What was seen of one scenario, without what differs between any two runs. */
export interface CheckObservation {
  /** `status` values in order, without the one before the first check. */
  readonly path: readonly string[];
  /** Results in order: `check_status check_code last_chk (check_desc)`. */
  readonly results: readonly string[];
  /** The row at the end, for the columns about checks. */
  readonly row: StatRow;
  readonly log: readonly string[];
  /** The different byte strings received, sorted. */
  readonly bytes: readonly string[];
  /** How the program ended its connections, sorted: `fin`, `rst`; empty when the server never saw one. */
  readonly endings: readonly string[];
  /** Where its connections came from, sorted; with the port where that is `$OWN`. */
  readonly origins: readonly string[];
  /** Names of the TLS handshakes, sorted. */
  readonly serverNames: readonly string[];
}

export interface CheckRun {
  readonly scenarios: ReadonlyMap<string, CheckObservation>;
  /** The rows of the very first answer. */
  readonly firstRows: readonly StatRow[];
  readonly stderr: string;
}

/** Longer than the longest time between two changes of one server (a check that runs its full second, then an interval). */
const QUIET_MS = 2500;
const LIMIT_MS = 40_000;

export function configOf(
  scenarios: readonly CheckScenario[],
  servers: readonly ScriptedServer[],
  log: string,
  hole: number,
  closed: number,
  own: number,
  front: number,
): string {
  const lines = [
    'global',
    '    stats socket $DIR/stats.sock level admin',
    `    log ${log} local0`,
    // One thread, so that HAProxy's own threads do not race for the order of lines.
    '    nbthread 1',
    '    maxconn 1000',
    ...(scenarios.some(({ lines }) => lines.includes('option external-check'))
      ? ['    external-check', '    insecure-fork-wanted']
      : []),
    'defaults',
    '    mode tcp',
    '    log global',
    '    timeout connect 900ms',
    '    timeout client 5s',
    '    timeout server 5s',
    '    default-server inter 1s fall 3 rise 2',
    'frontend entry',
    `    bind 127.0.0.1:${front}`,
    `    default_backend ${scenarios[0]!.name}`,
  ];
  scenarios.forEach((scenario, index) => {
    const filled = (text: string) =>
      text
        .replaceAll('$PORT', String(servers[index]!.port))
        .replaceAll('$CLOSED', String(closed))
        .replaceAll('$OWN', String(own));
    lines.push(`backend ${scenario.name}`, ...scenario.lines.map((line) => `    ${filled(line)}`));
    if (scenario.quietChecks !== true) lines.push('    option log-health-checks');
    const { port: listening } = servers[index]!;
    const port = scenario.serverPort === 'blackhole' ? hole : scenario.serverPort === 'closed' ? closed : listening;
    lines.push(`    server s ${filled(scenario.address ?? `127.0.0.1:${port}`)} ${filled(scenario.server)}`);
  });
  return `${lines.join('\n')}\n`;
}

/** Collects what the statistics say, poll after poll. */
class Watch {
  readonly paths = new Map<string, string[]>();
  readonly results = new Map<string, string[]>();
  rows: StatRow[] = [];
  lastChange = performance.now();

  take(rows: StatRow[]): void {
    this.rows = rows.filter((row) => row.svname === 's');
    for (const row of this.rows) {
      this.#takeStatus(row.pxname!, row.status!);
      this.#takeResult(row);
    }
  }

  #takeStatus(name: string, status: string): void {
    const list = listOf(this.paths, name);
    // HAProxy's health is changed an instant before its state, so that `DOWN 4/2` can be seen.
    const counts = /^DOWN (\d+)\/(\d+)$/.exec(status);
    if (list.at(-1) === status || (counts !== null && Number(counts[1]) >= Number(counts[2]))) return;
    list.push(status);
    this.lastChange = performance.now();
  }

  #takeResult(row: StatRow): void {
    const running = row.check_status!.startsWith('* ');
    const status = row.check_status!.replace('* ', '');
    if (status === 'INI') return;
    const list = listOf(this.results, row.pxname!);
    const last = list.at(-1);
    // While a check runs, the code and the text are already those of the check to come; they show once it is over.
    const unsure = `${status} ${UNSURE} (${row.check_desc})`;
    if (running && last !== undefined && withoutDetails(last) === unsure) return;
    const next = running
      ? unsure
      : `${status} ${row.check_code} ${withoutNumbers(withoutStaleError(row.last_chk!))} (${row.check_desc})`;
    if (last === next) return;
    if (last === unsure) list.pop();
    list.push(next);
    this.lastChange = performance.now();
  }
}

const UNSURE = '? ?';
const withoutDetails = (result: string) => result.replace(/^(\S+) .*? (\([^()]*\))$/, `$1 ${UNSURE} $2`);

/** HAProxy 2.6 sometimes appends the error of some earlier system call to a failure of TLS or of a SOCKS4 proxy. */
function withoutStaleError(text: string): string {
  return text
    .replace(/^(SSL handshake failure|Server presented .* one) \([A-Z][a-z ]+\)/, '$1')
    .replace(/(SOCKS4 Proxy [a-z ]+) \([A-Z][a-z ]+\)/, '$1');
}

function listOf(table: Map<string, string[]>, name: string): string[] {
  const list = table.get(name) ?? [];
  table.set(name, list);
  return list;
}

/** Returns when the last look was asked for, as `performance.now()`. */
async function watchUntilQuiet(proxy: ProxyProcess, watch: Watch): Promise<number> {
  const start = performance.now();
  watch.lastChange = start;
  for (;;) {
    const asked = performance.now();
    watch.take(await showStat(proxy.statsSocket));
    const now = performance.now();
    const waiting = watch.rows.some((row) => row.check_status!.endsWith('INI'));
    if (!waiting && now - watch.lastChange > QUIET_MS) return asked;
    if (now - start > LIMIT_MS) return asked;
    await pause(70);
  }
}

export const withoutNumbers = (line: string) =>
  line
    .replace(/check duration: \d+ms/g, 'check duration: Nms')
    .replace(/port([= ])\d+/g, 'port$1N')
    .replace(/node=[^;]+/g, 'node=N')
    .replace(/info: "(SSL handshake failure|Server presented .* one) \([A-Z][a-z ]+\)"/, 'info: "$1"')
    .replace(/(SOCKS4 Proxy [a-z ]+) \([A-Z][a-z ]+\)/, '$1');

function distinct(
  records: readonly ConnectionRecord[],
  pick: (record: ConnectionRecord) => string | undefined,
): string[] {
  const values = records.map(pick).filter((value) => value !== undefined);
  return [...new Set(values.map(withoutNumbers))].sort();
}

/** The first look may come before the health of a server is set, or before its agent has answered, or after. */
function withoutBeginning(path: readonly string[]): readonly string[] {
  const [first = '', second] = path;
  const early =
    /^UP -?\d+\/\d+$/.test(first) ||
    (first === 'no check' && second !== undefined) ||
    (first === 'UP' && second === 'DOWN (agent)');
  return early ? withoutBeginning(path.slice(1)) : path;
}

/** Without the beginnings of talks that also went on: the last look finds some of them under way. */
function withoutUnfinished(talks: readonly string[]): string[] {
  return talks.filter((talk) => !talks.some((other) => other !== talk && other.startsWith(talk)));
}

/** What a peer sent, a TLS handshake (its bytes are random) by name. */
function payload(record: ConnectionRecord): string | undefined {
  if (record.received === '') return undefined;
  return record.received.startsWith('\x16\x03') ? '(ClientHello)' : record.received;
}

/** The lines about one backend; a start-up line about other things never names it. */
function logOf(messages: readonly string[], name: string): string[] {
  return messages
    .filter((line) => line.includes(` ${name}/s `) || line.includes(` ${name} has no`))
    .map(withoutNumbers);
}

/** HAProxy, and hapax with its checks in the control thread and in threads of their own. */
export async function runChecksEverywhere(certificates: CheckCertificates, scenarios?: readonly CheckScenario[]) {
  const own = (where: string) => runChecks('hapax', certificates, scenarios, {}, { HAPAX_CHECKS: where });
  const [oracle, control, thread] = await Promise.all([
    runChecks('haproxy', certificates, scenarios),
    own('control'),
    own('thread'),
  ]);
  return { oracle, ours: new Map(Object.entries({ control, thread })) };
}

export function runChecks(
  product: Product,
  certificates: CheckCertificates,
  scenarios: readonly CheckScenario[] = checkScenarios(certificates),
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<CheckRun> {
  return steadyRun(`checks by ${product}`, () => runOnce(product, certificates, scenarios, files, env));
}

async function runOnce(
  product: Product,
  certificates: CheckCertificates,
  scenarios: readonly CheckScenario[],
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<CheckRun> {
  const servers = await Promise.all(scenarios.map(({ first, host }) => startScripted(first, host)));
  const syslog = await startSyslogReceiver();
  const hole: Blackhole = await startBlackhole();
  const closed = await freePort();
  const own = await freePort();
  let proxy: ProxyProcess | undefined;
  try {
    proxy = await startProxy(product, {
      config: configOf(scenarios, servers, syslog.address, hole.port, closed, own, await freePort()),
      files: { 'ca.pem': certificates.caFile, ...files },
      env,
    });
    const watch = new Watch();
    const firstRows = await showStat(proxy.statsSocket);
    await watchUntilQuiet(proxy, watch);
    await Promise.all(scenarios.map((scenario, index) => scenario.later && servers[index]!.become(scenario.later)));
    const lastLook = await watchUntilQuiet(proxy, watch);
    const messages = syslog.messages();
    const seen = scenarios.map((scenario, index): [string, CheckObservation] => {
      const records = servers[index]!.connections;
      const path = watch.paths.get(scenario.name) ?? [];
      return [
        scenario.name,
        {
          path: withoutBeginning(path),
          results: (watch.results.get(scenario.name) ?? []).map((text) => text.replace(UNSURE, ' ')),
          row: watch.rows.find((row) => row.pxname === scenario.name) ?? {},
          log: logOf(messages, scenario.name),
          bytes: withoutUnfinished(distinct(records, payload)),
          // An end after the last look may be that of a check whose result nobody has seen.
          endings: distinct(records, ({ ended, endedAt }) => (endedAt < lastLook ? ended : undefined)),
          origins: distinct(records, ({ peer, peerPort }) =>
            peer === '' ? undefined : peerPort === own ? `${peer}:$OWN` : peer,
          ),
          serverNames: distinct(records, (record) => record.serverName),
        },
      ];
    });
    return { scenarios: new Map(seen), firstRows, stderr: proxy.stderr };
  } finally {
    await proxy?.stop();
    await hole.close();
    await syslog.close();
    await Promise.all(servers.map((server) => server.close()));
  }
}
