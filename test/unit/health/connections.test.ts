/** Checks over real sockets against servers that misbehave, in this process. Expectations: reference checks 3 and 5. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { freePort } from '../../support/ports.ts';
import {
  afterRequest,
  answer,
  closeAtOnce,
  endless,
  greet,
  httpAnswer,
  plain,
  resetAtOnce,
  silence,
  startScripted,
  tls,
} from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';
import { type CheckOptions, check as checkIn, closeAll, closing, HTTP, pollProblem } from './real-checks.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-checks-'));
const certificate = createAuthority().issue({ commonName: 'svc.example' });
afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true }));

if (pollProblem !== undefined) console.warn(`checks in a loop of their own are not tested: ${pollProblem}`);
const LOOPS = pollProblem === undefined ? (['node', 'poll'] as const) : (['node'] as const);

describe.each(LOOPS)('the %s loop', (loop) => {
  const check = (options: CheckOptions) => checkIn({ ...options, loop });

  describe('layer 4', () => {
    it('passes where someone listens, whatever he does', async () => {
      for (const script of [silence, closeAtOnce, resetAtOnce]) {
        expect((await check({ behaviour: plain(script) })).result).toBe("L4OK/ ''");
      }
    });

    it('fails where nobody listens', async () => {
      expect((await check({})).result).toBe("L4CON/ 'Connection refused'");
      expect((await check({ rules: HTTP })).result).toBe("L4CON/ 'Connection refused'");
      expect((await check({ rules: 'option tcp-check\n tcp-check expect string X' })).result).toBe(
        "L4CON/ 'Connection refused at initial connection step of tcp-check'",
      );
    });

    it('checks Unix sockets', async () => {
      const path = join(directory, 'listening.sock');
      const server = createServer((socket) => socket.on('error', () => {}));
      await new Promise<void>((done) => server.listen(path, done));
      closing.push(() => new Promise((done) => server.close(done)));
      expect((await check({ address: `unix@${path}` })).result).toBe("L4OK/ ''");
      expect((await check({ address: `unix@${directory}/none.sock` })).result).toBe(
        "SOCKERR/ 'General socket error (No such file or directory)'",
      );
    });

    it('goes to the port of the check', async () => {
      const other = await startScripted(plain(silence));
      closing.push(() => other.close());
      expect((await check({ server: `port ${other.port}` })).result).toBe("L4OK/ ''");
      const port = await freePort();
      expect((await check({ behaviour: plain(silence), server: `port ${port}` })).result).toBe(
        "L4CON/ 'Connection refused'",
      );
    });
  });

  describe('HTTP', () => {
    it('sends its request, takes the verdict at the end of the head, and resets', async () => {
      const run = await check({
        behaviour: plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', { keep: true })),
        rules: HTTP,
      });
      expect(run.result).toBe("L7OK/200 ''");
      const [first] = run.scripted.connections;
      expect(first?.received).toBe('GET /v1/status HTTP/1.0\r\n\r\n');
      await waitFor('the end of the connection', () => first?.ended !== 'open');
      expect(first?.ended).toBe('rst');
    });

    it.each([
      ['500', plain(httpAnswer('500 Internal Server Error')), "L7STS/500 'Internal Server Error'"],
      ['pieces', plain(answer('HTTP/1.1 503 Busy\r\nA: b\r\n\r\n', { piece: 1 })), "L7STS/503 'Busy'"],
      ['garbage', plain(answer('this is not http')), "L7RSP/ ''"],
      ['close after the request', plain(afterRequest(({ stream }) => stream.end())), "L7RSP/ ''"],
      [
        'reset after the request',
        plain(afterRequest(({ socket }) => socket.resetAndDestroy())),
        "SOCKERR/ 'Connection reset by peer'",
      ],
      ['an endless head', plain(endless('HTTP/1.1 200 OK\r\n', 'x-a: y\r\n')), "L7RSP/ ''"],
      ['an endless body', plain(endless('HTTP/1.0 200 OK\r\n\r\n', 'y'.repeat(8192))), "L7OK/200 ''"],
      ['silence', plain(silence), "L7TOUT/ ''"],
      ['TLS', tls(certificate, httpAnswer('200 OK')), undefined],
    ] as const)('%s', async (_name, behaviour, expected) => {
      const inter = expected?.includes('TOUT') === false ? '3s' : '300ms';
      const { result } = await check({ behaviour, rules: HTTP, inter });
      if (expected !== undefined) expect(result).toBe(expected);
      // A TLS server closes or resets; it is never layer 6, for nobody spoke TLS.
      else expect(result).toMatch(/^(SOCKERR|L7RSP|L7TOUT)/);
    });

    it('needs bounded memory for an endless body that must match', async () => {
      const behaviour = plain(endless('HTTP/1.0 200 OK\r\n\r\n', 'y'.repeat(65_536)));
      const rules = `${HTTP}\n http-check expect string NEVER`;
      const { result, duration } = await check({ behaviour, rules, inter: '5s' });
      expect(result).toBe("L7RSP/ 'HTTP content check did not match'");
      expect(duration).toBeLessThan(4000);
    });

    it('tells the server its state', async () => {
      const behaviour = plain(httpAnswer('200 OK'));
      const { scripted } = await check({ behaviour, rules: `${HTTP}\n http-check send-state`, server: 'weight 5' });
      expect(scripted.connections[0]?.received).toBe(
        `GET /v1/status HTTP/1.0\r\nx-haproxy-server-state: UP 1/3; address=127.0.0.1; port=${scripted.port}; ` +
          'name=be/s; node=host; weight=5/5; scur=0/0; qcur=0\r\n\r\n',
      );
    });
  });

  describe('tcp-check and small dialogues', () => {
    it.each([
      [
        'option tcp-check\n tcp-check send PING\\r\\n\n tcp-check expect string +PONG',
        greet('+PONG\r\n', true),
        "L7OK/0 '(tcp-check)'",
      ],
      [
        'option tcp-check\n tcp-check expect string +PONG',
        greet('nope'),
        "L7RSP/ 'TCPCHK did not match content '+PONG' at step 1'",
      ],
      [
        'option tcp-check\n tcp-check expect string +PONG',
        silence,
        "L7TOUT/ ' at step 1 of tcp-check (expect string '+PONG')'",
      ],
      [
        'option redis-check',
        afterRequest(({ stream }) => stream.write('+PONG\r\n'), /PING/),
        "L7OK/0 'Redis server is ok'",
      ],
      ['option smtpchk', greet('554 no\r\n'), "L7STS/554 'no'"],
      ['option ssl-hello-chk', answer('garbage'), "L6TOUT/ ''"],
      ['option ssl-hello-chk', greet('garbage', true), "L6RSP/ ''"],
    ] as const)('%j: %s', async (rules, script, expected) => {
      const inter = expected.includes('TOUT') ? '300ms' : '3s';
      expect((await check({ behaviour: plain(script), rules, inter })).result).toBe(expected);
    });
  });

  describe('stopping', () => {
    it('ends what is under way and leaves nothing open', async () => {
      const run = await check({
        behaviour: plain(silence),
        rules: HTTP,
        timeouts: 'timeout check 200ms',
        inter: '200ms',
      });
      await waitFor('another check', () => run.scripted.connections.some(({ ended }) => ended === 'open'));
      run.health.stop();
      await waitFor('its end', () => run.scripted.connections.every(({ ended }) => ended !== 'open'));
      const made = run.scripted.connections.length;
      await new Promise((done) => setImmediate(done));
      expect(run.scripted.connections).toHaveLength(made);
    });
  });
});
