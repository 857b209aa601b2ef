/** HTTP checks over FastCGI, record by record. What is asked and what counts as an answer was observed on HAProxy 2.6. */
import { describe, expect, it } from 'vitest';
import { type FastcgiProgram, fastcgiRequest } from '../../../src/protocols/fastcgi-request.ts';
import { HttpCheck } from '../../../src/protocols/http-check.ts';
import type { HttpCheckRequest } from '../../../src/protocols/http-check-request.ts';
import { compileExpectation, type HttpExpectationSource } from '../../../src/protocols/http-expectation.ts';
import {
  describeRecords,
  endRequest,
  fastcgiAnswer,
  fastcgiRecord,
  stderr,
  stdout,
} from '../../support/fastcgi-records.ts';
import { END, type ServerAct, talk, talkInEveryWay } from './talk.ts';

const PROGRAM: FastcgiProgram = {
  docroot: '/srv/www',
  index: 'index.php',
  pathInfo: '^(/.+\\.php)(/.*)?$',
  keepConnection: true,
  getValues: false,
};
const PLACE = { host: '127.0.0.1', port: 9000 };
const GET: HttpCheckRequest = { method: 'GET', uri: '/ping.php', version: 'HTTP/1.0', headers: [] };

const asked = (request: Partial<HttpCheckRequest> = {}, program: Partial<FastcgiProgram> = {}, state?: string) =>
  describeRecords(
    Buffer.from(fastcgiRequest({ ...GET, ...request }, { ...PROGRAM, ...program }, PLACE, 'me', state).bytes),
  );

