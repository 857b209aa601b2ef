/** Several requests of one check, and rules that say how an outcome is shown. */
import { describe, expect, it } from 'vitest';
import { HttpCheck } from '../../../src/protocols/http-check.ts';
import { compileExpectation, type HttpExpectationSource } from '../../../src/protocols/http-expectation.ts';
import { HttpSequence } from '../../../src/protocols/http-sequence.ts';
import { END, talkInEveryWay } from './talk.ts';

const options = (request: string, ...expectations: HttpExpectationSource[]) => ({
  request: Buffer.from(request),
  bodiless: false,
  expect: expectations.map(compileExpectation),
  condition404: false,
});
const STATUS_200: HttpExpectationSource = { negate: false, match: { kind: 'status', ranges: [[200, 200]] } };
const OK = 'HTTP/1.1 200 OK\r\nX-Up: no, yes\r\nContent-Length: 5\r\n\r\nhello';
const BAD = 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n';

describe('a sequence of requests', () => {
  const make = () =>
    new HttpSequence([
      { connection: () => ({ tls: false }), options: options('first', STATUS_200) },
      { connection: () => ({ tls: false, port: 81 }), options: options('second', STATUS_200) },
    ]);

  it('connects anew after each that passed, and the last decides', () => {
    const sequence = make();
    expect(sequence.first).toEqual({ tls: false });
    expect(sequence.opened()).toEqual({ send: Buffer.from('first') });
    expect(sequence.received(Buffer.from(OK))).toEqual({ reconnect: { tls: false, port: 81 } });
    expect(sequence.ending).toBe('orderly');
    expect(sequence.opened()).toEqual({ send: Buffer.from('second') });
    expect(sequence.ending).toBe('reset');
    expect(sequence.received(Buffer.from(BAD))).toEqual({ verdict: { status: 'L7STS', code: 500, text: 'Oh' } });
  });

  it('ends with the first that fails', () => {
    expect(talkInEveryWay(make, [BAD, END])).toEqual({ result: "L7STS/500 'Oh'", sent: 'first' });
  });
});

describe('a sequence that ends with a connection', () => {
  const silent = { ...options('unsent'), silent: true };

  it('passes as layer 4 when it stands', () => {
    const make = () =>
      new HttpSequence([
        { connection: () => ({ tls: false }), options: options('first', { ...STATUS_200, okStatus: 'L7OKC' }) },
        { connection: () => ({ tls: false, quiet: true }), options: silent },
      ]);
    expect(talkInEveryWay(make, [OK])).toEqual({
      result: "L4OK/ '(tcp-check)'",
      sent: 'first<connect {"tls":false,"quiet":true}>',
    });
  });

  it('lingers where its rule says so', () => {
    const rounds = [{ connection: () => ({ tls: false }), options: { ...options('first', STATUS_200), linger: true } }];
    expect(new HttpSequence(rounds).ending).toBe('orderly');
  });
});

describe('outcomes', () => {
  const judge = (answer: string, ...expectations: HttpExpectationSource[]) =>
    talkInEveryWay(() => new HttpCheck(options('', ...expectations)), [answer, END]).result;
  const string = (text: string): HttpExpectationSource => ({ negate: false, match: { kind: 'string', text } });

  it('are shown as the rule says', () => {
    const shown = { onSuccess: 'fine', onError: 'my error', okStatus: 'L4OK', errorStatus: 'L7RSP' } as const;
    expect(judge(OK, { ...STATUS_200, ...shown })).toBe("L4OK/ 'fine'");
    expect(judge(BAD, { ...STATUS_200, ...shown, comment: 'c' })).toBe("L7RSP/ 'my error comment: c'");
    expect(judge(OK, { ...string('no'), errorStatus: 'L4CON' })).toBe("L4CON/ 'HTTP content check did not match'");
    expect(judge(OK, { ...STATUS_200, onSuccess: 'x' }, { ...string('hello'), onSuccess: 'y' })).toBe("L7OK/200 'y'");
  });

  it('of a silent server too', () => {
    const check = new HttpCheck(options('', { ...STATUS_200, timeoutStatus: 'L6TOUT' }));
    expect(check.silence).toBe('L6TOUT');
  });

  it('look at headers, value by value or as a whole', () => {
    const header = (kind: 'hdr' | 'fhdr', how: 'str' | 'beg' | 'end' | 'sub' | 'reg', text: string) =>
      judge(OK, { negate: false, match: { kind, name: { how: 'str', text: 'X-UP' }, value: { how, text } } }).slice(
        0,
        4,
      );
    expect(header('hdr', 'str', 'yes')).toBe('L7OK');
    expect(header('fhdr', 'str', 'yes')).toBe('L7ST');
    expect(header('fhdr', 'str', 'no, yes')).toBe('L7OK');
    expect(header('hdr', 'reg', '^y')).toBe('L7OK');
    expect(header('hdr', 'end', 's')).toBe('L7OK');
    expect(header('hdr', 'sub', 'o, y')).toBe('L7ST');
    expect(judge(OK, { negate: true, match: { kind: 'hdr', name: { how: 'beg', text: 'X-N' } } })).toBe("L7OK/200 ''");
  });
});
