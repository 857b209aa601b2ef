/** `hapax probe` as an operator uses it, against servers that are well, unwell, slow, and not there. Runs the built command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { freePort } from '../support/ports.ts';
import { type CommandOptions, runCommand } from '../support/run-command.ts';
import {
  type Behaviour,
  greet,
  httpAnswer,
  plain,
  resetAtOnce,
  type ScriptedServer,
  silence,
  startScripted,
  tls,
} from '../support/scripted-server.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const servers: ScriptedServer[] = [];
let directory: string;
let config: string;
let good: ScriptedServer;
let mail: ScriptedServer;

async function serve(behaviour: Behaviour): Promise<ScriptedServer> {
  const server = await startScripted(behaviour);
  servers.push(server);
  return server;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-probe-'));
  config = join(directory, 'haproxy.cfg');
  const authority = createAuthority('Probe Authority');
  writeFileSync(join(directory, 'ca.pem'), authority.cert);
  const certificate = authority.issue({ commonName: 'db.example', names: ['db.example'] });
  good = await serve(plain(httpAnswer('200 OK', 'all is well\x1b[31m', ['X-Version: 7'])));
  const bad = await serve(plain(httpAnswer('503 Out Of Order')));
  const mute = await serve(plain(silence));
  const cutting = await serve(plain(resetAtOnce));
  mail = await serve(plain(greet('220 mail ESMTP\r\n', true)));
  const secured = await serve(tls(certificate, httpAnswer('200 OK')));
  const ssl = `127.0.0.1:${secured.port} check check-ssl`;
  writeFileSync(
    config,
    `defaults
  mode tcp
  timeout connect 20s
  timeout check 20s
  timeout client 1m
  timeout server 1m
backend web
  option httpchk GET /health
  http-check expect status 200
  http-check expect string well
  server good localhost:${good.port} check inter 100ms
  server bad ${bad.address} check
  server refused 127.0.0.1:${await freePort()} check
  server unchecked ${good.address}
  server mail ${mail.address} check
  server cut ${cutting.address} check
backend slow
  timeout check 200ms
  option httpchk
  server mute ${mute.address} check
backend secure
  option httpchk
  server any ${ssl} verify none
  server right ${ssl} verify required ca-file ${directory}/ca.pem check-sni db.example
  server wrong ${ssl} verify required ca-file ${directory}/ca.pem check-sni www.example
  server plain ${mail.address} check check-ssl verify none
backend names
  server nowhere no-such-name.invalid:80 check init-addr none
backend rules
  option tcp-check
  tcp-check connect port ${mail.port}
  tcp-check expect string 220
  tcp-check connect port ${good.port}
  tcp-check send HELLO\\r\\n\\r\\n
  tcp-check expect string well
  server s ${mute.address} check
`,
  );
});

afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const probe = (args: readonly string[], options: CommandOptions = {}) =>
  runCommand({ file: process.execPath, args: [main, 'probe', ...args] }, options);

/** The report with one blank for many, and every time as T. */
async function report(name: string) {
  const { code, stdout, stderr } = await probe([name, '-f', config]);
  expect(stderr).toBe('');
  const lines = stdout
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replaceAll(/ +/g, ' ')
        .replaceAll(/\b\d+(\.\d)? ms/g, 'T'),
    )
    .filter((line) => line !== '');
  return { code, lines: lines.map((line) => line.replace(/127\.0\.0\.1:\d+/, 'ADDRESS')), stdout };
}

