/** What a probe shows of rules, of ways to a server, and of servers that others speak for. */
import { afterEach, describe, expect, test } from 'vitest';
import { fastcgiAnswer, stderr } from '../../support/fastcgi-records.ts';
import { freePort } from '../../support/ports.ts';
import {
  afterRequest,
  answer,
  type Behaviour,
  greet,
  httpAnswer,
  plain,
  refuse,
  type Script,
  type ScriptedServer,
  silence,
  startScripted,
} from '../../support/scripted-server.ts';
import { probe } from './probing.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(behaviour: Behaviour): Promise<ScriptedServer> {
  const server = await startScripted(behaviour);
  servers.push(server);
  return server;
}

const starting = (lines: readonly string[], ...words: readonly string[]) =>
  lines.filter((line) => words.some((word) => line.startsWith(`${word} `)));

describe('FastCGI', () => {
  test('what a program answered, without its records', async () => {
    const said = Buffer.concat([stderr('oops'), fastcgiAnswer('Status: 404 Not Found\r\nX-A: b\r\n\r\nnone')]);
    const { port } = await serve(plain(afterRequest(({ stream }) => stream.write(said), /SERVER_SOFTWARE/)));
    const { code, lines } = await probe('b/s', [
      'fcgi-app php',
      'docroot /srv/www',
      'backend b',
      'mode http',
      'option httpchk GET /ping.php',
      'http-check expect status 200',
      'use-fcgi-app php',
      `server s 127.0.0.1:${port} check proto fcgi`,
    ]);
    expect(code).toBe(1);
    expect(lines).toContain('expect status 200: saw 404, NOT passed');
    expect(lines).toContain('body 4 bytes so far: none');
    expect(lines.join('\n')).toContain('HTTP/1.1 404 Not Found\nStatus: 404 Not Found\nX-A: b');
  });
});

describe('rules', () => {
  test('each expectation as the check judged it, in every round', async () => {
    const { port } = await serve(plain(httpAnswer('200 OK', 'hello', ['X-Role: replica, old'])));
    const { code, lines } = await probe('b/s', [
      'backend b',
      'option httpchk',
      'http-check connect',
      'http-check send meth GET uri /first',
      'http-check expect hdr name x-role value old',
      'http-check set-var(check.word) str(hello)',
      'http-check connect',
      'http-check send meth GET uri /second',
      'http-check expect string-lf %[var(check.word)]',
      'http-check expect fhdr name x-role value primary',
      'http-check expect rstring ^\\\\d+$',
      `server s 127.0.0.1:${port} check`,
    ]);
    expect(code).toBe(1);
    expect(starting(lines, 'expect')).toEqual([
      'expect hdr name x-role value old: saw "replica, old", passed',
      'expect string-lf %[var(check.word)]: saw 5 bytes "hello", passed',
      'expect fhdr name x-role value primary: saw "replica, old", NOT passed',
      'expect rstring ^\\d+$: not reached',
    ]);
    expect(lines[0]).toMatch(/: HTTP, GET \/first HTTP\/1\.0, and 1 more$/);
  });

  test('one that waited for more when the time was over', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nno';
    const { port } = await serve(plain(answer(head, { keep: true })));
    const { lines } = await probe('b/s', [
      'backend b',
      'timeout check 100ms',
      'option httpchk',
      'http-check expect string yes',
      `server s 127.0.0.1:${port} check`,
    ]);
    expect(starting(lines, 'expect', 'limits')).toEqual([
      'expect string yes: saw 2 bytes "no", still waited for when the time was over',
      "limits 2000 ms to connect, then T ('timeout check') for the talk".replace('2000 ms', 'T'),
    ]);
  });

  test('a 404 that only takes the server out of balancing', async () => {
    const { port } = await serve(plain(httpAnswer('404 Not Found')));
    const { code, lines } = await probe('b/s', [
      'backend b',
      'option httpchk GET /',
      'http-check disable-on-404',
      `server s 127.0.0.1:${port} check`,
    ]);
    expect(code).toBe(0);
    expect(starting(lines, 'expect', 'hint')).toEqual([
      "expect 404 under 'disable-on-404': the server takes no new sessions",
    ]);
  });

  test('those of a tcp-check, done, failed and never come to', async () => {
    const { port } = await serve(plain(greet('-ERR no\r\n')));
    const rules = [
      'tcp-check comment first',
      'tcp-check expect string +OK comment greeting',
      'tcp-check send QUIT\\r\\n',
    ];
    const lines = ['backend b', 'option tcp-check', ...rules, `server s 127.0.0.1:${port} check`];
    expect((await probe('b/s', lines)).lines.slice(-5, -1)).toEqual([
      'closed T the server ended the connection',
      'rules 1 comment "first"',
      '2 expect string "+OK" (greeting): NOT passed',
      '3 send "QUIT\\r\\n": not reached',
    ]);
    await servers[0]!.become(refuse);
    expect((await probe('b/s', lines)).lines).toContain('2 expect string "+OK" (greeting): not reached');
  });
});

