/** What stands in an environment variable is a word, whatever it holds: both programs say the same of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../src/config/load.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('odd environment variables beside HAProxy');

const VALUES: Readonly<Record<string, string>> = {
  plain: 'plain',
  empty: '',
  'two lines': 'one\n  server t 127.0.0.1:2',
  'a line feed at its end': '127.0.0.1:1\n',
  'double quotes': 'a "quoted" text"',
  'a single quote': "it's",
  'a comment': 'a b # c',
  'a tab': 'tab\there',
  'a backslash at its end': 'zzz\\',
  'escapes of its own': '\\n\\x41\\"',
  'a name of another': '$HOME, $PATH',
};
const LINES: readonly string[] = [
  'server s "$HAPAX_TEST_VALUE"',
  'server s $HAPAX_TEST_VALUE',
  'server s "127.0.0.1:$HAPAX_TEST_VALUE"',
  'description "<$HAPAX_TEST_VALUE>"',
  'server "$HAPAX_TEST_VALUE" 127.0.0.1:1',
  'timeout check "$HAPAX_TEST_VALUE"',
  '"$HAPAX_TEST_VALUE"',
  '.notice "$HAPAX_TEST_VALUE"',
];
const fileWith = (line: string) => `defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
listen l
  bind 127.0.0.1:9001
  ${line}
`;

afterEach(() => {
  delete process.env.HAPAX_TEST_VALUE;
});

describe.skipIf(skipped)('a variable that holds', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-environment-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(Object.entries(VALUES))('%s', async (_name, value) => {
    process.env.HAPAX_TEST_VALUE = value;
    for (const line of LINES) {
      const text = fileWith(line);
      expect({ line, said: await hapaxMessages(text) }).toEqual({ line, said: await haproxyMessages(directory, text) });
    }
  });
});

it('keeps line feeds and quotes where a text may have them', async () => {
  process.env.HAPAX_TEST_VALUE = 'one\n"two"';
  const { model } = await loadConfigurationText(fileWith('description "<$HAPAX_TEST_VALUE>"'));
  expect(model?.proxies[0]?.description).toBe('<one\n"two">');
});
