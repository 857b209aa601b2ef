/** Lines of `bind`, `server` and checks, mostly wrong: the same messages from HAProxy and from hapax's reader. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverInventedParameters } from '../../src/config/keywords/server-invented-parameters.ts';
import { createAuthority } from '../support/certificates.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { CHECK_RULE_LINES } from './check-rule-lines.ts';
import { BACKEND_LINES, BIND_LINES } from './config-lines.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('lines of bind, server and checks beside HAProxy');

const HEAD = [
  'defaults',
  'timeout connect 1s',
  'timeout client 1s',
  'timeout server 1s',
  'mode tcp',
  'frontend f',
  'bind 127.0.0.1:9001',
  'default_backend b',
  'backend b',
];

const directory = mkdtempSync(join(tmpdir(), 'hapax-lines-'));

function textOf(line: string, before: readonly string[]): string {
  return `${[...HEAD, ...before, ...line.replaceAll('$DIR', directory).split(' ;; ')].join('\n')}\n`;
}

describe.skipIf(skipped)('lines beside HAProxy', () => {
  beforeAll(() => {
    mkdirSync(join(directory, 'dir'));
    const { cert } = createAuthority();
    const cut = `${cert}${cert.slice(0, 200)}`;
    const files = { 'k.pem': 'a key\n', 'empty.pem': '', 'whole.pem': `text\n${cert}text\n`, 'cut.pem': cut };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([...BACKEND_LINES, ...CHECK_RULE_LINES])('%s', async (line) => {
    const text = textOf(line, []);
    expect(await hapaxMessages(text)).toEqual(await haproxyMessages(directory, text));
  });

  // Without --strict hapax takes what is plain of these; with it the verdict is HAProxy's.
  const invented = serverInventedParameters.flatMap(({ examples }) => [
    ...(examples.ok ?? []),
    ...(examples.bad ?? []),
  ]);
  it.each(invented)('server s 127.0.0.1:80 %s', async (words) => {
    const text = textOf(`server s 127.0.0.1:80 ${words}`, []);
    // What else may have been meant is a guess of each program's own.
    const plain = (messages: readonly string[]) => messages.map((each) => each.replace(/(; did you mean.*|\.)$/, ''));
    const messages = await haproxyMessages(directory, text);
    expect(messages.join()).toContain('unknown keyword');
    expect(plain(await hapaxMessages(text))).toEqual(plain(messages));
  });

  it.each(BIND_LINES)('%s', async (line) => {
    const text = textOf(line, ['frontend g']);
    expect(await hapaxMessages(text)).toEqual(await haproxyMessages(directory, text));
  });
});
