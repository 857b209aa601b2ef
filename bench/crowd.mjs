// Many connections at once, half of them busy: node bench/crowd.mjs [--connections n] [--for seconds] [--engine linux|node]
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, scratch } from './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { openConnections } from './loads/exchanges.mjs';
import { startOrigin } from './loads/origin.mjs';
import { startPaced } from './loads/paced.mjs';
import { startAndAsk } from './loads/start-up.mjs';
import { cpuMicroseconds, median, pause, quantile, settledBytes } from './measure.mjs';
import { hapaxCommand, hapaxLinux } from './proxies/hapax.mjs';
import { formatTable } from './report.mjs';

/** What must hold: an answer of the stats socket in less than this, ms. It is late by what the control thread is late. */
const LIMIT = 100;
/** Each busy connection exchanges this often, ms. */
const PERIOD = 1000;
/** How often the stats socket is asked, ms. */
const ASK_EVERY = 50;

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '9000' },
    for: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'linux' },
  },
});
const [width, seconds] = [values.connections, values.for].map(Number);

const version = hapaxLinux.version();
if (version === undefined) throw new Error('hapax is not built: npm run build');
const placement = placeLoadApart();
console.log(formatEnvironment(describeEnvironment(placement.told, [{ name: 'hapax', version }])));
console.log(
  `${width} connections, half of them exchange once in ${PERIOD} ms, ${seconds} s, engine ${values.engine}\n`,
);

const origin = await startOrigin();
const port = await freePort();
const socketPath = join(scratch, 'crowd.sock');
const file = join(scratch, 'crowd.cfg');
writeFileSync(
  file,
  `global
    maxconn ${width + 100}
    stats socket ${socketPath} level admin
defaults
    timeout connect 5s
    timeout client 5m
    timeout server 5m
listen relay
    bind 127.0.0.1:${port}
    server origin 127.0.0.1:${origin} check
`,
);
const command = [...placement.prefix, 'env', `HAPAX_ENGINE=${values.engine}`, ...hapaxCommand(file)];
const { child } = await startAndAsk(command, port, 60_000);

/** Asks the stats socket, and resolves with how long the whole answer took and what it was. */
function ask(question) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let text = '';
    const socket = connect(socketPath, () => socket.end(`${question}\n`));
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ milliseconds: performance.now() - begun, text }));
  });
}

const before = await settledBytes(child.pid);
const idle = await openConnections(port, width >> 1);
const failures = [];
idle.listen(
  () => failures.push('an answer that nobody asked for'),
  (error) => failures.push(error.message),
);
const busy = await startPaced(port, width - (width >> 1), PERIOD);
const cpu = cpuMicroseconds(child.pid);
const figures = { 'show stat': [], 'show version': [] };
const end = performance.now() + seconds * 1000;
while (performance.now() < end) {
  for (const [question, times] of Object.entries(figures)) times.push((await ask(question)).milliseconds);
  await pause(ASK_EVERY);
}
const share = (cpuMicroseconds(child.pid) - cpu) / seconds / 1e4;
const { text } = await ask('show stat');
const { delays, late } = busy.take();
const memory = (await settledBytes(child.pid)) - before;
await busy.stop();
await idle.close();
await pause(500);
const left = (await ask('show stat')).text;
await child.stop();

const current = (csv) =>
  Number(
    csv
      .split('\n')
      .find((line) => line.startsWith('relay,FRONTEND'))
      ?.split(',')[4],
  );
const ms = (value) => `${value.toFixed(1)} ms`;
const row = (name, times) => [
  name,
  String(times.length),
  ms(median(times)),
  ms(quantile(times, 0.99)),
  ms(quantile(times, 1)),
];
console.log(
  formatTable([
    ['', 'number', 'median', '99 %', 'longest'],
    row('exchange', delays),
    ...Object.entries(figures).map(([question, times]) => row(question, times)),
  ]),
);
console.log(
  `\n${current(text)} sessions open at the end, ${current(left)} after all had closed; ${failures.length} failures${failures.length > 0 ? `: ${failures[0]}` : ''}; ` +
    `${late} turns missed; ${share.toFixed(0)} % of a core; ${(memory / 1024 / width).toFixed(1)} KB a connection`,
);
const met =
  failures.length === 0 &&
  current(text) === width &&
  current(left) === 0 &&
  Object.values(figures).every((times) => quantile(times, 1) < LIMIT);
console.log(`${met ? 'met' : 'NOT MET'}: nothing lost, every answer of the stats socket under ${LIMIT} ms`);
process.exit(met ? 0 : 1);
