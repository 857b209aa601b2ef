/**
 * Real configuration files start: each TCP file of the corpus (kept outside the project) with its ports, names and files
 * replaced is started for real and its listeners are connected to. Whatever is refused is listed with the reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusFile, corpusDirectory, corpusFiles, laterFeatures, prepare } from '../support/corpus.ts';
import { freePort } from '../support/ports.ts';
import { launchProxy, SUBJECT } from '../support/proxy-process.ts';
import { openClient } from '../support/tcp-client.ts';

const directory = corpusDirectory();
if (directory === undefined) {
  process.stderr.write('SKIPPED the corpus of real configurations: no directory at HAPAX_CORPUS or ../shared/corpus\n');
}

interface Outcome {
  readonly file: CorpusFile;
  readonly later: readonly string[];
  readonly started: boolean;
  /** The alerts it was refused with, or what else went wrong. */
  readonly reason: string;
  readonly crashed: boolean;
}

async function start(file: CorpusFile): Promise<Outcome> {
  const later = laterFeatures(file.text);
  const prepared = await prepare(file.text, await freePort());
  const proxy = launchProxy(SUBJECT, {
    config: prepared.text,
    files: { ...prepared.files, 'more.cfg': 'global\n    stats socket $DIR/stats.sock level admin\n' },
    args: ['-f', 'more.cfg'],
  });
  try {
    await proxy.ready();
    for (const port of prepared.ports) (await openClient(port)).destroy();
    return { file, later, started: true, reason: '', crashed: false };
  } catch (error) {
    const alerts = proxy.stderr
      .split('\n')
      .filter((line) => line.startsWith('[ALERT]'))
      .map((line) => line.replace(/^\[ALERT\] +\(\d+\) : (config : )?/, '').replaceAll(proxy.directory, ''));
    const crashed =
      proxy.exit === undefined ||
      proxy.exit.code !== 1 ||
      /\n\s+at .*:\d+:\d+/.test(proxy.stderr) ||
      alerts.length === 0;
    return { file, later, started: false, reason: alerts.join(' | ') || String(error), crashed };
  } finally {
    await proxy.stop();
  }
}

describe.skipIf(directory === undefined)('the corpus of real configurations', () => {
  const files = directory === undefined ? [] : corpusFiles(directory, 'tcp only', ['ok', 'external', 'missing-LF']);
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const waiting = [...files];
    const worker = async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) outcomes.push(await start(file));
    };
    await Promise.all([worker(), worker()]);
    outcomes.sort((one, other) => (one.file.id < other.file.id ? -1 : 1));
  }, 170_000);

  afterAll(() => {
    const refused = outcomes.filter((outcome) => !outcome.started);
    const counted = outcomes.filter((outcome) => outcome.later.length === 0);
    process.stderr.write(
      `corpus: ${outcomes.length} TCP files, ${counted.length} without later features, of which ${counted.filter((outcome) => outcome.started).length} started; ${outcomes.filter((outcome) => outcome.started).length} of all\n`,
    );
    for (const { file, later, reason } of refused) {
      process.stderr.write(`  refused ${file.id} (${later.join(', ') || 'nothing of a later version'}): ${reason}\n`);
    }
  });

  it('has files', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  it('starts at least nine in ten of those that use nothing of a later version', () => {
    const counted = outcomes.filter((outcome) => outcome.later.length === 0);
    const started = counted.filter((outcome) => outcome.started);
    expect(started.length / counted.length).toBeGreaterThanOrEqual(0.9);
  });

  it('refuses the others with an alert, never with a crash', () => {
    expect(outcomes.filter((outcome) => outcome.crashed).map(({ file, reason }) => `${file.id}: ${reason}`)).toEqual(
      [],
    );
  });
});
