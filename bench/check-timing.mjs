// How near checks come to their plan, beside HAProxy: node bench/check-timing.mjs [--servers n] [--seconds n] [--apart]
// Both programs run at the same time unless --apart is given: what the machine does to one it does to the other.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, scratch, startChild } from './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { startScheduledTarget } from './loads/scheduled-target.mjs';
import { median, pause, quantile } from './measure.mjs';
import { hapaxLinux as hapax, hapaxCommand } from './proxies/hapax.mjs';
import { haproxy, haproxyCommand } from './proxies/haproxy.mjs';
import { formatTable } from './report.mjs';

/** Time for every server to have been checked twice, ms. */
const SETTLING = 6000;
/** What must hold: a check so near to its plan, ms. */
const NEAR = 20;

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    apart: { type: 'boolean', default: false },
  },
});
const [servers, seconds] = [Number(values.servers), Number(values.seconds)];

/** Backends: their lines, the rules of their servers, and what the servers do. */
const BACKENDS = {
  steady: { lines: [], rules: { rise: 2, fall: 3, inter: 1000 }, well: () => true },
  // Seven good answers and seven bad ones: through every health, at every interval.
  flapping: {
    lines: [],
    rules: { rise: 2, fall: 3, inter: 600, fastinter: 200, downinter: 400 },
    well: (check) => check % 14 < 7,
  },
  slow_to_rise: {
    lines: [],
    rules: { rise: 4, fall: 1, inter: 500, fastinter: 300, downinter: 700 },
    well: (check) => check % 10 < 8,
  },
  silent: { lines: ['timeout check 400ms'], rules: { rise: 2, fall: 3, inter: 1000 }, limit: 400 },
  silent_inter: { lines: [], rules: { rise: 2, fall: 3, inter: 700 }, limit: 700 },
  silent_longer: { lines: ['timeout check 900ms'], rules: { rise: 2, fall: 3, inter: 500 }, limit: 900 },
};

function configuration(name, port, idlePort) {
  const section = ([backend, { lines, rules }]) => {
    const times = ['inter', 'fastinter', 'downinter'].filter((word) => rules[word] !== undefined);
    const words = times.map((word) => `${word} ${rules[word]}ms`).join(' ');
    const list = Array.from({ length: servers }, (_, index) => `    server s${index} 127.0.0.1:${port} check`);
    const defaults = `    default-server ${words} rise ${rules.rise} fall ${rules.fall}`;
    return [`backend ${backend}`, ...lines.map((line) => `    ${line}`), defaults, ...list];
  };
  const text = [
    'global',
    '    nbthread 1',
    'defaults',
    '    mode tcp',
    '    timeout connect 200ms',
    '    timeout client 1m',
    '    timeout server 1m',
    '    option httpchk',
    '    http-check send-state',
    'frontend idle',
    `    bind 127.0.0.1:${idlePort}`,
    '    default_backend steady',
    ...Object.entries(BACKENDS).flatMap(section),
  ];
  const file = join(scratch, `check-timing-${name}.cfg`);
  writeFileSync(file, `${text.join('\n')}\n`);
  return file;
}

/** Runs one program for the time; its target with all that came. */
async function measure({ name, run }, prefix) {
  const target = await startScheduledTarget(BACKENDS);
  const child = startChild([...prefix, ...run(configuration(name, target.port, await freePort()))]);
  await pause(SETTLING);
  child.assertAlive();
  target.count(true);
  await pause(seconds * 1000);
  child.assertAlive();
  target.count(false);
  await child.stop();
  target.close();
  return target;
}

const subjects = [
  { ...haproxy, run: haproxyCommand },
  { ...hapax, name: 'hapax', run: hapaxCommand },
].flatMap((proxy) => {
  const version = proxy.version();
  if (version !== undefined) return { ...proxy, version };
  console.log(`${proxy.name} is left out: it is not installed, or not built`);
  return [];
});
const placement = placeLoadApart();
console.log(formatEnvironment(describeEnvironment(placement.told, subjects)));
console.log(
  `${servers} servers in each of ${Object.keys(BACKENDS).length} backends, ${seconds} s, ${values.apart ? 'one after the other' : 'at the same time'}\n`,
);

const targets = [];
if (values.apart) for (const subject of subjects) targets.push(await measure(subject, placement.prefix));
else targets.push(...(await Promise.all(subjects.map((subject) => measure(subject, placement.prefix)))));

const rows = [['', 'program', 'checks', 'median, ms', '1 %', '99 %', 'furthest', `within ${NEAR} ms`]];
const plans = [...new Set(targets.flatMap(({ deviations }) => [...deviations.keys()]))].sort();
const line = (what, name, list) => {
  const worst = list.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
  const near = list.filter((each) => Math.abs(each) <= NEAR).length / list.length;
  const figures = [median(list), quantile(list, 0.01), quantile(list, 0.99), worst].map((each) => each.toFixed(1));
  rows.push([what, name, String(list.length), ...figures, `${(near * 100).toFixed(2)} %`]);
};
for (const what of plans) {
  subjects.forEach(({ name }, index) => {
    const list = targets[index].deviations.get(what);
    if (list !== undefined) line(what, name, list);
  });
}
subjects.forEach(({ name }, index) => {
  line('all', name, [...targets[index].deviations.values()].flat());
});
console.log(formatTable(rows));
subjects.forEach(({ name }, index) => {
  const { right, wrong } = targets[index].states;
  console.log(
    `\n${name}: ${targets[index].servers()} servers; state at the beginning of a check as rise and fall say: ${right} times, otherwise: ${wrong}`,
  );
});
process.exit(0);