describe('what is shown', () => {
  test('a server that is well', async () => {
    const { code, lines } = await report('web/good');
    expect(code).toBe(0);
    expect(lines).toEqual([
      `web/good (${config}:11): HTTP, GET /health HTTP/1.0`,
      'address T ADDRESS (localhost)',
      'connect T established',
      'sent 24 bytes: GET /health HTTP/1.0\\r\\n\\r\\n',
      'received T HTTP/1.1 200 OK',
      'X-Version: 7',
      'Content-Length: 16',
      'body 16 bytes so far: all is well\\x1b[31m',
      'expect status 200: saw 200, passed',
      'expect string well: saw 16 bytes "all is well\\x1b[31m", passed',
      'verdict L7OK/200 in T: passed (2 in a row bring the server up)',
    ]);
  });

  test('a server that answers something else', async () => {
    const { code, lines } = await report('web/bad');
    expect(code).toBe(1);
    expect(lines).toContain('received T HTTP/1.1 503 Out Of Order');
    expect(lines).toContain('expect status 200: saw 503, NOT passed');
    expect(lines.at(-1)).toBe(
      'verdict L7STS/503 "Out Of Order" in T: FAILED, Layer7 wrong status (3 in a row take the server down)',
    );
  });

  test.each([
    [
      'web/refused',
      ['connect T Connection refused (ECONNREFUSED)', /^verdict L4CON "Connection refused" in T: FAILED/],
    ],
    ['web/mail', [/^received T 16 bytes: 220 mail ESMTP\\r\\n$/, /^expect nothing: this is not/, /^verdict L7RSP/]],
    ['web/cut', [/^verdict (SOCKERR|L7RSP)/]],
    ['slow/mute', ['received nothing', /^expect nothing: there was no answer/, /^verdict L7TOUT in T/]],
    ['secure/plain', [/^tls T refused: wrong version number/, /^verdict L6RSP/]],
  ])('%s fails', async (name, expected) => {
    const { code, lines } = await report(name);
    expect(code).toBe(1);
    for (const each of expected) {
      if (typeof each === 'string') expect(lines).toContain(each);
      else expect(lines).toContainEqual(expect.stringMatching(each));
    }
  });

  test('a program that is the check, and one that cannot be run', async () => {
    const [failing, forbidden] = ['failing.sh', 'forbidden.sh'].map((name) => join(directory, name));
    writeFileSync(failing!, '#!/bin/sh\necho "no disk" >&2\nexit 3\n', { mode: 0o755 });
    writeFileSync(forbidden!, '#!/bin/sh\n', { mode: 0o644 });
    const file = join(directory, 'programs.cfg');
    const backend = (name: string, command: string) =>
      `backend ${name}\n  option external-check\n  external-check command ${command}\n  server s ${good.address} check\n`;
    const head = 'global\n  insecure-fork-wanted\n  external-check\ndefaults\n  mode tcp\n  timeout connect 20s\n';
    writeFileSync(file, `${head}  timeout check 20s\n${backend('a', failing!)}${backend('b', forbidden!)}`);
    const run = (server: string) => runCommand({ file: process.execPath, args: [main, 'probe', server, '-f', file] });
    const first = await run('a/s');
    expect([first.code, first.stderr]).toEqual([1, 'no disk\n']);
    expect(first.stdout).toContain(`  program              ${failing} NOT_USED NOT_USED 127.0.0.1 ${good.port}\n`);
    expect(first.stdout).toMatch(/verdict +PROCERR\/3 in \d+ ms: FAILED/);
    const second = await run('b/s');
    expect([second.code, second.stderr]).toEqual([1, '']);
    expect(second.stdout).toContain('cannot be started: Permission denied');
  });

  test('an agent is asked too', async () => {
    const agent = await serve(plain(greet('down 50% # no disk\n')));
    const file = join(directory, 'agent.cfg');
    const server = `server s ${good.address} check agent-check agent-port ${agent.port}`;
    writeFileSync(file, `defaults\n  mode tcp\n  timeout connect 20s\n  timeout check 20s\nbackend a\n  ${server}\n`);
    const { code, stdout } = await runCommand({ file: process.execPath, args: [main, 'probe', 'a/s', '-f', file] });
    expect(code).toBe(1);
    expect(stdout).toMatch(/verdict +L4OK in \d+ ms: passed/);
    expect(stdout).toContain('and its agent:\n');
    expect(stdout).toMatch(
      /L7STS\/0 "via agent : down \(no disk\)" in \d+ ms: the agent takes the server DOWN; it wants weight 50%\n$/,
    );
  });

  test('a server that is never checked is checked, with a note', async () => {
    const { code, lines } = await report('web/unchecked');
    expect(code).toBe(0);
    expect(lines[1]).toBe("note: it has no 'check', so the proxy never checks it");
  });

  test('a server without an address is not looked for on this machine', async () => {
    const { code, lines } = await report('names/nowhere');
    expect(code).toBe(1);
    expect(lines.slice(1)).toEqual([
      'note: the name of nowhere has no address, so the proxy keeps it in MAINT (resolution)',
      "address no-such-name.invalid: none (it was not looked up, as 'init-addr' says)",
      'verdict not checked: there is nobody to ask',
    ]);
  });

  test('certificates, whether they are looked at or not', async () => {
    const [any, right, wrong] = await Promise.all(['secure/any', 'secure/right', 'secure/wrong'].map(report));
    expect([any!.code, right!.code, wrong!.code]).toEqual([0, 0, 1]);
    for (const { lines } of [any!, right!, wrong!]) {
      expect(lines).toContainEqual(expect.stringMatching(/^tls T TLSv1\.3, TLS_/));
      expect(lines).toContain('certificate CN=db.example; DNS:db.example');
    }
    expect(any!.lines).toContain('chain CN=db.example <- CN=Probe Authority (not sent)');
    expect(any!.lines).toContainEqual(
      expect.stringMatching(/^not verified \('verify none'\); verification would say: UNABLE_TO_VERIFY_LEAF_SIGNATURE/),
    );
    expect(right!.lines).toContain(`verified by ca-file ${directory}/ca.pem, for db.example`);
    expect(right!.lines).toContain('asked for db.example (SNI)');
    expect(wrong!.lines).toContain('refused: Server presented an SSL certificate different from the expected one');
  });

  test('every connection of a sequence', async () => {
    const { code, lines } = await report('rules/s');
    expect(code).toBe(0);
    expect(lines.filter((line) => !line.startsWith('address'))).toEqual([
      `rules/s (${config}:36): tcp-check, 5 rules`,
      'connection 1',
      'connect T established',
      'received T 16 bytes: 220 mail ESMTP\\r\\n',
      'connection 2',
      'connect T established',
      'sent 9 bytes: HELLO\\r\\n\\r\\n',
      'received T HTTP/1.1 200 OK',
      'X-Version: 7',
      'Content-Length: 16',
      'body 16 bytes so far: all is well\\x1b[31m',
      `rules 1 connect port ${mail.port}: done`,
      '2 expect string "220": passed',
      `3 connect port ${good.port}: done`,
      '4 send "HELLO\\r\\n\\r\\n": done',
      '5 expect string "well": passed',
      'verdict L7OK/0 "(tcp-check)" in T: passed (2 in a row bring the server up)',
    ]);
  });
});

