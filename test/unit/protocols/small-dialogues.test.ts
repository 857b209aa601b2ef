/** The fixed dialogues. Bytes and results were observed on HAProxy 2.6. */
import { describe, expect, it } from 'vitest';
import { LdapCheck } from '../../../src/protocols/ldap-check.ts';
import { MysqlCheck } from '../../../src/protocols/mysql-check.ts';
import { PgsqlCheck } from '../../../src/protocols/pgsql-check.ts';
import { RedisCheck } from '../../../src/protocols/redis-check.ts';
import { SmtpCheck } from '../../../src/protocols/smtp-check.ts';
import { SslHelloCheck } from '../../../src/protocols/ssl-hello-check.ts';
import { END, type ServerAct, talk, talkInEveryWay } from './talk.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const sentHex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

describe('redis-check', () => {
  const make = () => new RedisCheck();
  it.each([
    [['+PONG\r\n'], "L7OK/0 'Redis server is ok'"],
    [['x+PONG\r\nmore'], "L7OK/0 'Redis server is ok'"],
    [['+PONG\n'], 'waits'],
    [['-ERR nope\r\n'], 'waits'],
    [['-ERR nope\r\n', END], "L7STS/0 '-ERR nope'"],
    [['+PO', END], "L7STS/0 '+PO'"],
    [[END], "L7STS/0 'TCPCHK got an empty response at step 2'"],
  ] as const)('%j: %s', (acts, expected) => {
    expect(talkInEveryWay(make, acts)).toEqual({ result: expected, sent: '*1\r\n$4\r\nPING\r\n' });
  });
});

describe('smtpchk', () => {
  const make = () => new SmtpCheck('HELO localhost');
  it.each([
    [['220 hi\r\n', '250 me\r\n', '221 bye\r\n'], "L7OK/221 'bye'", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '250-me\r\n'], 'waits', 'HELO localhost\r\n'],
    [
      ['220 hi\r\n', '250-me\r\n', '250-and\r\n250 more\r\n', '221 bye\r\n'],
      "L7OK/221 'bye'",
      'HELO localhost\r\nQUIT\r\n',
    ],
    [['220 hi\r\n', '250-me\r\n502 no\r\n', END], "L7STS/250 'me'", 'HELO localhost\r\n'],
    [['220 hi\n', '250 ok\n', '221 bye\n'], "L7OK/221 'bye'", 'HELO localhost\r\nQUIT\r\n'],
    [['220\r\n', '250\r\n', '221\r\n'], "L7OK/221 ''", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '250 me\r\n'], 'waits', 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '250 me\r\n', '500 bye\r\n'], "L7STS/500 'bye'", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '502 no cmd\r\n'], 'waits', 'HELO localhost\r\n'],
    [['220 hi\r\n', '502 no cmd\r\n', END], "L7STS/502 'no cmd'", 'HELO localhost\r\n'],
    [['220 hi\r\n', 'what\r\n', END], "L7STS/0 ''", 'HELO localhost\r\n'],
    [['220 hi\r\n', '250-me\n250 more\r\n'], 'waits', 'HELO localhost\r\n'],
    [['220 hi\r\n', '250 me\r\n', '22 bye\r\n'], "L7STS/22 'ye'", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '250 me\r\n', '2211 b\r\n'], "L7STS/221 'b'", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', '250 me\r\n', '\n221 bye\r\n'], "L7STS/0 'bye'", 'HELO localhost\r\nQUIT\r\n'],
    [['220 hi\r\n', END], "L7STS/0 'TCPCHK got an empty response at step 5'", 'HELO localhost\r\n'],
    [
      ['220 hi\r\n', '250 k\r\n', END],
      "L7STS/0 'TCPCHK got an empty response at step 7'",
      'HELO localhost\r\nQUIT\r\n',
    ],
    [[END], "L7RSP/ 'TCPCHK got an empty response at step 2'", ''],
  ] as const)('%j: %s', (acts, expected, sent) => {
    // A line is cut in the middle of a server's turn only where the rest of it would not be the next turn.
    expect(talk(make(), acts)).toEqual({ result: expected, sent });
  });

  it.each([
    ['554 no\r\n', "L7STS/554 'no'"],
    ['421 busy\r\n', "L7STS/421 'busy'"],
    ['hello\r\n', "L7RSP/ 'hello'"],
    ['22\r\n', "L7RSP/ '22'"],
    ['220-hi\r\n', "L7RSP/ '220-hi'"],
  ])('banner %j: %s', (banner, expected) => {
    expect(talk(make(), [banner])).toEqual({ result: expected, sent: '' });
  });

  it('puts a banner together that comes in pieces', () => {
    const outcome = talk(make(), ['22', '0 hi\r\n', '2', '50 ok\r\n', '2', '21 bye\r\n']);
    expect(outcome).toEqual({ result: "L7OK/221 'bye'", sent: 'HELO localhost\r\nQUIT\r\n' });
  });
});

