import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderKeywordPage } from '../../../src/config/keyword-page.ts';

const page = new URL('../../../docs/keywords.md', import.meta.url);

it('docs/keywords.md says what the tables say (npm run docs writes it)', () => {
  const rendered = renderKeywordPage();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(page, rendered);
  expect(readFileSync(page, 'utf8')).toBe(rendered);
});