describe('ways', () => {
  test('a name that stands for several addresses, and one that has none now', async () => {
    const lines = ['backend b', 'server s four.example:1 check addr 127.0.0.1 port 1', 'server t four.example:1 check'];
    const name = 'four.example';
    const many = { name, time: 2, addresses: ['2001:db8::4', '192.0.2.4', '192.0.2.5'] };
    const none = { name, time: 2, addresses: [], problem: 'ENOTFOUND' };
    const here = ['backend b', 'timeout connect 20ms', 'server s four.example:1 check inter 20ms'];
    expect((await probe('b/s', here, many)).lines[1]).toBe(
      'address T 192.0.2.4:1 (four.example; not asked: 2001:db8::4, 192.0.2.5)',
    );
    const missing = await probe('b/t', lines, none);
    expect([missing.code, ...missing.lines.slice(1)]).toEqual([
      1,
      'address T four.example: none (ENOTFOUND)',
      'verdict not checked: there is nobody to ask',
    ]);
    // It is not that name that is checked.
    expect((await probe('b/s', lines, none)).lines[1]).toBe('address 127.0.0.1:1');
  });

  test('PROXY headers of both versions, an address to come from', async () => {
    const { port } = await serve(plain(afterRequest(({ stream }) => stream.end('HTTP/1.1 200 OK\r\n\r\n'))));
    const { code, lines } = await probe('b/v1', [
      'backend b',
      'option httpchk',
      `server v1 127.0.0.1:${port} check check-send-proxy source 127.0.0.2`,
    ]);
    expect(code).toBe(0);
    expect(starting(lines, 'address', 'sent')).toEqual([
      `address 127.0.0.1:${port}, from 127.0.0.2`,
      expect.stringMatching(/^sent \d+ bytes of a PROXY header: PROXY TCP4 127\.0\.0\.2 127\.0\.0\.1 \d+ \d+\\r\\n$/),
      'sent 22 bytes: OPTIONS / HTTP/1.0\\r\\n\\r\\n',
    ]);
  });

  const socks =
    (reply: number | undefined): Script =>
    ({ stream }) => {
      stream.once('data', () => {
        if (reply === undefined) stream.end();
        else stream.write(Buffer.of(0, reply, 0, 0, 0, 0, 0, 0));
      });
    };
  test.each([
    [90, 'socks4 T let us through', /^verdict L4OK in T: passed/],
    [91, 'socks4 T SOCKS4 Proxy deny the request', /^verdict SOCKERR "SOCKS4 Proxy deny the request" in T/],
    [undefined, 'socks4 T SOCKS4 Proxy read error during handshake', /^verdict SOCKERR/],
  ])('a SOCKS4 proxy that answers %s', async (reply, line, verdict) => {
    const { port } = await serve(plain(socks(reply)));
    const { lines } = await probe('b/s', [
      'backend b',
      `server s 127.0.0.9:99 check check-via-socks4 socks4 127.0.0.1:${port}`,
    ]);
    expect(lines).toContain(`connect T established to the SOCKS4 proxy 127.0.0.1:${port}`);
    expect(lines).toContain(line);
    expect(lines).toContainEqual(expect.stringMatching(verdict));
  });

  test('a SOCKS4 proxy that is silent is told from a silent server', async () => {
    const { port } = await serve(plain(silence));
    const { lines } = await probe('b/s', [
      'backend b',
      'timeout connect 100ms',
      `server s 127.0.0.9:99 check check-via-socks4 socks4 127.0.0.1:${port}`,
    ]);
    expect(starting(lines, 'socks4', 'verdict', 'hint')).toEqual([
      'socks4 no answer',
      'verdict L7TOUT in T: FAILED, Layer7 timeout (3 in a row take the server down)',
    ]);
  });
});

