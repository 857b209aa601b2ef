// What checking many servers costs, and whether it is on time, beside HAProxy:
// node bench/checks.mjs [--only http,tls] [--http n] [--tls n] [--seconds n] [--rounds n]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAuthority } from '../dist/demo/certificates.js';
import { freePort, scratch, startChild } from './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { startCheckTarget, targetAddress } from './loads/check-target.mjs';
import { cpuMicroseconds, cpuTicks, median, pause, quantile, residentBytes } from './measure.mjs';
import { hapaxLinux as hapax, hapaxCommand } from './proxies/hapax.mjs';
import { haproxy, haproxyCommand } from './proxies/haproxy.mjs';
import { formatTable } from './report.mjs';

/** Time for every server to have been checked a few times, ms. */
const SETTLING = 10_000;
const INTER = 2000;
/** What must hold: so many times HAProxy's CPU at most, and 99 % of the checks so near to their time (ms). */
const MOST_CPU = 2.5;
const MOST_LATE = 50;
/** Times that are taken so late (ms) say nothing. */
const MOST_OWN_DELAY = 10;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'http,tls' },
    http: { type: 'string', default: '10000' },
    tls: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
  },
});
const [seconds, rounds] = [values.seconds, values.rounds].map(Number);

const KINDS = {
  http: { servers: Number(values.http), words: 'check', title: 'option httpchk' },
  tls: { servers: Number(values.tls), words: 'check check-ssl verify none', title: 'option httpchk over TLS' },
};

function configuration({ servers, words }, port, idlePort) {
  const lines = [
    'global',
    '    nbthread 1',
    'defaults',
    '    mode tcp',
    '    timeout connect 5s',
    '    timeout client 1m',
    '    timeout server 1m',
    // Without any listener HAProxy does not start; nobody connects here.
    'frontend idle',
    `    bind 127.0.0.1:${idlePort}`,
    '    default_backend checked',
    'backend checked',
    '    option httpchk',
    `    default-server inter ${INTER}ms`,
    ...Array.from({ length: servers }, (_, index) => `    server s${index} ${targetAddress(index)}:${port} ${words}`),
  ];
  const file = join(scratch, `checks-${port}.cfg`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function measure(command, target) {
  const child = startChild(command);
  await pause(SETTLING);
  child.assertAlive();
  const megabytesBefore = residentBytes(child.pid) / 2 ** 20;
  const ticks = cpuTicks(child.pid);
  target.forget();
  const [cpu, answered, resumed, begun] = [
    cpuMicroseconds(child.pid),
    target.answered(),
    target.resumed(),
    performance.now(),
  ];
  await pause(seconds * 1000);
  child.assertAlive();
  const spent = cpuMicroseconds(child.pid) - cpu;
  const checks = target.answered() - answered;
  const { user, system } = cpuTicks(child.pid);
  const inKernel = (system - ticks.system) / (system - ticks.system + user - ticks.user);
  const megabytes = residentBytes(child.pid) / 2 ** 20;
  const elapsed = (performance.now() - begun) / 1000;
  const deviations = target.deviations();
  const late = deviations.map(Math.abs);
  await child.stop();
  if (checks === 0 || late.length === 0) throw new Error(`no check came: ${child.output()}`);
  return {
    perCheck: spent / checks,
    kernel: (inKernel * spent) / checks,
    rate: checks / elapsed,
    resumed: (100 * (target.resumed() - resumed)) / checks,
    late50: quantile(late, 0.5),
    late99: quantile(late, 0.99),
    late999: quantile(late, 0.999),
    latest: late.reduce((most, one) => Math.max(most, one), 0),
    drift: deviations.reduce((sum, one) => sum + one, 0) / deviations.length,
    ownDelay: target.ownDelay(),
    megabytes,
    growth: megabytes - megabytesBefore,
  };
}

const COLUMNS = [
  ['checks a second', 'rate', 0],
  ['CPU per check, µs', 'perCheck', 1],
  ['of it in the kernel', 'kernel', 1],
  ['off their time 50 %, ms', 'late50', 1],
  ['99 %', 'late99', 1],
  ['99.9 %', 'late999', 1],
  ['at most', 'latest', 1],
  ['mean, signed', 'drift', 2],
  ['the measuring side late, 99 %', 'ownDelay', 1],
  ['resident, MB', 'megabytes', 1],
  ['grown meanwhile', 'growth', 1],
];

function report(kind, subjects) {
  const columns = kind === 'tls' ? [...COLUMNS, ['resumed, %', 'resumed', 0]] : COLUMNS;
  const rows = [['', ...columns.map(([title]) => title), 'ratio of CPU']];
  for (const { name, readings } of subjects) {
    const middle = (key) => median(readings.map((reading) => reading[key]));
    const ratios = readings.map(({ perCheck }, round) => perCheck / subjects[0].readings[round].perCheck);
    const ratio = subjects[0].name === haproxy.name ? median(ratios) : undefined;
    rows.push([
      name,
      ...columns.map(([, key, digits]) => middle(key).toFixed(digits)),
      ratio === undefined ? '-' : ratio.toFixed(2),
    ]);
    if (name !== 'hapax') continue;
    const judge = (met, text) => `${met ? 'met    ' : 'missed '} ${text}`;
    const [late, ownDelay] = [middle('late99'), middle('ownDelay')];
    if (ratio !== undefined) {
      verdicts.push(judge(ratio <= MOST_CPU, `${kind}: ${ratio.toFixed(2)} times HAProxy's CPU (at most ${MOST_CPU})`));
    }
    const text = `${kind}: 99 % within ${late.toFixed(1)} ms of their time (${MOST_LATE})`;
    if (late > MOST_LATE && ownDelay > MOST_OWN_DELAY) {
      verdicts.push(`unknown ${text}: the machine is busy, this program itself was late by ${ownDelay.toFixed(0)} ms`);
    } else verdicts.push(judge(late <= MOST_LATE, text));
  }
  console.log(`${formatTable(rows)}\n`);
}

const verdicts = [];
const subjects = [
  { ...haproxy, run: haproxyCommand },
  { ...hapax, name: 'hapax', run: hapaxCommand },
].flatMap((proxy) => {
  const version = proxy.version();
  if (version !== undefined) return { ...proxy, version, readings: [] };
  console.log(`${proxy.name} is left out: it is not installed, or not built`);
  return [];
});
const placement = placeLoadApart();
console.log(formatEnvironment(describeEnvironment(placement.told, subjects)));
for (const kind of values.only.split(',')) {
  const { servers, title } = KINDS[kind];
  console.log(`\n${servers} servers, ${title}, inter ${INTER} ms; ${rounds} rounds of ${seconds} s\n`);
  const certificate =
    kind === 'tls' ? await (await createAuthority('bench')).issue('checked.example', ['checked.example']) : undefined;
  const target = await startCheckTarget(servers, INTER, certificate);
  const file = configuration(KINDS[kind], target.port, await freePort());
  for (const subject of subjects) subject.readings = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const { name, run, readings } of order) {
      console.error(`${kind}, round ${round + 1} of ${rounds}: ${name}`);
      readings.push(await measure([...placement.prefix, ...run(file)], target));
    }
  }
  report(kind, subjects);
}
console.log(verdicts.join('\n'));
process.exit(0);
