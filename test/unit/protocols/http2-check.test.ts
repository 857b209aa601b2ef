/** HTTP checks over HTTP/2, frame by frame. What is not of this house's making was observed on HAProxy 2.6. */
import { describe, expect, it } from 'vitest';
import { encodeFields, type Field } from '../../../src/protocols/hpack.ts';
import { HttpCheck } from '../../../src/protocols/http-check.ts';
import { http2CheckRequest } from '../../../src/protocols/http-check-request.ts';
import { compileExpectation, type HttpExpectationSource } from '../../../src/protocols/http-expectation.ts';
import { Http2Exchange } from '../../../src/protocols/http2-exchange.ts';
import { END, type ServerAct, talk, talkInEveryWay } from './talk.ts';

const frame = (type: number, flags: number, stream: number, payload: Buffer | string = '') => {
  const content = Buffer.from(payload as string, 'latin1');
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, content]);
};
const SETTINGS = frame(4, 0, 0);
const ENDS = 1;
const WHOLE = 4;
const headers = (fields: readonly Field[], flags = WHOLE) => frame(1, flags, 1, encodeFields(fields));
const status = (code: number, flags = WHOLE | ENDS) => headers([[':status', String(code)]], flags);
const data = (text: string, flags = 0) => frame(0, flags, 1, text);
const OPENING = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, '\0\x02\0\0\0\0')]);
const REQUEST = { method: 'GET', uri: '/good', version: 'HTTP/1.1', headers: [['Host', 'a.b']] as const };
const ASKED = Buffer.concat([frame(4, 1, 0), frame(1, 5, 1, encodeFields(http2CheckRequest(REQUEST).fields))]);

function make(rules: readonly HttpExpectationSource[] = [], more: { rulesBefore?: number; bodiless?: boolean } = {}) {
  return new HttpCheck({
    request: Buffer.from('HTTP/1'),
    http2Request: () => http2CheckRequest(REQUEST),
    protocol: 'h2',
    bodiless: false,
    condition404: false,
    expect: rules.map(compileExpectation),
    ...more,
  });
}

const string = (text: string): HttpExpectationSource => ({ negate: false, match: { kind: 'string', text } });

function result(acts: readonly ServerAct[], rules: readonly HttpExpectationSource[] = []): string {
  return talkInEveryWay(() => make(rules), acts).result;
}

describe('a check over HTTP/2', () => {
  it('asks when the server has told its settings', () => {
    expect(talk(make(), []).sent).toBe(OPENING.toString('latin1'));
    const { sent, result } = talkInEveryWay(() => make(), [SETTINGS]);
    expect(sent).toBe(Buffer.concat([OPENING, ASKED]).toString('latin1'));
    expect(result).toBe('waits');
  });

  it.each<[string, readonly ServerAct[], string]>([
    ['200', [SETTINGS, status(200)], "L7OK/200 ''"],
    ['200 and a body to come', [SETTINGS, status(200, WHOLE)], "L7OK/200 ''"],
    ['500', [SETTINGS, status(500)], "L7STS/500 ''"],
    ['103', [SETTINGS, status(103, WHOLE)], "L7STS/103 ''"],
    ['a padded head with a priority', [SETTINGS, frame(1, 0x2d, 1, '\x02\0\0\0\0\0\x88ab')], "L7OK/200 ''"],
    ['a head in parts', [SETTINGS, frame(1, 0, 1), frame(9, 0, 1, '\x88'), frame(9, 4, 1)], "L7OK/200 ''"],
    ['PING and what is unknown', [SETTINGS, frame(6, 0, 0, '12345678'), frame(77, 0, 3), status(200)], "L7OK/200 ''"],
    ['GOAWAY and an answer', [SETTINGS, frame(7, 0, 0, '\0\0\0\x01\0\0\0\0'), status(200)], "L7OK/200 ''"],
    ['GOAWAY and nothing', [SETTINGS, frame(7, 0, 0, '\0\0\0\x01\0\0\0\0')], 'waits'],
    ['settings and the end', [SETTINGS, END], "L7RSP/ 'TCPCHK got an empty response at step 2'"],
    ['the end alone', [END], 'waits'],
    ['HTTP/1', ['HTTP/1.1 200 OK\r\n\r\n'], "SOCKERR/ ''"],
    ['the beginning of something', ['HTTP'], 'waits'],
    ['an answer before settings', [status(200)], "SOCKERR/ ''"],
    ['a reset stream', [SETTINGS, frame(3, 0, 1, '\0\0\0\x02')], "SOCKERR/ ''"],
    ['another stream', [SETTINGS, frame(1, 5, 3, '\x88')], "SOCKERR/ ''"],
    ['a frame too large', [SETTINGS, Buffer.from('ffffff010500000001', 'hex')], "SOCKERR/ ''"],
    ['a broken block', [SETTINGS, frame(1, 5, 1, '\xff')], "SOCKERR/ ''"],
    ['no status', [SETTINGS, headers([['x-a', '1']])], "SOCKERR/ ''"],
    [
      'capitals',
      [
        SETTINGS,
        headers([
          [':status', '200'],
          ['X-A', '1'],
        ]),
      ],
      "SOCKERR/ ''",
    ],
    [
      'a line end in a value',
      [
        SETTINGS,
        headers([
          [':status', '200'],
          ['x-a', '1\r\nx-b: 2'],
        ]),
      ],
      "SOCKERR/ ''",
    ],
    [
      'contradicting lengths',
      [
        SETTINGS,
        headers([
          [':status', '200'],
          ['content-length', '1'],
          ['content-length', '2'],
        ]),
      ],
      "SOCKERR/ ''",
    ],
    ['something between the parts of a head', [SETTINGS, frame(1, 0, 1), frame(6, 0, 0, '12345678')], "SOCKERR/ ''"],
    ['content before a head', [SETTINGS, data('x')], "SOCKERR/ ''"],
    ['a promise', [SETTINGS, frame(5, 4, 1, '\0\0\0\x02\x88')], "SOCKERR/ ''"],
    ['more padding than there is', [SETTINGS, frame(1, 0xd, 1, '\x09\x88')], "SOCKERR/ ''"],
  ])('%s', (_, acts, expected) => {
    expect(result(acts)).toBe(expected);
  });

  it.each<[string, readonly ServerAct[], string]>([
    ['found at once', [status(200, WHOLE), data('say hello')], "L7OK/200 ''"],
    ['found in parts', [status(200, WHOLE), data('hel'), frame(0, 8, 1, '\x02lo##')], "L7OK/200 ''"],
    ['not found', [status(200, WHOLE), data('hell', ENDS)], "L7RSP/ 'HTTP content check did not match'"],
    ['not found yet', [status(200, WHOLE), data('hell')], 'waits'],
    [
      'cut by a reset',
      [status(200, WHOLE), data('hell'), frame(3, 0, 1, '\0\0\0\x08')],
      "L7RSP/ 'HTTP content check did not match'",
    ],
    ['cut by the end', [status(200, WHOLE), data('hell'), END], "L7RSP/ 'HTTP content check did not match'"],
    [
      'ended by trailers',
      [status(200, WHOLE), data('hell'), frame(1, 5, 1)],
      "L7RSP/ 'HTTP content check did not match'",
    ],
    ['no body', [status(200)], "L7RSP/ 'HTTP content check could not find a response body'"],
  ])('a body: %s', (_, acts, expected) => {
    expect(result([SETTINGS, ...acts], [string('hello')])).toBe(expected);
  });

  it('judges headers and says where it stood', () => {
    const name: HttpExpectationSource = {
      negate: false,
      match: { kind: 'hdr', name: { how: 'str', text: 'X-Foo' }, value: { how: 'str', text: 'Bar' } },
    };
    const answer = headers([
      [':status', '200'],
      ['x-foo', 'Bar'],
    ]);
    expect(result([SETTINGS, answer], [name])).toBe("L7OK/200 ''");
    const check = () => make([{ ...string('x'), comment: 'foo' }], { rulesBefore: 3 });
    expect(talkInEveryWay(check, [SETTINGS, END]).result).toBe(
      "L7RSP/ 'TCPCHK got an empty response at step 5 comment: 'foo''",
    );
  });

  it('answers PING and SETTINGS, and makes room for what it has read', () => {
    const ping = frame(6, 0, 0, '12345678');
    const { sent } = talkInEveryWay(
      () => make([string('hello')]),
      [SETTINGS, ping, SETTINGS, status(200, WHOLE), data('xy')],
    );
    const more = '\0\0\0\x02';
    const said = [
      OPENING,
      ASKED,
      frame(6, 1, 0, '12345678'),
      frame(4, 1, 0),
      frame(8, 0, 0, more),
      frame(8, 0, 1, more),
    ];
    expect(sent).toBe(Buffer.concat(said).toString('latin1'));
  });
});

