/** Every keyword of HAProxy 3.4 is known: done, without effect for a reason, or not supported yet; never "unknown". */
import { describe, expect, it } from 'vitest';
import type { KeywordDefinition } from '../../../src/config/keyword.ts';
import { bindTable, serverTable } from '../../../src/config/keywords/index.ts';
import {
  BIND_PARAMETERS,
  GLOBAL_LINES,
  type ParameterName,
  PROXY_LINES,
  SERVER_PARAMETERS,
} from '../../fixtures/keywords-of-haproxy-3.4.ts';
import { loadBackend, loadLines } from '../../support/load-text.ts';

/** Parameters whose words are told by what follows. */
const OF_ITS_OWN = new Set(['source', 'usesrc', 'set-proxy-v2-tlv-fmt']);

type Definition = Pick<KeywordDefinition<never>, 'name' | 'takes' | 'support'>;

function missing(table: { readonly definitions: readonly Definition[] }, wanted: readonly ParameterName[]) {
  const found = new Map(table.definitions.map((definition) => [definition.name, definition]));
  return wanted.flatMap(({ name, words }) => {
    const definition = found.get(name);
    if (definition === undefined) return [`${name} is unknown`];
    if (OF_ITS_OWN.has(name) || (definition.takes ?? 0) === words) return [];
    return [`${name} takes ${definition.takes}, not ${words}`];
  });
}

/** "unknown keyword", "unknown option", "only supports ... (got 'x')"; not where only the argument is missing. */
const unknown = (diagnostics: readonly { readonly message: string }[]) =>
  diagnostics
    .map(({ message }) => message)
    .filter((text) => /unknown (?:keyword|option)|only supports.*got '[^']/.test(text));

describe('keywords of HAProxy 3.4', () => {
  it('has lists worth walking', () => {
    const lengths = [BIND_PARAMETERS, SERVER_PARAMETERS, GLOBAL_LINES, PROXY_LINES].map((list) => list.length);
    expect(lengths).toEqual(lengths.map((length) => Math.max(length, 70)));
  });

  it('bind parameters are known, with the words they take', () => {
    expect(missing(bindTable, BIND_PARAMETERS)).toEqual([]);
  });

  it('server parameters are known, with the words they take', () => {
    expect(missing(serverTable, SERVER_PARAMETERS)).toEqual([]);
  });

  it.each([false, true])('server lines never have an unknown word (strict: %s)', async (strict) => {
    for (const { name, words } of SERVER_PARAMETERS) {
      const text = name === 'set-proxy-v2-tlv-fmt' ? `${name}(0x20) %[src]` : `${name}${' 1'.repeat(words)}`;
      for (const line of [`server s 127.0.0.1:80 ${text}`, `default-server ${text}`]) {
        expect(unknown((await loadBackend([line], { strict })).diagnostics), line).toEqual([]);
      }
    }
    const other = await loadBackend(['server s 127.0.0.1:80 weight(5)']);
    expect(unknown(other.diagnostics)).toHaveLength(1);
  });

  it('lines of global are known', async () => {
    for (const line of GLOBAL_LINES) {
      const { diagnostics } = await loadLines(['global', line, 'listen l', 'bind :80']);
      expect(unknown(diagnostics), line).toEqual([]);
    }
  });

  it.each(['tcp', 'http'])('lines of proxies are known in mode %s', async (mode) => {
    for (const line of PROXY_LINES) {
      const text = line.replace(/\*$/, '(a)');
      const { diagnostics } = await loadLines(['listen l', `mode ${mode}`, 'bind :80', text]);
      expect(unknown(diagnostics), text).toEqual([]);
    }
  });
});
