// Measures hapax beside HAProxy, nginx and node:net pipe: npm run bench -- [--quick] [--rounds n] [--only names] [--json file]
import { writeFileSync } from 'node:fs';
import './children.mjs';
import { placeLoadApart } from './cores.mjs';
import { describeEnvironment, formatEnvironment } from './environment.mjs';
import { readOptions } from './options.mjs';
import { PROXIES, REFERENCE } from './proxies/index.mjs';
import { formatReport, summarize } from './report.mjs';
import { measureRounds } from './rounds.mjs';

const options = readOptions();
if (process.platform !== 'linux') {
  console.error('the bench reads /proc and pins processes to cores: it runs on Linux only');
  process.exit(1);
}
const wanted = PROXIES.filter((proxy) => options.proxies.includes(proxy) || proxy.name === REFERENCE);
const programs = [];
for (const proxy of wanted) {
  const version = proxy.version();
  if (version === undefined) console.log(`${proxy.name} is left out: it is not installed, or not built`);
  else programs.push({ name: proxy.name, version, proxy });
}
const placement = placeLoadApart();
const environment = describeEnvironment(placement.told, programs);
console.log(formatEnvironment(environment));
console.log(`${options.rounds} rounds of ${JSON.stringify(options.sizes)}\n`);

const progress = process.stderr.isTTY
  ? (text) => process.stderr.write(`\r\u001b[K${text}`)
  : (text) => process.stderr.write(`${text}\n`);
const proxies = programs.map(({ proxy }) => proxy);
const entries = await measureRounds({ ...options, proxies }, placement.prefix, progress);
if (process.stderr.isTTY) progress('');

const names = proxies.map(({ name }) => name);
const figures = options.figures;
const summaries = summarize(entries, names, figures, REFERENCE);
console.log(formatReport(summaries, figures, names, REFERENCE));
if (options.json !== undefined) {
  const { rounds, sizes } = options;
  writeFileSync(options.json, `${JSON.stringify({ environment, rounds, sizes, summaries, entries }, null, 2)}\n`);
  console.log(`\nwritten to ${options.json}`);
}
process.exit(0);