describe('a request over HTTP/2', () => {
  const fieldsOf = (request: Partial<Parameters<typeof http2CheckRequest>[0]>, state?: string) =>
    http2CheckRequest({ method: 'GET', uri: '/', version: 'HTTP/1.1', headers: [], ...request }, state).fields.map(
      (field) => field.join('='),
    );

  it.each([
    [{ headers: [['Host', 'a.b']] as const }, ':method=GET :scheme=https :path=/ host=a.b'],
    [{ uri: 'http://q.r/abs' }, ':method=GET :scheme=http :authority=q.r :path=/abs'],
    [
      { uri: 'http://q.r/abs', headers: [['Host', 'zz']] as const },
      ':method=GET :scheme=http :authority=zz :path=/abs',
    ],
    [
      {
        method: 'POST',
        headers: [
          ['X-My', 'Va'],
          ['Connection', 'close'],
        ] as const,
        body: 'abc',
      },
      ':method=POST :scheme=https :path=/ x-my=Va content-length=3',
    ],
  ])('%j', (request, fields) => {
    expect(fieldsOf(request).join(' ')).toBe(fields);
  });

  it('tells the state of the server', () => {
    expect(fieldsOf({}, 'UP 1/3').at(-1)).toBe('x-haproxy-server-state=UP 1/3');
  });

  it('sends no more content than there is room for', () => {
    const exchange = new Http2Exchange({ fields: [[':method', 'POST']], body: Buffer.alloc(20_000, 'x') });
    exchange.opening();
    const lengths = (bytes: Uint8Array | undefined) => {
      const found: string[] = [];
      const all = Buffer.from(bytes ?? []);
      for (let at = 0; at < all.length; at += 9 + all.readUIntBE(at, 3))
        if (all[at + 3] === 0) found.push(`${all.readUIntBE(at, 3)}/${all[at + 4]}`);
      return found.join();
    };
    // SETTINGS_INITIAL_WINDOW_SIZE 10.
    expect(lengths(exchange.received(frame(4, 0, 0, '\0\x04\0\0\0\x0a')).send)).toBe('10/0');
    expect(lengths(exchange.received(frame(8, 0, 1, '\0\0\x01\0')).send)).toBe('256/0');
    expect(lengths(exchange.received(frame(4, 0, 0, '\0\x04\0\0\x80\0')).send)).toBe('16384/0,3350/1');
  });
});
