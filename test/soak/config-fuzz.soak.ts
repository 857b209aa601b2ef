/**
 * Mutated configurations: whatever stands in a file, loading it as the command does ends in a model or in what is wrong, in time
 * and without a stack trace. The round N of a run with seed S is the first of a run with seed S + N.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { formatDiagnostics } from '../../src/config/diagnostic-writer.ts';
import { fixText } from '../../src/config/fix-text.ts';
import { type LoadResult, loadConfigurationText, type TextOptions } from '../../src/config/load.ts';
import { verdict } from '../../src/config/verdict.ts';
import { writers } from '../../src/config/writers/index.ts';
import { configurationsAtHand } from '../support/configurations-at-hand.ts';
import { damaged, stockOf } from '../support/damaged-configuration.ts';
import { createRandom, type Random } from '../support/random.ts';
import { forSoakTime, SOAK_SEED } from './soak.ts';

/** The order: no text takes longer, ms. */
const LIMIT = 1000;
/** A text that takes this long on a machine that is busy otherwise is read once more, ms of processor time being what counts. */
const STUCK = 30_000;

/** No name leaves this machine: every other one is unknown. */
const lookup = async (name: string) =>
  name.length % 2 === 0
    ? ({ ok: false, code: 'ENOTFOUND' } as const)
    : ({ ok: true, addresses: [{ address: '127.0.0.1', family: 4 }] } as const);

/** Ends the process when a round does not end: nothing else can be done while it spins. */
const WATCH = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const rounds = new Int32Array(workerData.rounds);
let seen = -1;
setInterval(() => {
  const now = Atomics.load(rounds, 0);
  if (now === seen) {
    writeSync(2, 'HANGS: seed ' + (workerData.seed + now) + ': over ' + workerData.limit + ' ms\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  seen = now;
}, workerData.limit);
`;

/** Everything `-c`, its forms for machines and `fix` do with a text; the answer is what they print. */
async function everything(text: string, random: Random): Promise<{ result: LoadResult; printed: string }> {
  const strict = random.chance(0.4);
  const target = random.pick([undefined, '2.6', '3.0', '3.4'] as const);
  const options: TextOptions = { lookup, strict, target, env: { A: 'b', PORT: '80', LIST: 'a b\tc', ODD: '"\n$A \\' } };
  const result = await loadConfigurationText(text, 'fuzz.cfg', options);
  const judgement = verdict(result, { zeroWarning: random.chance(0.2) });
  let printed = formatDiagnostics(result) + judgement.stdout.join('\n');
  if (random.chance(0.1)) printed += writers[random.pick(['json', 'sarif', 'github'] as const)](result, judgement);
  if (random.chance(0.1)) printed += formatDiagnostics((await fixText(text, 'fuzz.cfg', options)).result);
  // A model goes to a thread as it is.
  if (random.chance(0.1)) structuredClone(result.model);
  return { result, printed };
}

test('no configuration makes loading throw, hang or print a stack', async () => {
  const texts = configurationsAtHand();
  const stock = stockOf(texts.map(({ text }) => text));
  const rounds = new SharedArrayBuffer(4);
  const watch = new Worker(WATCH, { eval: true, workerData: { rounds, seed: SOAK_SEED, limit: STUCK } });
  const count = { accepted: 0, refused: 0, slowest: 0, slowestSeed: 0 };
  try {
    const total = await forSoakTime(async (round) => {
      Atomics.store(new Int32Array(rounds), 0, round);
      // Loading waits for nothing that would let the runner's own messages through.
      if (round % 64 === 0) await setImmediate();
      const seed = SOAK_SEED + round;
      const random = createRandom(seed);
      const { name, text: whole } = random.pick(texts);
      const damage = { count: random.chance(0.5) ? 1 : 1 + random.below(6), wild: random.chance(0.4) };
      const text = damaged(whole, random, stock, damage);
      const fail = (what: string, cause?: unknown) => {
        const file = join(tmpdir(), `hapax-config-fuzz-${seed}.cfg`);
        writeFileSync(file, text);
        return new Error(`seed ${seed} (of ${name}, left in ${file}): ${what}`, { cause });
      };
      const started = process.cpuUsage();
      let done: Awaited<ReturnType<typeof everything>>;
      try {
        done = await everything(text, random);
      } catch (error) {
        throw fail(`threw ${error}`, error);
      }
      const { user, system } = process.cpuUsage(started);
      const took = (user + system) / 1000;
      if (took > count.slowest) Object.assign(count, { slowest: took, slowestSeed: seed });
      if (took > LIMIT) throw fail(`took ${Math.round(took)} ms of processor time`);
      if (/^\s+at .+:\d+:\d+\)?$/m.test(done.printed)) throw fail('printed a stack trace');
      if (done.result.model !== undefined) count.accepted++;
      else if (done.printed.includes('[ALERT]')) count.refused++;
      else throw fail('was refused without a reason');
    });
    console.log(
      `${total} mutations of ${texts.length} files from seed ${SOAK_SEED}: ${count.accepted} accepted, ${count.refused} refused, ` +
        `slowest ${Math.round(count.slowest)} ms (seed ${count.slowestSeed})`,
    );
    expect(total).toBeGreaterThan(10);
    expect(count.accepted).toBeGreaterThan(0);
    expect(count.refused).toBeGreaterThan(0);
  } finally {
    await watch.terminate();
  }
});
