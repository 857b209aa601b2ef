/** What expressions know of servers where no proxy runs, as in a probe. */
import { describe, expect, it } from 'vitest';
import { CheckScope } from '../../../src/health/check-figures.ts';
import { loadBackend, proxyOf } from '../../support/load-text.ts';

describe('figures of a check outside a proxy', () => {
  const lines = [
    'server up 127.0.0.1:1 check',
    'server off 127.0.0.1:2 disabled',
    'server late 127.0.0.1:3 check init-state fully-down',
    'server lost nowhere.example:4 init-addr none',
  ];

  it.each([
    ['up', true],
    ['b/up', true],
    ['off', false],
    ['late', false],
    ['lost', false],
    ['none', undefined],
    ['other/up', undefined],
  ])('%s is up at the start: %s', async (name, expected) => {
    const scope = new CheckScope(proxyOf(await loadBackend(lines), 'b'));
    expect(scope.server(name)?.isUp()).toBe(expected);
  });
});
