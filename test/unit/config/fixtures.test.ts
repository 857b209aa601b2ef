import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../src/config/diagnostic-writer.ts';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { verdict } from '../../../src/config/verdict.ts';

/** `UPDATE_EXPECT=1 npx vitest run test/unit/config` writes the .expect files anew; look at the difference. */
const update = process.env.UPDATE_EXPECT === '1';
const folder = new URL('../../fixtures/config/', import.meta.url);

/** Everything hapax says about a file, with its exit code; `--strict` beside the usual way where they differ. */
async function report(path: URL, name: string): Promise<string> {
  const parts: string[] = [];
  for (const strict of [false, true]) {
    const text = readFileSync(path, 'utf8');
    const lookup = async () => ({ ok: false as const, code: 'ENOTFOUND' });
    const loaded = await loadConfigurationText(text, name, { strict, env: {}, lookup, maxconnDefault: 1000 });
    // As the command does without -dD.
    const result = { ...loaded, diagnostics: loaded.diagnostics.filter(({ severity }) => severity !== 'diag') };
    const { exitCode, stdout } = verdict(result);
    const written = formatDiagnostics(result, { pid: 1, executable: 'hapax' });
    parts.push(`${written}${stdout.map((line) => `stdout: ${line}\n`).join('')}exit code: ${exitCode}\n`);
  }
  const [usual, strict] = parts;
  return usual === strict ? usual! : `${usual}---- with --strict ----\n${strict}`;
}

for (const kind of ['ok', 'err'] as const) {
  describe(`configurations that are ${kind}`, () => {
    const files = readdirSync(new URL(`${kind}/`, folder)).filter((file) => file.endsWith('.cfg'));
    it('has some', () => expect(files.length).toBeGreaterThan(3));
    for (const file of files) {
      it(file, async () => {
        const got = await report(new URL(`${kind}/${file}`, folder), file);
        const expectation = new URL(`${kind}/${file.replace('.cfg', '.expect')}`, folder);
        if (update || !existsSync(expectation)) writeFileSync(expectation, got);
        expect(got).toBe(readFileSync(expectation, 'utf8'));
        expect(got.startsWith('exit code: 0') || got.includes('\nexit code: 0')).toBe(kind === 'ok');
      });
    }
  });
}
