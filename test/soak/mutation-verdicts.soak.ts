/**
 * Mutated configurations beside HAProxy 2.6: from files both take, `-c` of HAProxy and of hapax under `--strict --target 2.6` must
 * agree in at least 97 of 100 whether the mutation is still good. The rest is listed by cause.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  agreedText,
  atHome,
  haproxyJudgement,
  type Judgement,
  type OwnJudgement,
  ownJudgement,
  writeFilesOfHome,
} from '../support/agreed-configuration.ts';
import { configurationsAtHand } from '../support/configurations-at-hand.ts';
import { damaged, stockOf } from '../support/damaged-configuration.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { createRandom, type Random } from '../support/random.ts';
import { forSoakTime, SOAK_MS, SOAK_SEED } from './soak.ts';

const skipped = skipWithoutHaproxy('verdicts on mutated configurations beside HAProxy');

/** Of all mutations, those that must be judged alike. */
const WANTED = 0.97;
/** Fewer say nothing about a share. */
const FEW = 200;

/** A message without what differs from file to file. */
function shape(message: string): string {
  return message
    .split('\n')[0]!
    .replace(/t\.cfg:\d+/g, 't.cfg')
    .replace(/'[^']*'/g, "'...'")
    .replace(/\d+/g, 'N')
    .slice(0, 140);
}

function cause(own: OwnJudgement, theirs: Judgement): string {
  const refusal = own.diagnostics.find(({ severity, harmless }) => severity === 'alert' && !harmless);
  if (refusal?.code === 'not-supported-yet') return `hapax has not got it yet: ${shape(refusal.message)}`;
  if (refusal !== undefined) return `only hapax refuses: ${shape(refusal.message)}`;
  return `hapax ends with ${own.exitCode}, HAProxy with ${theirs.exitCode}: ${shape(theirs.alerts[0] ?? 'without a word')}`;
}

/** Alerts and warnings as one text, whatever their order. */
function messagesOf({ alerts, warnings }: Judgement): string {
  const all = [...alerts, ...warnings].map((each) => each.replace(/\s+/g, ' ').replace(/; did you mean .*$/, ''));
  return all.sort().join('\n');
}

test.skipIf(skipped)('hapax and HAProxy judge mutations alike', { timeout: SOAK_MS + 300_000 }, async () => {
  const before = process.cwd();
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hapax-mutations-')));
  const causes = new Map<string, number[]>();
  const count = { agree: 0, refused: 0, agreeOnRefused: 0, sameMessages: 0 };
  try {
    process.chdir(directory);
    writeFilesOfHome(directory);
    const files = configurationsAtHand();
    const homes = await Promise.all(files.map(({ text }) => atHome(text, directory)));
    const stock = stockOf(homes);
    // A file is made ready when its turn comes: a short run needs few.
    const agreed = new Map<string, Promise<string | undefined>>();
    const goodText = async (random: Random): Promise<string> => {
      for (;;) {
        const home = random.pick(homes);
        const text = agreed.get(home) ?? agreedText(home, directory);
        agreed.set(home, text);
        const found = await text;
        if (found !== undefined) return found;
      }
    };
    const total = await forSoakTime(async (round) => {
      const seed = SOAK_SEED + round;
      const random = createRandom(seed);
      const text = damaged(await goodText(random), random, stock, { count: random.chance(0.7) ? 1 : 2, wild: false });
      const [own, theirs] = await Promise.all([ownJudgement(text), haproxyJudgement(directory, text)]);
      const refused = theirs.exitCode !== 0;
      if (refused) count.refused++;
      if (own.exitCode === theirs.exitCode) {
        count.agree++;
        if (refused) count.agreeOnRefused++;
        if (messagesOf(own) === messagesOf(theirs)) count.sameMessages++;
        return;
      }
      const why = cause(own, theirs);
      causes.set(why, [...(causes.get(why) ?? []), seed]);
    });
    const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
    const taken = total - count.refused;
    const agreeOnTaken = count.agree - count.agreeOnRefused;
    const lines = [...causes]
      .sort(([, one], [, other]) => other.length - one.length)
      .map(([why, seeds]) => `${String(seeds.length).padStart(5)}  ${why} (seed ${seeds.slice(0, 3).join(', ')})`);
    console.log(
      [
        `${total} mutations of ${agreed.size} files from seed ${SOAK_SEED}: the same verdict on ${count.agree}, ${share(count.agree, total)}`,
        `  HAProxy takes ${taken}, hapax judges ${agreeOnTaken} of them alike (${share(agreeOnTaken, taken)})`,
        `  HAProxy refuses ${count.refused}, hapax judges ${count.agreeOnRefused} of them alike (${share(count.agreeOnRefused, count.refused)})`,
        `  the same alerts and warnings too: ${count.sameMessages} of ${count.agree} (${share(count.sameMessages, count.agree)})`,
        ...lines,
      ].join('\n'),
    );
    expect(total).toBeGreaterThan(0);
    const least = total < FEW ? WANTED - 0.1 : WANTED;
    expect(count.agree / total).toBeGreaterThanOrEqual(least);
  } finally {
    process.chdir(before);
    rmSync(directory, { recursive: true, force: true });
  }
});
