/** What every kind of answer to an HTTP check yields. The results were observed on HAProxy 2.6 with the same bytes. */
import { describe, expect, it } from 'vitest';
import { HttpCheck } from '../../../src/protocols/http-check.ts';
import { compileExpectation, type HttpExpectationSource } from '../../../src/protocols/http-expectation.ts';
import { END, type ServerAct, talk, talkInEveryWay } from './talk.ts';

const REQUEST = Buffer.from('GET / HTTP/1.0\r\n\r\n');

function result(
  acts: readonly ServerAct[],
  rules: readonly HttpExpectationSource[] = [],
  options: { readonly condition404?: boolean; readonly bodiless?: boolean } = {},
): string {
  const make = () =>
    new HttpCheck({
      request: REQUEST,
      bodiless: options.bodiless ?? false,
      condition404: options.condition404 ?? false,
      expect: rules.map(compileExpectation),
    });
  const outcome = talkInEveryWay(make, acts);
  expect(outcome.sent).toBe('GET / HTTP/1.0\r\n\r\n');
  return outcome.result;
}

const GOODWORD: HttpExpectationSource = { negate: false, match: { kind: 'string', text: 'GOODWORD' } };
const NOT_BADWORD: HttpExpectationSource = { negate: true, match: { kind: 'string', text: 'BADWORD' } };
const status = (from: number, to = from, negate = false): HttpExpectationSource => ({
  negate,
  match: { kind: 'status', ranges: [[from, to]] },
});
const ok = (length: number, body = '') => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;
const chunked = (body: string) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;

describe('the head of an answer', () => {
  it.each([
    ['HTTP/1.1 200 OK\r\n\r\n', "L7OK/200 ''"],
    ['HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n', "L7OK/204 ''"],
    ['HTTP/1.1 399 X\r\n\r\n', "L7OK/399 ''"],
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', "L7STS/100 'Continue'"],
    ['HTTP/1.1 400 Reason Text\r\n\r\n', "L7STS/400 'Reason Text'"],
    ['HTTP/1.0 500 Oops, "quoted" text\r\n\r\n', 'L7STS/500 \'Oops, "quoted" text\''],
    ['HTTP/1.1 500\r\n\r\n', "L7STS/500 ''"],
    ['HTTP/1.1 500 \r\n\r\n', "L7STS/500 ''"],
    ['HTTP/1.1  500   X  Y  \r\n\r\n', "L7STS/500 'X  Y  '"],
    ['HTTP/1.1\t500\tX\r\n\r\n', "L7STS/500 'X'"],
    ['HTTP/1.1 500 caf\xc3\xa9\r\n\r\n', "L7STS/500 'café'"],
    ['HTTP/1.1 2000 OK\r\n\r\n', "L7STS/2000 'OK'"],
    ['HTTP/1.1 20 OK\r\n\r\n', "L7STS/20 'OK'"],
    ['HTTP/2.0 200 OK\r\n\r\n', "L7OK/200 ''"],
    ['\r\n\nHTTP/1.1 200 OK\r\n\r\n', "L7OK/200 ''"],
    ['\rHTTP/1.1 200 OK\r\n\r\n', "L7RSP/ ''"],
    ['RTSP/1.0 200 OK\r\n\r\n', "L7OK/200 ''"],
    ['HTTP/1.1 200 OK\nfoo: bar\n\n', "L7OK/200 ''"],
    ['HTTP/1.1 200 OK\r\nfoo: a\r\n b\r\n\r\n', "L7OK/200 ''"],
    ['HTTP/1.1 200 OK\r\nfoo: \x00\x01\xff\r\n\r\n', "L7OK/200 ''"],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', "L7OK/200 ''"],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n', "L7OK/200 ''"],
  ])('%j: %s', (answer, expected) => {
    expect(result([answer])).toBe(expected);
  });

  it.each([
    'this is not http',
    'http/1.1 200 OK\r\n\r\n',
    'ICY 200 OK\r\n',
    'HTTP/1.10 200 OK\r\n',
    'HTTP 200 OK\r\n',
    'HTTP/1.1\r\n',
    'HTTP/1.1 2x',
    'HTTP/1.1 200 OK\r\nfoo\r\n',
    'HTTP/1.1 200 OK\r\nfoo : bar\r\n',
    'HTTP/1.1 200 OK\r\n foo: a\r\n',
    'HTTP/1.1 200 OK\r\n: bar\r\n',
    'HTTP/1.1 200 OK\r\nfoo: a\rb\r\n',
    'HTTP/1.1 500 O\rK\r\n',
    'HTTP/1.1 200 X\r\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(101)}\r\n`,
  ])('refuses %j without waiting for more', (answer) => {
    expect(result([answer])).toBe("L7RSP/ ''");
  });

  it.each(['', 'H', 'HTTP/1.', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nfoo: bar\r\n\r'])(
    'waits after %j, and refuses it when the server closes',
    (answer) => {
      expect(result([answer])).toBe('waits');
      expect(result([answer, END])).toBe("L7RSP/ ''");
    },
  );

  it('reads a head of nearly one buffer, and refuses a longer one at once', () => {
    expect(result([`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(16_000)}\r\n\r\n`])).toBe("L7OK/200 ''");
    expect(result([`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(16_300)}`])).toBe("L7RSP/ ''");
    expect(result([`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(100)}\r\n`])).toBe("L7OK/200 ''");
  });

  it('keeps 127 bytes of a long reason', () => {
    expect(result([`HTTP/1.1 500 ${'r'.repeat(300)}\r\n\r\n`])).toBe(`L7STS/500 '${'r'.repeat(127)}'`);
  });

  it('does not wait for a body that nobody asked for', () => {
    expect(result([ok(1000)])).toBe("L7OK/200 ''");
    expect(result([ok(1000), END])).toBe("L7OK/200 ''");
  });
});