describe('pgsql-check', () => {
  const make = () => new PgsqlCheck('user12');
  it.each([
    [[hex('520000000800000000')], "L7OK/0 'PostgreSQL server is ok'"],
    [[hex('520000000c00000005aabbccdd')], "L7OK/0 'PostgreSQL server is ok'"],
    [[Buffer.from('E\0\0\0\x1eSFATAL\0C28000\0Mno such user\0\0')], "L7RSP/ 'FATAL'"],
    [['R'], 'waits'],
    [['xxxxxxxx'], 'waits'],
    [['xxxxxxxxx'], "L7STS/0 'PostgreSQL unknown error'"],
    [['hello', END], "L7STS/0 'PostgreSQL unknown error'"],
    [[hex('520000000800000001')], "L7STS/0 'PostgreSQL unknown error'"],
    [[hex('520000010000000000')], "L7STS/0 'PostgreSQL unknown error'"],
    [['E', END], "L7RSP/ ''"],
    [[END], "L7RSP/ 'TCPCHK got an empty response at step 3'"],
  ] as [ServerAct[], string][])('%j: %s', (acts, expected) => {
    // An error is judged by what of it has come, so only its beginning is cut.
    const outcome = expected.includes('FATAL') ? talk(make(), acts) : talkInEveryWay(make, acts);
    expect(outcome.result).toBe(expected);
    expect(sentHex(outcome.sent)).toBe('000000150003000075736572007573657231320000');
  });
});

it('judges what came before a reset, if anything did', () => {
  const redis = new RedisCheck();
  expect(talk(redis, []).result).toBe('waits');
  expect(redis.reset()).toEqual({});
  redis.received(Buffer.from('-ERR x\r\n'));
  expect(redis.reset()).toEqual({ verdict: { status: 'L7STS', code: 0, text: '-ERR x' } });
});

it.each([
  [() => new PgsqlCheck('u'), 'E\0\0', "L7RSP/ ''"],
  [() => new PgsqlCheck('u'), 'R\0x\0\x08\0\0\0\0', "L7STS/0 'PostgreSQL unknown error'"],
  [() => new LdapCheck(), '0\x0c\x03', "L7RSP/ ''"],
  [() => new LdapCheck(), '0\x82\0\x0c\x02\x01\x01a\x07\x0a\x01\0\x04\0', "L7RSP/ ''"],
  [() => new SslHelloCheck(0), '\x16\x03', "L6OK/ ''"],
])('%# %j and an end: %s', (make, answer, expected) => {
  expect(talk(make(), [Buffer.from(answer, 'latin1'), END]).result).toBe(expected);
});

describe('ldap-check', () => {
  const make = () => new LdapCheck();
  const wrong = "L7RSP/ 'Not LDAPv3 protocol'";
  it.each([
    ['300c02010161070a010004000400', "L7OK/0 'Success'"],
    ['300c02010161070a013104000400', "L7STS/49 'See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9'"],
    ['308400000010020101618400000007 0a010004000400'.replace(' ', ''), "L7OK/0 'Success'"],
    ['300c02010163070a010004000400', wrong],
    ['300c02010261070a010004000400', wrong],
    ['300c02010161070b010004000400', wrong],
    ['300c020101', 'waits'],
    // More is announced than has come.
    ['300f020101610a0a0100040004036162', 'waits'],
    ['300f020101610a0a010004000403616263', "L7OK/0 'Success'"],
    ['3084000000100201016184000000070a0100040004', 'waits'],
    ['307f02010161070a010004000400', 'waits'],
    // Less is announced.
    ['300502010161070a010004000400', "L7OK/0 'Success'"],
  ])('%s: %s', (answer, expected) => {
    const outcome = talkInEveryWay(make, [hex(answer)]);
    expect(outcome.result).toBe(expected);
    expect(sentHex(outcome.sent)).toBe('300c020101600702010304008000');
  });

  it('tells garbage and an early end apart', () => {
    expect(talkInEveryWay(make, ['hello there this']).result).toBe(wrong);
    expect(talkInEveryWay(make, ['hello', END]).result).toBe(wrong);
    expect(talkInEveryWay(make, ['0', END]).result).toBe("L7RSP/ ''");
    const cut = hex('300f020101610a0a0100040004036162');
    expect(talkInEveryWay(make, [cut, END]).result).toBe("L7RSP/ ''");
    expect(talkInEveryWay(make, [END]).result).toBe("L7RSP/ 'TCPCHK got an empty response at step 2'");
  });
});

