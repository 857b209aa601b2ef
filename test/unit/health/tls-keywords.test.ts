/** Every word about the TLS of checks, over real handshakes; test/parity holds the same table against HAProxy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { tlsKeywordCases } from '../../support/tls-keyword-cases.ts';
import { startTlsServer } from '../../support/tls-server.ts';
import { check, closeAll, closing } from './real-checks.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-tls-keywords-'));
const cases = tlsKeywordCases(directory);

afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true }));

it.each(cases.map((each) => [each.name, each] as const))(
  '%s',
  async (_name, { server, words, rules, global, ...expected }) => {
    const tls = await startTlsServer(server);
    closing.push(() => tls.close());
    const filled = (lines: readonly string[]) => lines.join('\n  ').replaceAll('$DIR', directory);
    const { result } = await check({
      address: `127.0.0.1:${tls.port}`,
      server: filled([words]),
      rules: filled(['option httpchk GET /', ...(rules ?? [])]),
      global: filled(global ?? []),
      inter: '20s',
    });
    expect(result).toBe(expected.result);
    if (expected.seen !== undefined) expect(tls.handshakes[0]).toMatchObject(expected.seen);
  },
);