describe('servers that others speak for', () => {
  test('a follower shows the checks of the one it follows, however far', async () => {
    const { port } = await serve(plain(httpAnswer('500 Sick')));
    const { code, lines } = await probe('c/t', [
      'backend a',
      'option httpchk GET /',
      `server s 127.0.0.1:${port} check`,
      'backend b',
      'server s 127.0.0.1:1 track a/s',
      'backend c',
      'server t 127.0.0.1:2 track b/s',
    ]);
    expect(code).toBe(1);
    expect(lines.slice(0, 3)).toEqual([
      'c/t (t.cfg:13): HTTP, GET / HTTP/1.0',
      "note: it has 'track': it goes by the checks of a/s (t.cfg:9), as shown here",
      `address 127.0.0.1:${port}`,
    ]);
    expect(lines.at(-1)).toMatch(/^verdict L7STS\/500 "Sick"/);
  });

  test.each([
    ['up', 0, /^verdict L7OK\/0 "via agent : up" in T: the agent says up$/],
    ['down # disk', 1, /^verdict L7STS\/0 "via agent : down \(disk\)" in T: the agent takes the server DOWN$/],
    ['', 0, /^verdict L7RSP ".*" in T: no answer that counts, Layer7 invalid response; the server stays as it is$/],
  ])('one that only has an agent, which says %j', async (word, expected, verdict) => {
    const { port } = await serve(plain(greet(word === '' ? '' : `${word}\n`)));
    const { code, lines } = await probe('b/s', ['backend b', `server s 127.0.0.1:1 agent-check agent-port ${port}`]);
    expect(code).toBe(expected);
    expect(lines[0]).toBe('b/s (t.cfg:8): its agent');
    expect(lines[1]).toBe(`address 127.0.0.1:${port}`);
    expect(lines.at(-1)).toMatch(verdict);
  });

  test.each([
    ['up', /^hint What an agent says counts from the end of its line on: a line feed is missing/],
    ['healthy\n', /^hint Words that count: up, down, /],
  ])('an agent that says %j is told what counts', async (answer, hint) => {
    const { port } = await serve(plain(greet(answer)));
    const { code, lines } = await probe('b/s', [
      'backend b',
      'timeout check 300ms',
      `server s 127.0.0.1:1 agent-check agent-port ${port}`,
    ]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatch(hint);
  });

  test('an agent that is not there', async () => {
    const port = await freePort();
    const { lines } = await probe('b/s', ['backend b', `server s 127.0.0.1:1 agent-check agent-port ${port}`]);
    expect(lines.at(-1)).toBe(`hint The host is there, and nothing listens on port ${port} of 127.0.0.1.`);
  });

  test('disabled ones, and followers of those', async () => {
    const { port } = await serve(plain(silence));
    const lines = ['backend b', `server s 127.0.0.1:${port} check disabled`, 'server t 127.0.0.1:1 track b/s'];
    expect((await probe('b/s', lines)).lines[1]).toBe("note: it is 'disabled', so the proxy does not check it");
    expect((await probe('b/t', lines)).lines[2]).toBe(
      "note: that one is 'disabled', so the proxy does not check it, and keeps both in maintenance",
    );
  });
});
