/** Rules that are filled in while a check runs, over real sockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { afterRequest, answer, plain } from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';
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

describe('the id of a check', () => {
  const request = (...headers: string[]) => http(`send ${headers.map((each) => `hdr ${each}`).join(' ')}`);
  const sent = async (format: string, rules: string, server = '', global = '') => {
    const { scripted } = await check({
      behaviour: page,
      rules: `unique-id-format ${format}\n  ${rules}`,
      server,
      global,
    });
    return scripted.connections[0]?.received.replaceAll('\r\n', ' ').trim();
  };

  it.each([
    ['TEST-%[be_name]=%[srv_is_up(s),iif(up,down)]', 'TEST-be=up'],
    ['%[be_name]/%[srv_name]%[srv_is_up(be/s)]', 'be/s1'],
    ['<%ci:%cp>%b', '<:>be'],
    ['a%[unique-id]b', 'ab'],
    ['%[var(proc.none)]', undefined],
  ])('is made of %s', async (format, id) => {
    const header = id === undefined ? '' : ` x: ${id}`;
    expect(await sent(format, request('X %[unique-id]'))).toBe(`OPTIONS / HTTP/1.0${header}`);
  });

  it('is the same wherever a check asks for it, in each of its requests', async () => {
    const { scripted, result } = await check({
      behaviour: page,
      rules: `unique-id-format %{+X}o%ci:%cp_%Ts_%rt:%pid-%[uuid]\n  ${http(
        'connect',
        'set-var(check.id) unique-id',
        'send hdr X %[unique-id] hdr Y %[var(check.id)]',
        'expect status 200',
        'connect',
        'send hdr X %[unique-id] hdr Y %[unique-id]',
        'expect status 200 on-success "%[unique-id]"',
      )}`,
    });
    const ids = scripted.connections.flatMap(({ received }) =>
      [...received.matchAll(/[xy]: (.*)\r/g)].map(([, id]) => id),
    );
    expect(ids[0]).toMatch(/^:_[0-9A-F]{8}_[0-9A-F]{4}:[0-9A-F]{4,}-[0-9a-f-]{36}$/);
    expect(new Set([...ids, /'(.*)'/.exec(result)?.[1]])).toEqual(new Set([ids[0]]));
    expect(ids).toHaveLength(4);
  });

  it('is another one in the next check', async () => {
    const rules = `unique-id-format %rt\n  ${tcp('send-lf "%[unique-id] "', 'expect string OK')}`;
    const { scripted } = await check({ behaviour: saysOk, rules, inter: '1ms' });
    await waitFor('three checks', () => scripted.connections.filter(({ received }) => received !== '').length >= 3);
    const [first, second, third] = scripted.connections.map(({ received }) => Number(received));
    expect([second, third]).toEqual([first! + 1, first! + 2]);
  });

  it('is sent by the rules of a healthcheck section in the form of the backend', async () => {
    const section = ['healthcheck own', 'type httpchk', 'http-check send hdr X %[unique-id]'].join('\n  ');
    expect(await sent('%b-%s', '', 'healthcheck own', `\n${section}`)).toBe('OPTIONS / HTTP/1.0 x: be-s');
  });
});
