/** docs/diagnostics.md: every code of the source is on it, and its examples bring them about. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';

const page = readFileSync(new URL('../../../docs/diagnostics.md', import.meta.url), 'utf8');

interface Entry {
  readonly code: string;
  readonly text: string;
}

const entries: readonly Entry[] = page
  .split(/^## /m)
  .slice(1)
  .map((part) => ({ code: part.slice(0, part.indexOf('\n')), text: part }));

/** Codes of what cannot stand on a page: files that are not there, or are too long. */
const WITHOUT_EXAMPLE = [
  'file-too-large',
  'invalid-utf8',
  'line-too-long',
  'no-configuration',
  'too-many-errors',
  'too-many-words',
  'unreadable-file',
];

function exampleOf({ text }: Entry): string | undefined {
  const found = /```haproxy\n([\s\S]*?)\n```/.exec(text)?.[1];
  if (found === undefined) return undefined;
  const marked = text.includes('With a byte order mark')
    ? `\ufeff${found}`
    : found.replace('NUL', '\0').replace('CR', '\r');
  return text.includes('Without a newline') ? marked : `${marked}\n`;
}

async function codesOf(text: string, target?: '2.6', notes = false): Promise<readonly string[]> {
  const { diagnostics } = await loadConfigurationText(text, 'example.cfg', {
    ...(target === undefined ? {} : { target }),
    notes,
    env: { HOME: '/root' },
    lookup: async () => ({ ok: false, code: 'ENOTFOUND' }),
  });
  return diagnostics.map(({ code }) => code);
}

/** The codes in the source, read off the ways they are written there. */
function sourceCodes(): ReadonlySet<string> {
  const root = new URL('../../../src/config/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const codes = new Set<string>();
  for (const file of files) {
    const source = readFileSync(new URL(file, root), 'utf8');
    const patterns = [
      /\bcode: '([a-z-]+)'/g,
      /\b(?:problem|warn|alert)\(\s*'([a-z]+(?:-[a-z]+)+)',/g,
      /\breportRaw\(\s*context,\s*'([a-z-]+)'/g,
      /\bcode: .*\? '([a-z-]+)' : '[a-z-]+'/g,
      /\bcode: .*\? '[a-z-]+' : '([a-z-]+)'/g,
    ];
    for (const pattern of patterns) for (const [, code] of source.matchAll(pattern)) codes.add(code!);
  }
  return codes;
}

describe('docs/diagnostics.md', () => {
  it('has every code once, in order', () => {
    const codes = entries.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect([...sourceCodes()].filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('has an example of each but those that cannot have one', () => {
    const without = entries.filter((entry) => exampleOf(entry) === undefined).map(({ code }) => code);
    expect(without).toEqual(WITHOUT_EXAMPLE);
  });

  it.each(entries.filter((entry) => exampleOf(entry) !== undefined))(
    '$code is what its example brings',
    async (entry) => {
      const target = entry.text.includes('`--target 2.6`') ? '2.6' : undefined;
      expect(await codesOf(exampleOf(entry)!, target, entry.text.includes('With `-V`'))).toContain(entry.code);
    },
  );

  it.each([
    ['line-too-long', `global\n# ${'x'.repeat(1_100_000)}\n`],
    ['too-many-words', `global\n description${' a'.repeat(70)}\n`],
    ['too-many-errors', `global\n${' nonsense\n'.repeat(60)}`],
  ])('%s comes of long files', async (code, text) => {
    expect(await codesOf(text)).toContain(code);
  });
});
