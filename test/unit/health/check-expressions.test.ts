/** Rules that are filled in while a check runs, over real sockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { afterRequest, answer, plain } from '../../support/scripted-server.ts';
import { check, closeAll } from './real-checks.ts';

afterEach(closeAll);

const saysOk = plain(afterRequest(({ stream }) => stream.end('OK'), /./s));
const page = plain(answer('HTTP/1.1 200 OK\r\nX-Next: /two\r\nContent-Length: 5\r\n\r\nhello'));

const tcp = (...rules: string[]) => ['option tcp-check', ...rules.map((rule) => `tcp-check ${rule}`)].join('\n  ');
const http = (...rules: string[]) => ['option httpchk', ...rules.map((rule) => `http-check ${rule}`)].join('\n  ');

describe('rules of tcp-check', () => {
  it('keep values and send them', async () => {
    const rules = tcp(
      'set-var(check.a) str(hello)',
      'send-lf "%[var(check.a),upper] %[be_name]/%[srv_name]"',
      'expect string OK',
    );
    const { result, scripted } = await check({ behaviour: saysOk, rules });
    expect(result).toBe("L7OK/0 '(tcp-check)'");
    expect(scripted.connections[0]?.received).toBe('HELLO be/s');
  });

  it.each([
    ['a text that matches', ['expect string-lf "O%[str(K)]"'], "L7OK/0 '(tcp-check)'"],
    [
      'one that does not',
      ['expect string-lf "N%[str(O)]"'],
      "L7RSP/ 'TCPCHK did not match content (log-format string) at step 2'",
    ],
    ['none', ['expect string-lf "%[var(check.a)]"'], "L7RSP/ 'log-format string evaluated to an empty string'"],
    ['bytes', ['expect binary-lf "%[str(OK),hex]"'], "L7OK/0 '(tcp-check)'"],
    [
      'no bytes',
      ['expect binary-lf "%[str(xy)]"'],
      "L7RSP/ 'Failed to parse hexastring resulting of eval of a log-format string'",
    ],
    ['its own words', ['expect string OK on-success "%[res.len] bytes" status-code int(7)'], "L7OK/7 '2 bytes'"],
    [
      'its own complaint',
      ['expect string NO on-error "not %[res.payload(0,0)]" error-status L7STS'],
      "L7STS/0 'not OK'",
    ],
  ])('expect %s', async (_, rules, expected) => {
    expect((await check({ behaviour: saysOk, rules: tcp('send a', ...rules) })).result).toBe(expected);
  });

  it('send nothing that cannot be made', async () => {
    const { result } = await check({ behaviour: saysOk, rules: tcp('send-binary-lf "4"', 'expect string OK') });
    expect(result).toBe("L7RSP/ 'tcp-check send : failed to build log-format string at step 1'");
  });
});

describe('rules of http-check', () => {
  it('take from one answer what the next request needs', async () => {
    const rules = http(
      'connect',
      'send meth GET uri /one',
      'expect status 200',
      'set-var(check.next) res.hdr(x-next)',
      'connect',
      'send meth GET uri-lf "%[var(check.next)]" hdr X-Empty "%[var(check.none)]" body-lf "to %[srv_name]"',
    );
    const { result, scripted } = await check({ behaviour: page, rules });
    expect(result).toBe("L7OK/200 ''");
    expect(scripted.connections.map(({ received }) => received)).toEqual([
      'GET /one HTTP/1.0\r\n\r\n',
      'GET /two HTTP/1.0\r\ncontent-length: 4\r\n\r\nto s',
    ]);
  });

  it.each([
    ['a text', 'expect string-lf "he%[str(llo)]" on-success "%[status] %[res.body]"', "L7OK/200 '200 hello'"],
    ['a header', 'expect hdr name-lf "x-%[str(NEXT)]" value-lf -m beg "/%[str(t)]"', "L7OK/200 ''"],
    ['another header', 'expect hdr name x-next value-lf "%[str(no)]"', "L7STS/200 'OK'"],
    [
      'nothing',
      'expect string-lf "%[var(check.a)]" comment c',
      "L7RSP/ 'log-format string evaluated to an empty string comment: c'",
    ],
  ])('expect %s', async (_, rule, expected) => {
    expect((await check({ behaviour: page, rules: http(rule) })).result).toBe(expected);
  });
});
