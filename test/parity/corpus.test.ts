/**
 * Real configuration files (kept outside the project): hapax's verdict beside HAProxy's, class by class. `CORPUS_TABLE` names a
 * file for the table of all files.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusDirectory, corpusFiles } from '../support/corpus.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { classTable, fileTable, isTakenFixed } from './corpus-table.ts';
import { type FileVerdicts, fileVerdicts } from './corpus-verdicts.ts';

const corpus = corpusDirectory();
if (corpus === undefined) {
  process.stderr.write('SKIPPED the verdicts on real files: no directory at HAPAX_CORPUS or ../shared/corpus\n');
}
const skipped = skipWithoutHaproxy('the verdicts on real files') || corpus === undefined;

/** HAProxy refuses `shared-name` from a later version on; the other is hapax's own lack. */
const OUR_WARNINGS = new Set(['shared-name', 'not-supported-yet']);

describe.skipIf(skipped)('real configuration files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-corpus-'));
  const all: FileVerdicts[] = [];
  const refusedBy = (...verdicts: readonly string[]) => all.filter(({ oracle }) => verdicts.includes(oracle.verdict));

  beforeAll(async () => {
    const waiting = corpusFiles(corpus!);
    const worker = async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        all.push(await fileVerdicts(file, directory));
      }
    };
    // Most of the time goes by in resolvers that do not answer.
    await Promise.all(Array.from({ length: 8 }, worker));
    all.sort((one, other) => (one.file.id < other.file.id ? -1 : 1));
    process.stderr.write(`${classTable(all)}\n`);
    if (process.env.CORPUS_TABLE !== undefined) {
      writeFileSync(process.env.CORPUS_TABLE, `${classTable(all)}\n\n${fileTable(all)}\n`);
    }
  }, 170_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('are there', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  it('that HAProxy takes, or would but for the machine, are taken; or it is said what is not supported yet', () => {
    const complaints = refusedBy('accepted', 'outside').flatMap((each) =>
      each.complaints.map(({ message }) => message),
    );
    expect(complaints).toEqual([]);
  });

  it('have no word hapax calls unknown, unless HAProxy does', () => {
    const unknown = all.flatMap(({ diagnostics, oracle }) =>
      diagnostics
        .filter(({ code, message }) => code.startsWith('unknown-') && !oracle.alerts.includes(message))
        .map(({ message }) => message),
    );
    expect(unknown).toEqual([]);
  });

  it('that HAProxy takes get no warning it does not give', () => {
    const more = refusedBy('accepted', 'outside').flatMap(({ diagnostics, oracle }) =>
      diagnostics
        .filter(({ severity, code }) => severity === 'warning' && !OUR_WARNINGS.has(code))
        .map(({ message }) => message.split('\n')[0]!)
        .filter((message) => !oracle.warnings.includes(message)),
    );
    expect(more).toEqual([]);
  });

  it('in an old form load with a warning, at least nine in ten', () => {
    const old = refusedBy('old form');
    const loaded = old.filter(({ subject, diagnostics }) => {
      return subject !== 'refused' && diagnostics.some(({ severity }) => severity === 'warning');
    });
    expect(loaded.length / old.length).toBeGreaterThanOrEqual(0.9);
  });

  it('in an old form are mended for HAProxy, at least eight in ten', () => {
    for (const files of [refusedBy('old form'), refusedBy('old form', 'other')]) {
      expect(files.filter(isTakenFixed).length / files.length).toBeGreaterThanOrEqual(0.8);
    }
  });
});
