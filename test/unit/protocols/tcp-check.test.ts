/** tcp-check rules against servers that answer, hang and close. Observed on HAProxy 2.6 with the same rules. */
import { describe, expect, it } from 'vitest';
import { TcpCheck } from '../../../src/protocols/tcp-check.ts';
import { compileTcpCheck, type TcpCheckSource } from '../../../src/protocols/tcp-check-steps.ts';
import { END, type ServerAct, talk, talkInEveryWay } from './talk.ts';

type Expect = Extract<TcpCheckSource, { kind: 'expect' }>;

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const expectString = (text: string, more: Partial<Expect> = {}): Expect => {
  return { kind: 'expect', negate: false, type: 'string', pattern: base64(text), text, ...more };
};
const regex = (type: 'rstring' | 'rbinary', pattern: string, more: Partial<Expect> = {}): Expect => {
  return { kind: 'expect', negate: false, type, pattern, text: pattern, ...more };
};
const binary = (bytes: string, more: Partial<Expect> = {}): Expect => {
  return { kind: 'expect', negate: false, type: 'binary', pattern: base64(bytes), text: 'hex', ...more };
};
const send = (text: string): TcpCheckSource => ({ kind: 'send', data: base64(text), binary: false });
const connect = (port?: number): TcpCheckSource => ({ kind: 'connect', ssl: false, ...(port && { port }) });
const comment = (text: string): TcpCheckSource => ({ kind: 'comment', comment: text });

const check = (rules: readonly TcpCheckSource[]) => () => new TcpCheck(compileTcpCheck(rules));
const result = (rules: readonly TcpCheckSource[], acts: readonly ServerAct[]) =>
  talkInEveryWay(check(rules), acts).result;
const PASSED = "L7OK/0 '(tcp-check)'";

