import { describe, expect, it } from 'vitest';
import { globalTable, proxyTable } from '../../../src/config/keywords/index.ts';
import { sectionNames } from '../../../src/config/sections.ts';
import { suggest } from '../../../src/config/suggest.ts';

const backend = [
  ...new Set(
    proxyTable.definitions.filter((each) => each.sections.includes('backend')).map((each) => each.name.split(' ')[0]!),
  ),
  ...sectionNames,
];
const global = [...new Set(globalTable.definitions.map((each) => each.name.split(' ')[0]!)), ...sectionNames];
const options = proxyTable.byFirstWord
  .get('option')!
  .map((each) => each.words[1])
  .filter((each) => each !== undefined);

describe('did you mean', () => {
  const near: readonly (readonly [word: string, among: readonly string[], expected: string])[] = [
    ['servr', backend, 'server'],
    ['SERVER', backend, 'server'],
    ['srver', backend, 'server'],
    ['balanced', backend, 'balance'],
    ['http_check', backend, 'http-check'],
    ['retrys', backend, 'retries'],
    ['retry', backend, 'retry-on'],
    ['timeot', backend, 'timeout'],
    ['listen_on', backend, 'listen'],
    ['moed', backend, 'mode'],
    ['acls', backend, 'acl'],
    ['maxcon', global, 'maxconn'],
    ['deamon', global, 'daemon'],
    ['grp', global, 'group'],
    ['pid', global, 'uid'],
    ['ca_base', global, 'ca-base'],
    ['htpchk', options, 'httpchk'],
    ['tcp-log', options, 'tcplog'],
    ['dontlog', options, 'dontlognull'],
    ['forward-for', options, 'forwardfor'],
    ['sslhello', options, 'ssl-hello-chk'],
  ];
  for (const [word, among, expected] of near) {
    it(`${word}: ${expected}`, () => expect(suggest(word, among)).toBe(expected));
  }

  for (const word of ['a', 'xx', 'zzzzzzzzzz', 'desc', '']) {
    it(`${JSON.stringify(word)}: nothing`, () => expect(suggest(word, backend)).toBeUndefined());
  }
  for (const word of ['statssocket', 'stats-socket', 'socket', 'tune.foo']) {
    it(`${word} in global: nothing`, () => expect(suggest(word, global)).toBeUndefined());
  }
});