describe('mysql-check', () => {
  const packet = (sequence: number, payload: string) =>
    Buffer.concat([Buffer.of(payload.length & 255, payload.length >> 8, 0, sequence), Buffer.from(payload, 'latin1')]);
  const greeting = packet(0, '\x0a5.7.1\x00abcdefgh');
  const refusal = '\xff\x10\x04Too many connections';

  it.each([
    [[greeting, packet(2, '\x00\x00\x00\x02')], "L7OK/0 '5.7.1'"],
    [[greeting, packet(2, '\xfe')], "L7OK/0 '5.7.1'"],
    [[greeting, packet(2, '\xff\x15\x04#28000Access denied')], "L7STS/1045 '#28000Access denied'"],
    [[packet(0, refusal)], "L7STS/1040 'Too many connections'"],
    [[greeting], 'waits'],
    [['hello\r\n'], 'waits'],
    [['hello\r\n', END], "L7RSP/ ''"],
    [[greeting, END], "L7RSP/ ''"],
    [[END], "L7RSP/ 'TCPCHK got an empty response at step 3'"],
  ] as [ServerAct[], string][])('with a user %j: %s', (acts, expected) => {
    expect(talkInEveryWay(() => new MysqlCheck({ user: 'user12', version: 'post-41' }), acts).result).toBe(expected);
  });

  it.each([
    [[greeting], "L7OK/0 '5.7.1'"],
    [['\x00\x00\x00\x00'], "L7OK/0 ''"],
    [['\x01\x00\x00\x00'], 'waits'],
    [[packet(0, refusal)], "L7STS/1040 'Too many connections'"],
    [[END], "L7RSP/ 'TCPCHK got an empty response at step 2'"],
  ] as [ServerAct[], string][])('without a user %j: %s', (acts, expected) => {
    const outcome = talkInEveryWay(() => new MysqlCheck({ version: 'post-41' }), acts);
    expect(outcome).toEqual({ result: expected, sent: '' });
  });

  it('logs in before and after version 4.1, and quits', () => {
    const sent = (version: 'pre-41' | 'post-41') => sentHex(talk(new MysqlCheck({ user: 'user12', version }), []).sent);
    expect(sent('pre-41')).toBe('0d000001008000000175736572313200000100000001');
    expect(sent('post-41')).toBe(`28000001008200000080000121${'00'.repeat(23)}75736572313200000100000001`);
  });
});

describe('ssl-hello-chk', () => {
  const make = () => new SslHelloCheck(0x6b011e0c * 1000);
  it.each([
    [[hex('15030100020228')], "L6OK/ ''"],
    [[hex('1603030050')], "L6OK/ ''"],
    [['hello'], "L6RSP/ ''"],
    [['hell'], 'waits'],
    [['hell', END], "L6RSP/ ''"],
    [[hex('16'), END], "L6OK/ ''"],
    [[END], "L6RSP/ 'TCPCHK got an empty response at step 2'"],
  ] as [ServerAct[], string][])('%j: %s', (acts, expected) => {
    expect(talkInEveryWay(make, acts).result).toBe(expected);
  });

  it('says hello as SSLv3 does', () => {
    expect(sentHex(talk(make(), []).sent)).toBe(
      '16030000790100007503006b011e0c484150524f585953534c43484b0a484150524f585953534c43484b0a00004e' +
        '000100020003000400050006000700080009000a000b000c000d000e000f0010001100120013001400150016001700180019001a001b' +
        '002f0030003100320033003400350036003700380039003a0100',
    );
    expect(make().silence).toBe('L6TOUT');
  });
});
