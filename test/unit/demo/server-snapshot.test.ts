import { expect, test } from 'vitest';
import type { StatRow } from '../../../src/control/start-proxy.ts';
import { ServerWatch } from '../../../src/demo/server-snapshot.ts';

function row(fields: StatRow['fields']): StatRow {
  const usual = { pxname: 'be_service', svname: 'b', status: 'UP', check_status: 'L7OK', check_code: 200 };
  return {
    kind: 'server',
    fields: { ...usual, check_duration: 3, last_chk: '', scur: 1, stot: 2, bin: 30, bout: 400, ...fields },
  };
}

test('reads the columns', () => {
  const other = { kind: 'backend', fields: { pxname: 'be_service', svname: 'BACKEND' } } as const;
  expect(new ServerWatch().look([row({}), row({ pxname: 'stats' }), other])).toEqual([
    { name: 'b', state: 'up', code: 200, duration: 3, words: 'OK', sessions: 1, sessionsEver: 2, bytes: 430 },
  ]);
});

test('knows every state', () => {
  const state = (fields: StatRow['fields']) => new ServerWatch().look([row(fields)])[0]?.state;
  expect(state({ status: 'UP 1/2' })).toBe('failing');
  expect(state({ status: 'UP 1/2', check_status: 'INI' })).toBe('new');
  expect(state({ status: 'UP 1/2', check_status: '* INI' })).toBe('new');
  expect(state({ status: 'DOWN' })).toBe('down');
  expect(state({ status: 'DOWN 1/2' })).toBe('recovering');
  expect(state({ status: 'MAINT' })).toBe('maintenance');
  expect(state({ status: 'MAINT (via x/y)' })).toBe('maintenance');
  expect(state({ status: 'DRAIN 1/2' })).toBe('draining');
});

test('remembers the last check while the next one runs, and forgets it with maintenance', () => {
  const watch = new ServerWatch();
  const check = (...changes: StatRow['fields'][]) =>
    changes.map((fields) => watch.look([row(fields)])[0]!).map(({ code, duration, words }) => [code, duration, words]);
  const failed = { check_status: 'L7STS', check_code: 500, last_chk: 'Out\u001b[2J of\norder' };
  expect(check(failed, { check_status: '* L7STS', check_code: 0 })).toEqual([
    [500, 3, 'Out?[2J of?order'],
    [500, 3, 'Out?[2J of?order'],
  ]);
  const { check_status, check_code, check_duration, ...rest } = row({ status: 'MAINT' }).fields;
  expect([check_status, check_code, check_duration]).not.toContain(undefined);
  expect(watch.look([{ kind: 'server', fields: rest }])[0]).toMatchObject({ code: undefined, words: '' });
});
