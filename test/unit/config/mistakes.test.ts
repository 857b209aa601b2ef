/**
 * Typical mistakes, one each: what hapax says about them, whole. Each text must be enough to mend the file, with nothing else at hand.
 */
import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../src/config/diagnostic-writer.ts';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { verdict } from '../../../src/config/verdict.ts';
import { MISTAKES } from './mistakes.ts';

const RIGHT = [
  'defaults',
  '    mode tcp',
  '    timeout connect 5s',
  '    timeout client 30s',
  '    timeout server 30s',
  'frontend web',
  '    bind 127.0.0.1:8080',
  '    default_backend app',
  'backend app',
  '    balance roundrobin',
  '    server app1 10.0.0.1:80 check',
  '    server app2 10.0.0.2:80 check',
];

/** What the command prints, less the lines that open and close every report. */
async function said(lines: readonly string[]): Promise<{ readonly text: string; readonly exitCode: number }> {
  const lookup = async () => ({ ok: false as const, code: 'ENOTFOUND' });
  const result = await loadConfigurationText(`${lines.join('\n')}\n`, 'web.cfg', {
    env: {},
    lookup,
    maxconnDefault: 1000,
  });
  const text = formatDiagnostics(result, { pid: 1, executable: 'hapax' })
    .split('\n')
    .filter((line) => !/version is|path to executable|Error\(s\) found|Fatal errors found|^$/.test(line))
    .map((line) => line.replace(/\(1\) : config : /, ''))
    .join('\n');
  return { text, exitCode: verdict(result).exitCode };
}

describe('typical mistakes', () => {
  it('are none in what they are made of', async () => {
    expect(await said(RIGHT)).toEqual({ text: '', exitCode: 0 });
  });

  it('are at least twenty', () => expect(MISTAKES.length).toBeGreaterThanOrEqual(20));

  it.each(MISTAKES)('$name', async ({ change, expected, exitCode = 1 }) => {
    const lines = RIGHT.flatMap((line, index) => change[index + 1] ?? [line]);
    expect(await said(lines)).toEqual({ text: expected.join('\n'), exitCode });
  });
});
