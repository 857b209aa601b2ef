/** What is answered to names that lead nowhere. */
import { expect, test } from 'vitest';
import { findServer } from '../../../src/probe/find-server.ts';
import { loadLines, modelOf } from '../../support/load-text.ts';

const MODEL = modelOf(
  await loadLines([
    'defaults',
    'mode tcp',
    'timeout connect 1s',
    'timeout client 1s',
    'timeout server 1s',
    'frontend front',
    'bind 127.0.0.1:9001',
    'default_backend db',
    'backend db',
    'server one 127.0.0.1:1',
    'server two 127.0.0.1:2',
    'backend web',
    'server two 127.0.0.1:3',
    'server-template t 2 127.0.0.1:4',
    'backend none',
  ]),
);
const DB = '  db/one\n  db/two';
const WEB = '  web/two\n  web/t1\n  web/t2';

test.each([
  ['db/on', `backend 'db' has no server of that name: 'db/on'; did you mean 'db/one'?\nServers:\n${DB}`],
  ['db/', `backend 'db' has no server of that name: 'db/'\nServers:\n${DB}`],
  ['bd/one', `there is no server 'bd/one'; did you mean 'db/one'?\nServers:\n${DB}\n${WEB}`],
  ['db', `'db' is a backend; name one of its servers\nServers:\n${DB}`],
  ['none', "'none' is a backend; it has no servers"],
  ['front', `'front' is a frontend; servers stand in backends\nServers:\n${DB}\n${WEB}`],
  ['one', `'one' is a server; name its backend too; did you mean 'db/one'?\nServers:\n  db/one`],
  ['two', `'two' is a server; name its backend too\nServers:\n  db/two\n  web/two`],
  ['web/t', `backend 'web' has no server of that name: 'web/t'; did you mean 'web/t1'?\nServers:\n${WEB}`],
  ['', `there is no server ''\nServers:\n${DB}\n${WEB}`],
])('%j', (name, problem) => {
  expect(findServer(MODEL, name)).toEqual({ ok: false, problem });
});

test('a name that is one', () => {
  expect(findServer(MODEL, 'web/t2')).toMatchObject({ ok: true, proxy: { name: 'web' }, server: { name: 't2' } });
});