describe('http-check expect status', () => {
  it.each([
    ['HTTP/1.1 500 Internal Server Error\r\n\r\n', [status(200)], "L7STS/500 'Internal Server Error'"],
    ['HTTP/1.1 500 ISE\r\n\r\n', [status(500)], "L7OK/500 ''"],
    ['HTTP/1.1 100 X\r\n\r\n', [status(100)], "L7OK/100 ''"],
    ['HTTP/1.1 200 OK\r\n\r\n', [status(200, 200, true)], "L7STS/200 'OK'"],
    ['HTTP/1.1 500 ISE\r\n\r\n', [{ ...status(200), comment: 'my comment' }], "L7STS/500 'ISE comment: my comment'"],
    ['nonsense', [{ ...status(200), comment: 'cc' }], "L7RSP/ ' comment: cc'"],
    [ok(8, 'BADWORDS'), [status(200), GOODWORD], "L7RSP/ 'HTTP content check did not match'"],
    ['HTTP/1.1 500 X\r\nContent-Length: 8\r\n\r\nGOODWORD', [GOODWORD, status(200)], "L7STS/500 'X'"],
  ])('%j %j: %s', (answer, rules, expected) => {
    expect(result([answer], rules)).toBe(expected);
  });

  it('matches the status as it was written with rstatus', () => {
    const rule = (pattern: string, negate = false) => ({ negate, match: { kind: 'rstatus', pattern } }) as const;
    expect(result(['HTTP/1.1 302 Found\r\n\r\n'], [rule('^2[0-9][0-9]')])).toBe("L7STS/302 'Found'");
    expect(result(['HTTP/1.1 099 X\r\n\r\n'], [rule('^0')])).toBe("L7OK/99 ''");
    expect(result(['HTTP/1.1 200 OK\r\n\r\n'], [rule('^2', true)])).toBe("L7STS/200 'OK'");
  });
});

describe('http-check expect string', () => {
  const noBody = "L7RSP/ 'HTTP content check could not find a response body'";
  const mismatch = "L7RSP/ 'HTTP content check did not match'";
  const unwanted = "L7RSP/ 'HTTP check matched unwanted content'";
  it.each([
    [[ok(100, 'xxGOODWORDxx')], GOODWORD, "L7OK/200 ''"],
    [[ok(100, 'xxx')], GOODWORD, 'waits'],
    [[ok(100, 'xxx'), END], GOODWORD, mismatch],
    [[ok(3, 'xxx')], GOODWORD, mismatch],
    [[ok(0)], GOODWORD, noBody],
    [['HTTP/1.1 200 OK\r\n\r\n', END], GOODWORD, noBody],
    [['HTTP/1.1 204 No\r\n\r\n'], GOODWORD, noBody],
    [['HTTP/1.1 304 X\r\nContent-Length: 20\r\n\r\n'], GOODWORD, noBody],
    [['HTTP/1.1 500 X\r\nContent-Length: 8\r\n\r\nGOODWORD'], GOODWORD, "L7OK/500 ''"],
    [[ok(100, 'xxx')], NOT_BADWORD, 'waits'],
    [[ok(3, 'xxx')], NOT_BADWORD, "L7OK/200 ''"],
    [[ok(100, 'xBADWORD')], NOT_BADWORD, unwanted],
    [[ok(0)], NOT_BADWORD, noBody],
    [[chunked('4\r\nGOOD\r\n4;x=1\r\nWORD\r\n0\r\na: b\r\n\r\n')], GOODWORD, "L7OK/200 ''"],
    [[chunked('4\r\nGOOD\r\n0\r\n\r\n')], GOODWORD, mismatch],
    [[chunked('4\r\nGOOD\r\n'), END], GOODWORD, mismatch],
    [[chunked('zz\r\nGOODWORD')], GOODWORD, "L7RSP/ ''"],
    [[chunked('2\r\nabxGOODWORD')], GOODWORD, "L7RSP/ ''"],
    [[ok(8, 'BADWORDS')], { ...GOODWORD, comment: 'cc' }, "L7RSP/ 'HTTP content check did not match comment: cc'"],
  ] as const)('%j %j: %s', (acts, rule, expected) => {
    expect(result(acts, [rule])).toBe(expected);
  });

  it('needs no body after HEAD, whatever the head says', () => {
    expect(result([ok(20)], [GOODWORD], { bodiless: true })).toBe(noBody);
  });

  it('looks at one buffer of the body and judges an endless one when that is full', () => {
    expect(result([ok(20_008, `${'x'.repeat(20_000)}GOODWORD`)], [GOODWORD])).toBe(mismatch);
    expect(result([`HTTP/1.0 200 OK\r\n\r\n${'y'.repeat(20_000)}`], [NOT_BADWORD])).toBe("L7OK/200 ''");
    expect(result([chunked(`1\r\ny\r\n`.repeat(4000))], [GOODWORD])).toBe("L7RSP/ ''");
  });

  it('reads regular expressions over bytes', () => {
    const rule = (pattern: string) => ({ negate: false, match: { kind: 'rstring', pattern } }) as const;
    expect(result([ok(9, 'status=ok')], [rule('^stat.*=ok')])).toBe("L7OK/200 ''");
    expect(result([ok(12, 'xxGOODWORDxx')], [rule('GOOD.*D$')])).toBe("L7RSP/ 'HTTP content check did not match'");
    expect(result([ok(3, '\xff\x00\x01')], [rule('\\xff\\x00')])).toBe("L7OK/200 ''");
  });
});

