/** Expressions: the same messages from HAProxy and from hapax's reader. What hapax knows and does not run yet is left out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { ACL_LINES, CONDITION_LINES, FORMAT_LINES, RULE_LINES } from './expression-lines.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('expressions beside HAProxy');
const directory = mkdtempSync(join(tmpdir(), 'hapax-expressions-'));
const TIMEOUTS = ['timeout client 1s', 'timeout server 1s', 'timeout connect 1s'];

function textOf(line: string, mode: string, section: string): string {
  const head = ['defaults', `mode ${mode}`, ...TIMEOUTS];
  const own =
    section === 'backend'
      ? ['frontend f', 'bind 127.0.0.1:9001', 'default_backend l', 'backend l']
      : [`${section} l`, 'bind 127.0.0.1:9001'];
  return `${[...head, ...own, ...line.split(' ;; '), 'backend b'].join('\n')}\n`;
}

const supported = (messages: readonly string[]) =>
  messages.filter((message) => !/is not supported yet by hapax/.test(message));

async function compare(line: string, mode: string, section: string): Promise<void> {
  const text = textOf(line, mode, section);
  expect(supported(await hapaxMessages(text)), `${section} in mode ${mode}`).toEqual(
    await haproxyMessages(directory, text),
  );
}

describe.skipIf(skipped)('expressions beside HAProxy', () => {
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([...ACL_LINES, ...CONDITION_LINES])('%s', (line) => compare(line, 'tcp', 'listen'));

  it.each(RULE_LINES)('%s', (line) => compare(line, 'tcp', 'listen'));

  it.each(FORMAT_LINES)('%s', async (line) => {
    await compare(line, 'tcp', 'listen');
    await compare(line, 'http', 'listen');
  });

  it.each([
    'tcp-response content reject',
    'tcp-response inspect-delay 5s',
    'tcp-request session accept',
    'tcp-request connection foo',
    'tcp-request content accept if { res.len 1 }',
    'use-server s if TRUE',
    'use_backend b if x',
    'log-format %ci',
    'acl y res.len 1 ;; tcp-request content accept if y',
  ])('%s, in a frontend and in a backend', async (line) => {
    await compare(line, 'tcp', 'frontend');
    await compare(line, 'tcp', 'backend');
  });
});
