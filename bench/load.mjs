// How long reading a configuration takes, beside HAProxy: node bench/load.mjs [--rounds n]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, scratch } from './children.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { median } from './measure.mjs';
import { hapaxLinux as hapax, hapaxCheckCommand, hapaxVersionCommand } from './proxies/hapax.mjs';
import { haproxy } from './proxies/haproxy.mjs';
import { formatTable } from './report.mjs';

/** What must hold, in times of what HAProxy takes once each has been relieved of its `-v`; and memory, bytes. */
const SHAPES = [
  { name: '100 backends of 100 servers', backends: 100, servers: 100, most: 3 },
  { name: '1 backend of 10,000 servers', backends: 1, servers: 10_000, most: 1 },
];
const MOST_MEMORY = 300e6;
/** `-v` in times of a Node that does nothing. */
const MOST_VERSION = 1.5;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);

function configuration({ backends, servers }, port) {
  const lines = [
    'defaults',
    '    mode tcp',
    '    timeout connect 5s',
    '    timeout client 30s',
    '    timeout server 30s',
    '    option httpchk GET /health',
    '    default-server inter 2s fall 3 rise 2',
    'frontend entrance',
    `    bind 127.0.0.1:${port}`,
    '    default_backend b0',
  ];
  for (let backend = 0; backend < backends; backend++) {
    lines.push(`backend b${backend}`, '    balance roundrobin');
    for (let server = 0; server < servers; server++) lines.push(`    server s${server} 127.0.0.1:8080 check`);
  }
  const file = join(scratch, `load-${backends}.cfg`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const oneRun = new URL('./loads/one-run.mjs', import.meta.url).pathname;

function measure(command) {
  const { stdout, stderr } = spawnSync(process.execPath, [oneRun, ...command], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const { status, ...taken } = JSON.parse(stdout);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
  return taken;
}

const programs = [hapax, haproxy].map((proxy) => ({ name: proxy.name, version: proxy.version() }));
if (programs.some(({ version }) => version === undefined))
  throw new Error('needs haproxy, and hapax built: npm run build');
console.log(formatEnvironment(describeEnvironment('not pinned to a core', programs)));
console.log(`${rounds} rounds, each program once a round; medians\n`);

const port = await freePort();
const files = SHAPES.map((shape) => configuration(shape, port));
/** Name to command; they take turns, so that a busy moment of the machine meets all of them. */
const commands = new Map([
  ['node -e 0', [process.execPath, '-e', '0']],
  ['hapax -v', hapaxVersionCommand()],
  ['haproxy -v', ['haproxy', '-v']],
  ...SHAPES.flatMap(({ name }, index) => [
    [`hapax ${name}`, hapaxCheckCommand(files[index])],
    [`haproxy ${name}`, ['haproxy', '-c', '-f', files[index]]],
  ]),
]);
const taken = new Map([...commands.keys()].map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of commands) taken.get(name).push(measure(command));
}
const middle = (name, what) => median(taken.get(name).map((run) => run[what]));

const rows = [['', 'CPU', 'wall', 'memory']];
for (const name of commands.keys()) {
  const ms = (what) => `${middle(name, what).toFixed(0)} ms`;
  rows.push([name, ms('cpu'), ms('wall'), `${(middle(name, 'memory') / 1e6).toFixed(0)} MB`]);
}
console.log(formatTable(rows));

let met = true;
const judge = (text, value, most) => {
  met &&= value <= most;
  console.log(`${text}: ${value.toFixed(2)} (${value <= most ? 'met' : 'NOT MET'}: ${most} at most)`);
};
console.log('');
for (const { name, most } of SHAPES) {
  for (const what of ['cpu', 'wall']) {
    const above = (program) => middle(`${program} ${name}`, what) - middle(`${program} -v`, what);
    judge(`${name}, ${what} of hapax to HAProxy, each less its -v`, above('hapax') / above('haproxy'), most);
  }
  judge(`${name}, memory of hapax, in 300 MB`, middle(`hapax ${name}`, 'memory') / MOST_MEMORY, 1);
}
judge('hapax -v to node -e 0, CPU', middle('hapax -v', 'cpu') / middle('node -e 0', 'cpu'), MOST_VERSION);
process.exit(met ? 0 : 1);