describe('disable-on-404', () => {
  it('passes a 404 on condition, before any other rule', () => {
    const answer = 'HTTP/1.1 404 Not Found\r\n\r\n';
    expect(result([answer], [], { condition404: true })).toBe("L7OKC/404 ''");
    expect(result([answer], [status(200), GOODWORD], { condition404: true })).toBe("L7OKC/404 ''");
    expect(result([answer])).toBe("L7STS/404 'Not Found'");
  });
});

describe('an answer that others follow', () => {
  const judge = (rule: HttpExpectationSource, ...answers: string[]) => {
    const options = { request: REQUEST, bodiless: false, condition404: false };
    const dialogue = new HttpCheck({ ...options, expect: [compileExpectation(rule)] });
    return talk(dialogue, answers).result;
  };
  const interim = 'HTTP/1.1 103 Early\r\n\r\n';

  it('has no body, unless the next one came with it', () => {
    expect(judge(GOODWORD, interim)).toBe("L7RSP/ 'HTTP content check could not find a response body'");
    expect(judge(GOODWORD, `${interim}${ok(8, 'GOODWORD')}`)).toBe("L7OK/103 ''");
  });

  it('is none when what came with it is none', () => {
    expect(judge(status(103), `${interim}abc`)).toBe("L7RSP/ ''");
    expect(judge(status(103), `${interim}HTTP/1.1 2`)).toBe("L7OK/103 ''");
  });

  it('leads elsewhere by 101: what came with it is all', () => {
    const over = 'HTTP/1.1 101 Over\r\nContent-Length: 99\r\n\r\n';
    expect(judge(GOODWORD, `${over}..`, 'GOODWORD')).toBe("L7RSP/ 'HTTP content check did not match'");
    expect(judge(NOT_BADWORD, `${over}..`, 'BADWORD')).toBe("L7OK/101 ''");
  });
});

describe('min-recv', () => {
  const judge = (rules: readonly HttpExpectationSource[], ...answers: string[]) => {
    const options = { request: REQUEST, bodiless: false, condition404: false };
    return talk(new HttpCheck({ ...options, expect: rules.map(compileExpectation) }), answers).result;
  };

  it('lets a body be judged before it is whole', () => {
    expect(judge([{ ...GOODWORD, minRecv: 3 }], ok(99, 'anything'))).toBe("L7RSP/ 'HTTP content check did not match'");
    expect(judge([{ ...NOT_BADWORD, minRecv: 3 }], ok(99, 'anything'))).toBe("L7OK/200 ''");
  });

  it('waits for as many bytes as are looked for', () => {
    expect(judge([{ ...GOODWORD, minRecv: 3 }], ok(99, 'any'))).toBe('waits');
  });

  it('is asked again when more comes', () => {
    const rules = [{ ...NOT_BADWORD, minRecv: 3 }, GOODWORD];
    const unwanted = "L7RSP/ 'HTTP check matched unwanted content'";
    expect(judge(rules, ok(99, 'anything'), 'BADWORD GOODWORD')).toBe(unwanted);
  });
});
