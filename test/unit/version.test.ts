import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HAPAX_VERSION } from '../../src/version.ts';

it("is package.json's", () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(HAPAX_VERSION).toBe((JSON.parse(text) as { version: string }).version);
});
