import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../src/config/diagnostic-writer.ts';
import { loadConfigurationText } from '../../../src/config/load.ts';

/** A small generator with a fixed seed (Lehmer), so that a failure can be run again. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}

const folder = new URL('../../fixtures/config/', import.meta.url);
const texts = ['ok', 'err'].flatMap((kind) =>
  readdirSync(new URL(`${kind}/`, folder))
    .filter((file) => file.endsWith('.cfg'))
    .map((file) => readFileSync(new URL(`${kind}/${file}`, folder), 'utf8')),
);
const fragments = [
  '"',
  "'",
  '\\',
  '\\x',
  '${',
  '"$',
  '}',
  '\0',
  '\n',
  '\r',
  '#',
  ' ',
  '\t',
  ':',
  '-',
  ',',
  '@',
  '!',
  'é',
  '\u{1f600}',
  '0',
  '99999999999999999999',
  'no ',
  '.if ',
  'defaults',
  'from',
  ' server x',
  ' bind',
  'timeout ',
];

/** Removes, doubles, moves and inserts pieces of a text. */
function damage(text: string, next: (bound: number) => number): string {
  let result = text;
  for (let change = next(6) + 1; change > 0; change--) {
    const at = next(result.length + 1);
    const length = next(30);
    const piece = result.slice(at, at + length);
    switch (next(4)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + length);
        break;
      case 1:
        result = result.slice(0, at) + fragments[next(fragments.length)]! + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + piece + piece + result.slice(at + length);
        break;
      default: {
        const to = next(result.length + 1);
        result = result.slice(0, to) + piece + result.slice(to);
      }
    }
  }
  return result;
}

describe('damaged configurations', () => {
  for (const seed of [1, 20_261, 777_777]) {
    it(`are answered with diagnostics, never with an exception (seed ${seed})`, async () => {
      const next = generator(seed);
      const lookup = async () => ({ ok: false as const, code: 'ENOTFOUND' });
      for (let round = 0; round < 250; round++) {
        const text = damage(texts[next(texts.length)]!, next);
        const strict = next(2) === 1;
        const result = await loadConfigurationText(text, 'damaged.cfg', {
          env: {},
          lookup,
          strict,
          maxconnDefault: 100,
        });
        const alert = result.diagnostics.some((each) => each.severity === 'alert' && !each.harmless);
        expect(alert, text).toBe(result.model === undefined);
        for (const { span, message } of result.diagnostics) {
          expect(message).toMatch(/^config : /);
          if (span === undefined) continue;
          const line = result.sources[0]!.lines[span.line - 1];
          expect(line, `${message} in ${text}`).toBeDefined();
          expect(span.start).toBeLessThanOrEqual(span.end);
        }
        expect(formatDiagnostics(result, { pid: 1 })).not.toContain('undefined');
        if (result.model !== undefined) structuredClone(result.model);
      }
    });
  }
});
