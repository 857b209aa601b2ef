/** One check of a server outside the proxy: a program runs where the configuration says so, and an agent is asked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { askAgent, checkServer } from '../../../src/health/check-server.ts';
import { TlsSettings } from '../../../src/health/tls-settings.ts';
import { loadLines, modelOf } from '../../support/load-text.ts';
import { greet, plain, startScripted } from '../../support/scripted-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-check-server-'));
afterAll(() => rmSync(directory, { recursive: true }));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serverOf(lines: readonly string[], words: string) {
  const result = await loadLines([
    'global',
    'insecure-fork-wanted',
    'external-check',
    'defaults',
    'timeout check 20s',
    'timeout connect 20s',
    'backend b',
    ...lines,
    `server s 127.0.0.1:1 check ${words}`,
  ]);
  const proxy = modelOf(result).proxies[0]!;
  return { proxy, server: proxy.backend!.servers[0]! };
}

const script = (text: string) => {
  const path = join(directory, 'check.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return ['option external-check', `external-check command ${path}`];
};

it.each([
  ['[ "$3:$4 $HAPROXY_SERVER_NAME" = "127.0.0.1:1 s" ]', 'PROCOK', 0],
  ['exit 4', 'PROCERR', 4],
])('a program: %s', async (text, status, code) => {
  const target = await serverOf(script(text), '');
  expect(await checkServer({ ...target, tls: new TlsSettings() })).toMatchObject({ status, code });
});

it('a program ends with its signal', async () => {
  const target = await serverOf(script('sleep 60'), '');
  const control = new AbortController();
  const check = checkServer({ ...target, tls: new TlsSettings(), signal: control.signal });
  control.abort(new Error('enough'));
  await expect(check).rejects.toThrow('enough');
});

it('an agent, where there is one', async () => {
  const agent = await startScripted(plain(greet('drain 10%\n')));
  cleanups.push(() => agent.close());
  const asked = await askAgent(await serverOf([], `agent-check agent-port ${agent.port}`));
  expect(asked).toMatchObject({ status: 'CHECKED', orders: { state: 'drain', weight: '10%' } });
  expect(askAgent(await serverOf([], ''))).toBeUndefined();
});
