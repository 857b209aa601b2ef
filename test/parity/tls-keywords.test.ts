/** The table of words about the TLS of checks, held against HAProxy; test/unit/health holds it against hapax. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { type TlsKeywordCase, tlsKeywordCases } from '../support/tls-keyword-cases.ts';
import { startTlsServer } from '../support/tls-server.ts';
import { waitFor } from '../support/wait.ts';

const skipped = skipWithoutHaproxy('words about TLS beside HAProxy');

describe.skipIf(skipped)('words about TLS, in HAProxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-tls-parity-'));
  const cases = tlsKeywordCases(directory).filter(({ recent }) => recent !== true);
  afterAll(() => rmSync(directory, { recursive: true }));
  const name = (index: number) => `case${index}`;

  /** Runs all cases with the same `global` in one process, and says what came of them. */
  async function run(chosen: readonly TlsKeywordCase[]) {
    const servers = await Promise.all(chosen.map(({ server }) => startTlsServer(server)));
    const global = chosen[0]!.global ?? [];
    const config = [
      'global',
      '  stats socket $HERE/stats.sock level admin',
      '  max-spread-checks 500ms',
      ...global,
      'defaults',
      '  mode tcp',
      '  timeout connect 20s',
      '  timeout client 20s',
      '  timeout server 20s',
      ...chosen.flatMap(({ words, rules = [] }, index) => [
        `backend ${name(index)}`,
        '  option httpchk GET /',
        ...rules,
        `  server s 127.0.0.1:${servers[index]!.port} check inter 20s ${words}`,
      ]),
    ];
    const text = `${config.join('\n').replaceAll('$DIR', directory).replaceAll('$HERE', '$DIR')}\n`;
    const proxy = await startProxy('haproxy', { config: text });
    try {
      const rows = await waitFor('every first check', async () => {
        const all = await showStat(proxy.statsSocket);
        const mine = chosen.map((_, index) => rowOf(all, name(index), 's'));
        return mine.every(({ check_status }) => /^L\d|SOCKERR/.test(check_status!)) && mine;
      });
      return rows.map(({ check_status, check_code, last_chk }, index) => ({
        result: `${check_status}/${check_code} '${last_chk!.replace(/ \(Connection reset by peer\)$/, '')}'`,
        seen: servers[index]!.handshakes[0],
      }));
    } finally {
      await proxy.stop();
      await Promise.all(servers.map((server) => server.close()));
    }
  }

  const groups = group(cases);

  it.each([...groups.keys()])('with "%s" in global', async (key) => {
    const chosen = groups.get(key)!;
    const found = await run(chosen);
    const shown = chosen.map(({ name: title }, index) => `${title}: ${found[index]!.result}`);
    expect(shown).toEqual(chosen.map(({ name: title, result }) => `${title}: ${result}`));
    for (const [index, { seen }] of chosen.entries())
      if (seen !== undefined) expect(found[index]!.seen).toMatchObject(seen);
  });
});

function group(cases: readonly TlsKeywordCase[]): Map<string, TlsKeywordCase[]> {
  const groups = new Map<string, TlsKeywordCase[]>();
  for (const each of cases) {
    const key = each.global?.join() ?? '';
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}
