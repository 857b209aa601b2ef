/** Damaged configurations: whatever stands in a file, the reader answers with a model or with what is wrong, in time. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatDiagnostics, loadConfigurationText } from '../../src/index.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const directory = new URL('../../conf/', import.meta.url);
const texts = readdirSync(directory).map((name) => readFileSync(new URL(name, directory), 'utf8'));
const lines = texts.flatMap((text) => text.split('\n'));
const words = [...new Set(lines.flatMap((line) => line.trim().split(/\s+/)))];
const PIECES = [
  '"',
  "'",
  '\\',
  '${',
  '}',
  '$',
  '#',
  '\0',
  '\t',
  '\r',
  '\x01',
  '-',
  '99999999999',
  ':',
  ',',
  '@',
  'é',
  '\ufeff',
  ' ',
];

test('no text makes the reader throw or linger', async () => {
  const random = seededRandom(SOAK_SEED);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const damage = (text: string): string => {
    const at = below(text.length + 1);
    switch (below(7)) {
      case 0:
        return text.slice(0, at) + pick(PIECES) + text.slice(at);
      case 1:
        return text.slice(0, at) + text.slice(at + below(20));
      case 2:
        return text.slice(0, at) + pick(words) + text.slice(at);
      case 3:
        return `${text.slice(0, at)}\n${pick(lines)}\n${text.slice(at)}`;
      case 4:
        return text.slice(0, at);
      case 5:
        return text.slice(0, at) + pick(PIECES).repeat(below(300)) + text.slice(at);
      default:
        return text.slice(0, at) + String.fromCharCode(below(0x10000)) + text.slice(at);
    }
  };
  // No name leaves this machine: every one of them is unknown, or an address of the loopback.
  const lookup = async () =>
    random() < 0.5
      ? ({ ok: false, code: 'ENOTFOUND' } as const)
      : ({ ok: true, addresses: [{ address: '127.0.0.1', family: 4 }] } as const);
  let accepted = 0;
  let slowest = 0;
  const rounds = await forSoakTime(async () => {
    let text = pick(texts);
    for (let count = below(6); count >= 0; count--) text = damage(text);
    const started = performance.now();
    try {
      const result = await loadConfigurationText(text, 'fuzz.cfg', { lookup, strict: random() < 0.3, env: { A: 'b' } });
      const shown = formatDiagnostics(result);
      if (result.model !== undefined) accepted++;
      else if (!shown.includes('[ALERT]')) throw new Error('refused without a reason');
    } catch (error) {
      throw new Error(`reader failed on ${JSON.stringify(text)}`, { cause: error });
    }
    slowest = Math.max(slowest, performance.now() - started);
  });
  console.log(`${rounds} texts, ${accepted} accepted, slowest ${Math.round(slowest)} ms`);
  expect(rounds).toBeGreaterThan(10);
  expect(accepted).toBeGreaterThan(0);
  expect(slowest).toBeLessThan(5000);
});