describe('--watch', () => {
  test('goes on until it is interrupted, tells changes in full, and ends with the last verdict', async () => {
    let seen = 0;
    const result = await probe(['web/good', '-f', config, '--watch'], {
      onOutput: (stdout, child) => {
        const lines = stdout.split('\n').filter((line) => /^\d\d:\d\d:\d\d\.\d{3} {2}L7OK\/200 in/.test(line)).length;
        if (seen === 0 && lines >= 2) {
          seen = 1;
          void good.become(plain(httpAnswer('500 Sick')));
        } else if (seen === 1 && /"Sick" in .*\n[^\n]*"Sick" in/.test(stdout)) {
          seen = 2;
          child.kill('SIGINT');
        }
      },
    });
    await good.become(plain(httpAnswer('200 OK', 'all is well\x1b[31m', ['X-Version: 7'])));
    expect(result).toMatchObject({ code: 1, signal: null, stderr: '' });
    expect(result.stdout).toContain('verdict              L7STS/500 "Sick" in');
  });
});

describe('what cannot be done', () => {
  test.each([
    ['web/god', "backend 'web' has no server of that name: 'web/god'", "did you mean 'web/good'?", '  web/refused'],
    ['wbe/good', "there is no server 'wbe/good'", "did you mean 'web/good'?", '  rules/s'],
    ['web', "'web' is a backend; name one of its servers", '', '  web/mail'],
  ])('%s', async (name, problem, hint, listed) => {
    const { code, stdout, stderr } = await probe([name, '-f', config]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const each of [problem, hint, listed]) expect(stderr).toContain(each);
  });

  test('the name of another server does no harm', async () => {
    const file = join(directory, 'lost.cfg');
    writeFileSync(file, `backend b\n  server lost nowhere.invalid:80 check\n  server here ${good.address} check\n`);
    expect(await probe(['b/here', '-f', file])).toMatchObject({ code: 0, stderr: '' });
    const lost = await probe(['b/lost', '-f', file]);
    expect(lost).toMatchObject({ code: 1, stderr: '' });
    expect(lost.stdout).toMatch(/address +[\d.]+ ms {2}nowhere\.invalid: none \(E\w+\)\n/);
  });

  test('wrong arguments', async () => {
    expect(await probe([])).toMatchObject({ code: 1, stderr: expect.stringContaining('error: ') });
    expect(await probe(['web/good'])).toMatchObject({ code: 1 });
    expect(await probe(['web/good', '-f', join(directory, 'none.cfg')])).toMatchObject({ code: 1, stdout: '' });
    const help = await probe(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('hapax probe web/a -f haproxy.cfg --watch');
  });
});