describe('expect', () => {
  it.each([
    [[expectString('PONG')], ['xxPONGyy'], PASSED],
    [[expectString('PONG')], ['PON'], 'waits'],
    [[expectString('PONG')], ['PON', END], "L7RSP/ 'TCPCHK did not match content 'PONG' at step 1'"],
    [[expectString('PONG')], [END], "L7RSP/ 'TCPCHK got an empty response at step 1'"],
    [[expectString('X', { comment: 'cc' })], [END], "L7RSP/ 'TCPCHK got an empty response at step 1 comment: 'cc''"],
    [
      [expectString('X', { comment: 'cc' })],
      ['hello', END],
      "L7RSP/ 'TCPCHK did not match content 'X' at step 1 comment: cc'",
    ],
    [[expectString('ERR', { negate: true })], ['ERR'], "L7RSP/ 'TCPCHK matched unwanted content 'ERR' at step 1'"],
    [[expectString('ERR', { negate: true })], ['OKAY'], 'waits'],
    [[expectString('ERR', { negate: true })], ['OKAY', END], PASSED],
    [[expectString('AB', { minRecv: 5 })], ['ABC'], 'waits'],
    [[regex('rstring', '^SSH')], ['SSH-2'], PASSED],
    [[regex('rstring', '^SSH')], ['hello', END], "L7RSP/ 'TCPCHK did not match content (regex) at step 1'"],
    [[binary('\x00\xff')], ['a\x00\xffb'], PASSED],
    [[binary('\x00\xff')], ['hello', END], "L7RSP/ 'TCPCHK did not match content (binary) at step 1'"],
    [[regex('rbinary', '^68656C')], ['hello'], PASSED],
    [[regex('rbinary', '^00FF')], ['hello', END], "L7RSP/ 'TCPCHK did not match content (binary regex) at step 1'"],
    [[expectString('a\r\nb')], ['hello', END], "L7RSP/ 'TCPCHK did not match content 'a\\r\\nb' at step 1'"],
  ] as const)('%j %j: %s', (rules, acts, expected) => {
    expect(result(rules, acts)).toBe(expected);
  });

  it('judges at once when min-recv is reached', () => {
    const rules = [expectString('ERR', { negate: true, minRecv: 3 })];
    expect(talk(check(rules)(), ['OKAY']).result).toBe(PASSED);
  });

  it('keeps what came for the next expectation, until something is sent', () => {
    expect(result([expectString('B'), expectString('A')], ['AB'])).toBe(PASSED);
    expect(result([expectString('A'), send('x'), expectString('A')], ['A'])).toBe('waits');
    expect(result([expectString('A'), send('x'), expectString('B')], ['A', 'B'])).toBe(PASSED);
  });

  it('waits for as many bytes as it looks for, whatever min-recv says', () => {
    const rules = [expectString('LONGER', { negate: true, minRecv: 2 })];
    expect(talk(check(rules)(), ['abc']).result).toBe('waits');
    expect(talk(check(rules)(), ['abc', 'def']).result).toBe(PASSED);
  });

  it('asks again what passed with min-recv when more comes', () => {
    const rules = [expectString('ERR', { negate: true, minRecv: 1 }), expectString('A')];
    const dialogue = check(rules)();
    expect(talk(dialogue, ['OK..']).result).toBe('waits');
    expect(dialogue.where()).toBe(" at step 1 of tcp-check (expect string 'ERR')");
    expect(talk(check(rules)(), ['OK..', 'ERR A']).result).toContain("matched unwanted content 'ERR' at step 1");
    expect(talk(check([...rules.slice(0, 1), send('x'), ...rules.slice(1)])(), ['OK..', 'ERR A']).result).toBe(PASSED);
  });

  it('takes a comment from before other expectations, but not from before anything else', () => {
    const found = (...rules: TcpCheckSource[]) => result([...rules, expectString('Z')], ['A', END]);
    expect(found(comment('c'), expectString('A', { comment: 'own' }))).toMatch(/comment: c'$/);
    expect(found(comment('c'), { kind: 'action', run() {} })).not.toContain('comment');
  });

  it('says by its own text that nothing came', () => {
    const shown = { onError: 'my error', errorStatus: 'L7STS', statusCode: () => 5 } as const;
    expect(result([expectString('A', shown)], [END])).toBe("L7STS/0 'TCPCHK got an empty response at step 1'");
  });

  it('judges when one buffer is full', () => {
    expect(result([expectString('END')], [`${'x'.repeat(15_000)}END`])).toBe(PASSED);
    expect(result([expectString('END')], ['x'.repeat(20_000)])).toBe(
      "L7RSP/ 'TCPCHK did not match content 'END' at step 1'",
    );
  });
});

describe('send and connect', () => {
  it('sends and passes without an answer when nothing is expected', () => {
    expect(talk(check([send('a'), send('b')])(), [])).toEqual({ result: PASSED, sent: 'ab' });
    expect(check([connect(), send('X')])().ending).toBe('reset');
  });

  it('does not let an RST overtake what it has just sent', () => {
    const last = check([connect(), send('X')])();
    talk(last, []);
    expect(last.ending).toBe('orderly');
  });

  it('forgets what came before it makes what is to be sent', () => {
    const length: TcpCheckSource = { kind: 'send-formed', text: () => `${dialogue.bytes.length}`, binary: false };
    const nothing: TcpCheckSource = { kind: 'send-formed', text: () => '', binary: false };
    const dialogue: TcpCheck = check([expectString('A'), length, expectString('A')])();
    expect(talk(dialogue, ['A'])).toEqual({ result: 'waits', sent: '0' });
    expect(result([expectString('A'), nothing, expectString('A')], ['A'])).toBe('waits');
  });

  it('closes in order where a connection is to linger', () => {
    const dialogue = check([{ kind: 'connect', ssl: false, linger: true }, expectString('A')])();
    expect(talk(dialogue, ['A']).result).toBe(PASSED);
    expect(dialogue.ending).toBe('orderly');
  });

  it('connects quietly where nothing follows', () => {
    expect(check([connect()])().first).toEqual({ tls: false, quiet: true });
    expect(check([connect(), send('a')])().first).toEqual({ tls: false });
    expect(talk(check([connect(), send('a'), connect(), comment('c')])(), [])).toEqual({
      result: "L4OK/ '(tcp-check)'",
      sent: 'a<connect {"tls":false,"quiet":true}>',
    });
  });

  it('judges what came before a reset', () => {
    const reset = (...rules: TcpCheckSource[]) => {
      const dialogue = check(rules)();
      expect(talk(dialogue, ['abc']).result).toBe('waits');
      return { reply: dialogue.reset(), where: dialogue.where() };
    };
    expect(reset(expectString('Z')).reply.verdict?.status).toBe('L7RSP');
    expect(reset(expectString('Z', { negate: true })).reply.verdict?.status).toBe('L7OK');
    const broken = reset(expectString('Z', { negate: true }), send('x'), expectString('y'));
    expect(broken.reply.verdict).toBeUndefined();
    expect(broken.where).toBe(' at step 2 of tcp-check (send)');
    expect(check([expectString('Z')])().reset()).toEqual({});
  });

  it('passes as layer 4 where it only connects', () => {
    expect(result([connect()], [])).toBe("L4OK/ '(tcp-check)'");
    expect(result([], [])).toBe("L4OK/ ''");
    expect(result([comment('only')], [])).toBe("L4OK/ ''");
  });

  it('asks for every connection after the first', () => {
    const rules = [connect(1), expectString('A'), connect(2), expectString('B')];
    expect(check(rules)().first).toEqual({ tls: false, port: 1 });
    expect(talkInEveryWay(check(rules), ['A', 'B'])).toEqual({
      result: PASSED,
      sent: '<connect {"tls":false,"port":2}>',
    });
    expect(result(rules, ['A', 'A', END])).toBe("L7RSP/ 'TCPCHK did not match content 'B' at step 4'");
  });
});

describe('where a failed connection is said to stand', () => {
  const initial = ' at initial connection step of tcp-check';
  it.each([
    [[], initial],
    [[expectString('X')], initial],
    [[comment('outer'), expectString('X')], initial],
    [[connect()], ' at step 1 of tcp-check (connect)'],
    [[connect(20998)], ' at step 1 of tcp-check (connect port 20998)'],
    [[comment('outer'), connect()], " at step 2 of tcp-check (connect) comment: 'outer'"],
  ] as const)('%j before the connection: %s', (rules, where) => {
    expect(check(rules)().where()).toBe(where);
  });

  it.each([
    [[expectString('X')], " at step 1 of tcp-check (expect string 'X')"],
    [[connect(), comment('c'), expectString('X')], " at step 3 of tcp-check (expect string 'X') comment: 'c'"],
    [[comment('c'), send('a'), expectString('X')], " at step 3 of tcp-check (expect string 'X')"],
    [[binary('\x00\xff')], " at step 1 of tcp-check (expect binary '00FF')"],
    [[regex('rstring', 'x')], ' at step 1 of tcp-check (expect regex)'],
    [[regex('rbinary', 'x')], ' at step 1 of tcp-check (expect binary regex)'],
  ] as const)('%j while it waits: %s', (rules, where) => {
    const dialogue = check(rules)();
    expect(talk(dialogue, ['hello']).result).toBe('waits');
    expect(dialogue.where()).toBe(where);
  });
});
