// Does a long statistics page hold up the traffic? node bench/stats-page.mjs [--servers n] [--connections n] [--fetches n]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, scratch } from './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { fetchAside } from './loads/fetcher.mjs';
import { startOrigin } from './loads/origin.mjs';
import { startPaced } from './loads/paced.mjs';
import { startAndAsk } from './loads/start-up.mjs';
import { median, pause, quantile } from './measure.mjs';
import { hapaxLinux as hapax, hapaxCommand } from './proxies/hapax.mjs';
import { formatTable } from './report.mjs';

/** What must hold: a page in less than this, and no exchange later than that by it, ms. */
const PAGE_LIMIT = 300;
const DELAY_LIMIT = 20;
/** Each connection exchanges this often, ms. */
const PERIOD = 100;
const SERVERS_A_BACKEND = 100;

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '500' },
    fetches: { type: 'string', default: '30' },
  },
});
const [servers, width, fetches] = [values.servers, values.connections, values.fetches].map(Number);

/** One relay, a page, and all the servers in backends of a hundred, checked as servers are. */
function configuration(ports, origin) {
  const lines = [
    'global',
    '    maxconn 4000',
    'defaults',
    '    timeout connect 5s',
    '    timeout client 1m',
    '    timeout server 1m',
    'listen relay',
    '    mode tcp',
    `    bind 127.0.0.1:${ports.relay}`,
    `    server origin 127.0.0.1:${origin}`,
    'frontend page',
    '    mode http',
    `    bind 127.0.0.1:${ports.page}`,
    '    stats enable',
    '    stats uri /stats',
  ];
  for (let index = 0; index < servers; index += 1) {
    if (index % SERVERS_A_BACKEND === 0) lines.push(`backend b${index / SERVERS_A_BACKEND}`, '    mode tcp');
    lines.push(`    server s${index} 127.0.0.1:${origin} check inter 30s`);
  }
  const file = join(scratch, 'stats-page.cfg');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const version = hapax.version();
if (version === undefined) throw new Error('hapax is not built: npm run build');
const placement = placeLoadApart();
console.log(formatEnvironment(describeEnvironment(placement.told, [{ name: 'hapax', version }])));
console.log(`${servers} servers, ${width} connections that exchange once in ${PERIOD} ms, ${fetches} fetches\n`);

const origin = await startOrigin();
const ports = { relay: await freePort(), page: await freePort() };
const command = [...placement.prefix, ...hapaxCommand(configuration(ports, origin))];
await startAndAsk(command, ports.relay, 60_000);
const page = `http://127.0.0.1:${ports.page}/stats`;

/** @type {{ name: string, port: number, url?: string }[]} */
const phases = [
  { name: 'no proxy, no page', port: origin },
  { name: 'relayed, no page', port: ports.relay },
  { name: 'relayed, page', port: ports.relay, url: page },
  { name: 'relayed, ;csv', port: ports.relay, url: `${page};csv` },
];
const rows = [
  ['', 'exchanges', 'median', '99.9 %', 'longest', `over ${DELAY_LIMIT} ms`, 'fetch median', 'longest', 'KB'],
];
let [quiet, met] = [true, true];
await fetchAside(page, 5, 0);
await fetchAside(`${page};csv`, 5, 0);
for (const { name, port, url } of phases) {
  const paced = await startPaced(port, width, PERIOD);
  await pause(1000);
  paced.take();
  const fetched = url === undefined ? [] : await fetchAside(url, fetches, 50);
  if (url === undefined) await pause(5000);
  const { delays } = paced.take();
  await paced.stop();
  const over = delays.filter((delay) => delay > DELAY_LIMIT).length;
  const times = fetched.map(({ milliseconds }) => milliseconds);
  if (url === undefined) quiet &&= over === 0;
  else met &&= over === 0 && times.every((time) => time < PAGE_LIMIT);
  const ms = (value) => `${value.toFixed(1)} ms`;
  rows.push([
    name,
    String(delays.length),
    ms(median(delays)),
    ms(quantile(delays, 0.999)),
    ms(quantile(delays, 1)),
    String(over),
    ...(url === undefined
      ? ['-', '-', '-']
      : [ms(median(times)), ms(quantile(times, 1)), (fetched[0].bytes / 1024).toFixed(0)]),
  ]);
}
console.log(formatTable(rows));
// Where exchanges are late without a page as well, it is the machine that is late.
const verdict = met ? 'met' : quiet ? 'NOT MET' : 'the machine is too busy to tell';
console.log(`\n${verdict}: every fetch under ${PAGE_LIMIT} ms, no exchange over ${DELAY_LIMIT} ms`);
process.exit(met ? 0 : quiet ? 1 : 2);