/** The parameters whose names are given. */
function parameters(names: string, request: Partial<HttpCheckRequest>, program: Partial<FastcgiProgram> = {}): string {
  const wanted = names.split(' ');
  const all = asked(request, program)[1]!
    .split(/ (?=[A-Z_0-9]+=)/)
    .map((each) => each.replace(/^4#1 /, ''));
  return all.filter((each) => wanted.includes(each.slice(0, each.indexOf('=')))).join(' ');
}

function make(rules: readonly HttpExpectationSource[] = [], program: Partial<FastcgiProgram> = {}, uri = GET.uri) {
  return new HttpCheck({
    request: Buffer.from('HTTP/1'),
    fastcgiRequest: () => fastcgiRequest({ ...GET, uri }, { ...PROGRAM, ...program }, PLACE, 'me'),
    protocol: 'fcgi',
    bodiless: false,
    condition404: false,
    expect: rules.map(compileExpectation),
  });
}

const string = (text: string): HttpExpectationSource => ({ negate: false, match: { kind: 'string', text } });
const EMPTY = "L7RSP/ 'TCPCHK got an empty response at step 2'";

describe('a request over FastCGI', () => {
  it('says what programs are told', () => {
    expect(asked()).toEqual([
      '1#1 0001010000000000',
      '4#1 HTTP_CONNECTION=close GATEWAY_INTERFACE=CGI/1.1 DOCUMENT_ROOT=/srv/www SCRIPT_NAME=/ping.php ' +
        'REQUEST_URI=/ping.php REQUEST_METHOD=GET SERVER_NAME=127.0.0.1 SERVER_PORT=9000 SERVER_PROTOCOL=HTTP/1.0 ' +
        'REMOTE_PORT=0 SCRIPT_FILENAME=/srv/www/ping.php CONTENT_LENGTH=0 SERVER_SOFTWARE=me',
      '4#1',
      '5#1',
    ]);
  });

  it('has headers, a state and a body', () => {
    const headers = [
      ['Host', 'www.example:80'],
      ['X.Foo-a_b', 'b'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', '7'],
      ['Transfer-Encoding', 'chunked'],
      ['TE', 'gzip'],
    ] as const;
    const [, all, , ...body] = asked({ method: 'POST', version: 'HTTP/1.1', headers, body: 'a=1' }, {}, 'UP');
    expect(all).toMatch(
      /^4#1 HTTP_HOST=www\.example:80 HTTP_X_FOO_A_B=b CONTENT_TYPE=text\/plain HTTP_X_HAPROXY_SERVER_STATE=UP HTTP_CONNECTION=close CONTENT_LENGTH=3 GATEWAY_INTERFACE=/,
    );
    expect(all).toMatch(
      / SERVER_NAME=www\.example:80 .* SERVER_PROTOCOL=HTTP\/1\.1 [^=]*=0 SCRIPT_FILENAME=[^ ]* SERVER_SOFTWARE=me$/,
    );
    expect(body).toEqual(['5#1 a=1', '5#1']);
  });

  it.each([
    ['/', 'SCRIPT_NAME=/index.php SCRIPT_FILENAME=/srv/www/index.php'],
    ['/dir/', 'SCRIPT_NAME=/dir/index.php SCRIPT_FILENAME=/srv/www/dir/index.php'],
    ['/a%20b.php?q=%41', 'SCRIPT_NAME=/a b.php QUERY_STRING=q=%41 SCRIPT_FILENAME=/srv/www/a b.php'],
    ['/a.php?', 'SCRIPT_NAME=/a.php SCRIPT_FILENAME=/srv/www/a.php'],
    [
      '/a.php/b%2fc/?q',
      'SCRIPT_NAME=/a.php PATH_INFO=/b/c/ QUERY_STRING=q SCRIPT_FILENAME=/srv/www/a.php PATH_TRANSLATED=/srv/www/b/c/',
    ],
    ['http://a.b/ping.php', 'SCRIPT_NAME=/ping.php SCRIPT_FILENAME=/srv/www/ping.php'],
  ])('for %s is about the script', (uri, expected) => {
    const names = 'SCRIPT_NAME PATH_INFO QUERY_STRING SCRIPT_FILENAME PATH_TRANSLATED';
    expect(parameters(names, { uri })).toBe(expected);
  });

  it.each<[string, Partial<FastcgiProgram>, string]>([
    ['/x/', { pathInfo: '^(/x/)(.*)$' }, 'SCRIPT_NAME=/x/index.php'],
    ['/x/y', { pathInfo: '^(/x/)' }, 'SCRIPT_NAME=/x/index.php'],
    ['/a.php/b', { pathInfo: '^(/none)(.*)$' }, 'SCRIPT_NAME=/a.php/b'],
  ])('for %s with %j', (uri, program, expected) => {
    expect(parameters('SCRIPT_NAME PATH_INFO', { uri }, program)).toBe(expected);
  });

  it('has the program leave the connection alone or close it', () => {
    expect(asked({}, { keepConnection: false })[0]).toBe('1#1 0001000000000000');
  });

  it.each(['*', 'ping.php', '/ping.php%0a'])('for %s is taken back, and nothing is an answer', (uri) => {
    expect(asked({ uri })).toEqual(['1#1 0001010000000000', '2#1']);
    const answer = fastcgiAnswer('Status: 200 OK\r\n\r\n');
    expect(talkInEveryWay(() => make([], {}, uri), [answer]).result).toBe('waits');
  });

  it('cuts long bodies and writes long lengths', () => {
    const [, all, , ...body] = asked({ headers: [['X', 'y'.repeat(200)]], body: 'z'.repeat(100_000) });
    expect(all).toContain(`HTTP_X=${'y'.repeat(200)} `);
    expect(body.map((each) => each.length - '5#1 '.length)).toEqual([65_528, 100_000 - 65_528, -1]);
  });
});

describe('an answer over FastCGI', () => {
  it.each<[string, readonly ServerAct[], string]>([
    ['200', [fastcgiAnswer('Status: 200 OK\r\n\r\nhello')], "L7OK/200 ''"],
    ['no status', [fastcgiAnswer('Content-Type: text/plain\r\n\r\nhello')], "L7OK/200 ''"],
    ['a location', [fastcgiAnswer('Location: /x\r\n\r\n')], "L7OK/302 ''"],
    ['500', [fastcgiAnswer('Status: 500 Bad Thing\r\n\r\n')], "L7STS/500 'Bad Thing'"],
    ['404 without a reason', [fastcgiAnswer('Status: 404\r\n\r\n')], "L7STS/404 ''"],
    ['line feeds alone', [fastcgiAnswer('Status: 503 Oops\nX-A: b\n\nhello')], "L7STS/503 'Oops'"],
    ['a status that stands last', [fastcgiAnswer('X-A: b\r\nstatus:  503   Down \r\n\r\n')], "L7STS/503 'Down'"],
    ['two of them', [fastcgiAnswer('Status: 503 Down\r\nStatus: 200 OK\r\n\r\n')], "L7OK/200 ''"],
    ['odd numbers', [fastcgiAnswer('Status: 99 X\r\n\r\n')], "L7STS/99 'X'"],
    ['no number', [fastcgiAnswer('Status: fine\r\n\r\n')], EMPTY],
    ['a status line', [fastcgiAnswer('HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nhello')], EMPTY],
    ['a line without a colon', [fastcgiAnswer('Status: 200 OK\r\nno colon\r\n\r\nhello')], EMPTY],
    ['no head', [fastcgiAnswer('hello')], EMPTY],
    ['a head too large', [stdout(`X-A: ${'a'.repeat(20_000)}\r\n\r\n`)], "SOCKERR/ ''"],
    ['a head in parts', [stdout('Status: 2'), stdout('01 OK\r\nX-A: b\r\n'), stdout('\r\nhel')], "L7OK/201 ''"],
    ['padding', [stdout('Status: 200 OK\r\n\r\nhello', 1, 7), stdout('', 1, 8)], "L7OK/200 ''"],
    ['words on stderr', [stderr('oops'), stderr(), fastcgiAnswer('Status: 404 Gone\r\n\r\n')], "L7STS/404 'Gone'"],
    ['an exit code', [stdout('Status: 200 OK\r\n\r\n'), endRequest(1)], "L7OK/200 ''"],
    ['another request', [stdout('Status: 500 X\r\n\r\n', 2), endRequest(0, 0, 2)], 'waits'],
    ['no request', [stdout('Status: 500 X\r\n\r\n', 0)], 'waits'],
    ['another kind', [fastcgiRecord(42, 'abc'), fastcgiRecord(11, 'abcdefgh', 0)], 'waits'],
    ['nothing', [stdout(), endRequest()], 'waits'],
    ['a refusal', [endRequest(0, 2)], 'waits'],
    ['a refusal and the end', [endRequest(0, 2), END], EMPTY],
    ['the end', [END], EMPTY],
    ['the end in a record', [stdout('Status: 200 OK\r\n\r\n').subarray(0, 12), END], 'waits'],
    ['something else', ['HTTP/1.1 200 OK\r\n\r\nhello'], 'waits'],
    ['something else and the end', ['HTTP/1.1 200 OK\r\n\r\nhello', END], EMPTY],
    ['another version', [Buffer.of(2, 6, 0, 1, 0, 0, 0, 0), fastcgiAnswer('Status: 200 OK\r\n\r\n')], 'waits'],
  ])('%s', (_, acts, expected) => {
    expect(talkInEveryWay(() => make(), acts).result).toBe(expected);
  });

  const body = 'Status: 200 OK\r\n\r\nhello';
  const NO_MATCH = "L7RSP/ 'HTTP content check did not match'";
  it.each<[string, readonly ServerAct[], string, string]>([
    ['that is whole', [fastcgiAnswer(body)], 'hello', "L7OK/200 ''"],
    ['that is other', [fastcgiAnswer(body)], 'nope', NO_MATCH],
    ['that goes on', [stdout(body)], 'nope', 'waits'],
    ['whose stream has ended', [stdout(body), stdout()], 'nope', NO_MATCH],
    ['whose request has ended', [stdout(body), endRequest()], 'nope', NO_MATCH],
    ['cut by the end', [stdout(body), END], 'nope', NO_MATCH],
    ['in parts', [stdout(body), stdout(' world')], 'lo wo', "L7OK/200 ''"],
    ['of a length', [stdout('Content-Length: 5\r\n\r\nhello')], 'nope', NO_MATCH],
    ['in chunks', [fastcgiAnswer('Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')], '5', NO_MATCH],
  ])('a body %s', (_, acts, text, expected) => {
    expect(talkInEveryWay(() => make([string(text)]), acts).result).toBe(expected);
  });
});

describe('option get-values', () => {
  const question = () => make([], { getValues: true });

  it('asks first', () => {
    expect(describeRecords(Buffer.from(talk(question(), []).sent, 'latin1'))).toEqual([
      '9#0 FCGI_MAX_REQS= FCGI_MPXS_CONNS=',
    ]);
    const { sent, result } = talkInEveryWay(question, [
      fastcgiRecord(10, '\x0f\x01FCGI_MPXS_CONNS0', 0),
      fastcgiAnswer('Status: 200 OK\r\n\r\n'),
    ]);
    expect(describeRecords(Buffer.from(sent, 'latin1')).map((each) => each.slice(0, 3))).toEqual([
      '9#0',
      '1#1',
      '4#1',
      '4#1',
      '5#1',
    ]);
    expect(result).toBe("L7OK/200 ''");
  });

  it.each<[string, ServerAct]>([
    ['an answer unasked', fastcgiAnswer('Status: 200 OK\r\n\r\n')],
    ['something else', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('does not go with %s', (_, act) => {
    expect(talkInEveryWay(question, [act]).result).toBe("SOCKERR/ ''");
  });
});
