// Runs test/soak/*.soak.ts, each for a given time: npm run soak -- [--for 10m] [--rounds N] [--seed N] [name...]
// With --rounds, those that go by rounds end after so many of them if that comes first.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function usage(problem) {
  console.error(`${problem}\nusage: npm run soak -- [--for <n>(ms|s|m|h)] [--rounds <n>] [--seed <n>] [name...]`);
  process.exit(1);
}

function options() {
  try {
    return parseArgs({
      options: { for: { type: 'string', default: '10s' }, rounds: { type: 'string' }, seed: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    return usage(error.message);
  }
}

const { values, positionals } = options();
const time = /^(\d+)(ms|s|m|h)$/.exec(values.for);
if (time === null) usage(`not a time: ${values.for}`);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(seed)) usage(`not a seed: ${values.seed}`);
if (values.rounds !== undefined && !/^[1-9]\d*$/.test(values.rounds)) usage(`not a number of rounds: ${values.rounds}`);
const rounds = values.rounds === undefined ? {} : { SOAK_ROUNDS: values.rounds };

await import('./ensure-build.mjs');
if (process.exitCode) process.exit();
console.log(`soak: ${values.for} each, seed ${seed} (repeat with --seed ${seed})`);
const vitest = new URL('vitest.mjs', `file://${createRequire(import.meta.url).resolve('vitest/package.json')}`);
const root = fileURLToPath(new URL('../', import.meta.url));
const child = spawn(
  process.execPath,
  [fileURLToPath(vitest), 'run', '--config', 'test/soak/vitest.config.ts', ...positionals],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...rounds, SOAK_MS: String(Number(time[1]) * UNITS[time[2]]), SOAK_SEED: String(seed) },
  },
);
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
