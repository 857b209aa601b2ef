// What checking many servers costs, beside HAProxy: node bench/checks.mjs [--servers n] [--seconds n] [--rounds n]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, scratch, startChild } from './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { startCheckTarget } from './loads/check-target.mjs';
import { cpuMicroseconds, median, pause, residentBytes } from './measure.mjs';
import { hapaxLinux as hapax, hapaxCommand } from './proxies/hapax.mjs';
import { haproxy, haproxyCommand } from './proxies/haproxy.mjs';
import { formatTable } from './report.mjs';

/** Time for every server to have been checked a few times, ms. */
const SETTLING = 6000;

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
  },
});
const [servers, seconds, rounds] = [values.servers, values.seconds, values.rounds].map(Number);

function configuration(port, idlePort) {
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
    '    default-server inter 2s',
    ...Array.from({ length: servers }, (_, index) => `    server s${index} 127.0.0.1:${port} check`),
  ];
  const file = join(scratch, 'checks.cfg');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function measure(command, target) {
  const child = startChild(command);
  await pause(SETTLING);
  child.assertAlive();
  const [cpu, answered, begun] = [cpuMicroseconds(child.pid), target.answered(), performance.now()];
  await pause(seconds * 1000);
  child.assertAlive();
  const spent = cpuMicroseconds(child.pid) - cpu;
  const checks = target.answered() - answered;
  const megabytes = residentBytes(child.pid) / 2 ** 20;
  const elapsed = (performance.now() - begun) / 1000;
  await child.stop();
  if (checks === 0) throw new Error(`no check came: ${child.output()}`);
  return { perCheck: spent / checks, perSecond: spent / 1000 / elapsed, rate: checks / elapsed, megabytes };
}

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
console.log(`${servers} servers, option httpchk, inter 2s; ${rounds} rounds of ${seconds} s\n`);

const target = await startCheckTarget();
const file = configuration(target.port, await freePort());
for (let round = 0; round < rounds; round += 1) {
  const order = round % 2 === 0 ? subjects : subjects.toReversed();
  for (const { name, run, readings } of order) {
    console.error(`round ${round + 1} of ${rounds}: ${name}`);
    readings.push(await measure([...placement.prefix, ...run(file)], target));
  }
}
const rows = [['', 'checks a second', 'CPU per check, µs', 'CPU a second, ms', 'resident, MB', 'ratio of CPU']];
for (const { name, readings } of subjects) {
  const middle = (key) => median(readings.map((reading) => reading[key])).toFixed(1);
  const ratios = readings.map(({ perCheck }, round) => perCheck / subjects[0].readings[round].perCheck);
  const ratio = subjects[0].name === haproxy.name ? median(ratios).toFixed(2) : '-';
  rows.push([name, middle('rate'), middle('perCheck'), middle('perSecond'), middle('megabytes'), ratio]);
}
console.log(formatTable(rows));
process.exit(0);
