/** Which limit ends a check, and what a busy program must not do. Expectations: reference timing 4 (3.x where it differs). */
import { describe, expect, it } from 'vitest';
import { createHealthLab } from './lab.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\n\r\n';

function config(inter: string, check: string | undefined, connect: string | undefined, server = ''): string {
  return `
defaults
  mode tcp
  timeout client 1s
  timeout server 1s
  ${check === undefined ? '' : `timeout check ${check}`}
  ${connect === undefined ? '' : `timeout connect ${connect}`}
backend b
  option httpchk
  server s 127.0.0.1:1 check inter ${inter} ${server}
`;
}

describe('the limits', () => {
  it.each([
    // inter, timeout check, timeout connect, silent HTTP, SYN dropped, TLS never answered
    ['1s', undefined, '5s', 1000, 1000, 1000],
    ['1s', undefined, '300ms', 1000, 1000, 1000],
    ['2s', '400ms', '200ms', 401, 200, 200],
    ['2s', '400ms', '5s', 401, 2000, 2000],
    ['500ms', '1500ms', '300ms', 1501, 300, 300],
    ['500ms', '1500ms', '5s', 1501, 500, 500],
    ['500ms', '300ms', '1s', 301, 500, 500],
    ['2s', '5s', '1s', 5001, 1000, 1000],
    ['2s', '400ms', undefined, 401, 2000, 2000],
    ['2s', undefined, undefined, 2000, 2000, 2000],
  ])('inter %s, timeout check %s, timeout connect %s', async (inter, check, connect, silent, dropped, tls) => {
    const measure = async (server: string, behaviour: object) => {
      const lab = await createHealthLab(config(inter, check, connect, server));
      lab.dialer.servers.set(1, behaviour);
      lab.health.start();
      await lab.time.advance(6000);
      lab.health.stop();
      return lab.last('b/s');
    };
    // The connection takes 1 ms, and the answer has its time from there.
    expect(await measure('', { connects: 1 })).toBe(`L7TOUT/${silent}`);
    expect(await measure('', {})).toBe(`L4TOUT/${dropped}`);
    expect(await measure('check-ssl verify none', { connects: 1 })).toBe(`L6TOUT/${tls}`);
  });

  it('end a check on an endless trickle of a head', async () => {
    const lab = await createHealthLab(config('1s', undefined, '5s'));
    lab.dialer.servers.set(1, { connects: 1, answers: { after: 1, text: 'H', every: 10 } });
    lab.health.start();
    await lab.time.advance(1400);
    expect(lab.last('b/s')).toBe('L7TOUT/1000');
    lab.health.stop();
    expect(lab.dialer.open).toBe(0);
  });
});

describe('a loop that was busy', () => {
  it('does not turn a good server DOWN when everything came during the block', async () => {
    const lab = await createHealthLab(config('2s', undefined, '5s', 'check-ssl verify none'));
    lab.dialer.servers.set(1, { connects: 5, secures: 5, answers: { after: 5, text: ANSWER } });
    lab.health.start();
    for (let round = 0; round < 20; round++) {
      await lab.time.advance(round % 2 === 0 ? 1 : 137);
      lab.time.block(2500);
      await lab.time.advance(100);
    }
    await lab.time.advance(3000);
    expect(lab.check('b/s')?.failures).toBe(0);
    expect(lab.status('b/s')).toBe('UP');
    expect(lab.dialer.most.get(1)).toBe(1);
    lab.health.stop();
  });

  it('gives the time back that was lost before the request went out', async () => {
    const lab = await createHealthLab(config('2s', undefined, '5s'));
    // A slow but good server: half a second for the answer.
    lab.dialer.servers.set(1, { connects: 1, answers: { after: 500, text: ANSWER } });
    lab.health.start();
    await lab.time.advance(0);
    lab.time.block(1900);
    await lab.time.advance(1000);
    expect(lab.check('b/s')).toMatchObject({ status: 'L7OK', failures: 0 });
    lab.health.stop();
  });

  it('still finds a silent server silent, once, and not much later', async () => {
    const lab = await createHealthLab(config('2s', undefined, '5s'));
    lab.dialer.servers.set(1, { connects: 1 });
    lab.health.start();
    await lab.time.advance(10);
    lab.time.block(3000);
    await lab.time.advance(2500);
    expect(lab.check('b/s')?.status).toBe('L7TOUT');
    expect(lab.status('b/s')).toBe('DOWN');
    lab.health.stop();
  });
});

describe('failures', () => {
  const run = async (
    server: string,
    failure: { readonly code: string; readonly mismatch?: string; readonly source?: true },
    after = 0,
    more: object = {},
    address = '127.0.0.1:1',
    option = 'option httpchk',
  ) => {
    const text = config('1s', undefined, '5s', server)
      .replace('127.0.0.1:1', address)
      .replace('option httpchk', option);
    const lab = await createHealthLab(text);
    const port = address.endsWith(':1') ? 1 : 0;
    lab.dialer.servers.set(port, { fails: { after, failure: { mismatch: undefined, ...failure } }, ...more });
    lab.health.start();
    await lab.time.advance(100);
    lab.health.stop();
    return `${lab.check('b/s')?.status} '${lab.check('b/s')?.text}'`;
  };

  it.each([
    ['ECONNREFUSED', "L4CON 'Connection refused'"],
    ['EHOSTUNREACH', "L4CON 'No route to host'"],
    ['ENETUNREACH', "L4CON 'General socket error (Network is unreachable)'"],
    ['EADDRNOTAVAIL', "L4CON 'Out of local source ports on the system (Cannot assign requested address)'"],
    ['EMFILE', "L4CON 'Too many sockets on the process (Too many open files)'"],
    ['ENFILE', "SOCKERR 'General socket error (Too many open files in system)'"],
  ])('%s before the connection: %s', async (code, expected) => {
    expect(await run('', { code })).toBe(expected);
  });

  it.each([
    [{ code: 'EADDRNOTAVAIL' }, 3, /^Connect\(\) failed for backend b: no free ports\.$/],
    [
      { code: 'EADDRNOTAVAIL', source: true } as const,
      0,
      /^Cannot bind to source address before connect\(\) for backend b\.$/,
    ],
    [
      { code: 'EMFILE' },
      0,
      /^Proxy b reached process FD limit \(maxsock=\d+\)\. Please check 'ulimit-n' and restart\.$/,
    ],
    [{ code: 'ENFILE' }, 0, /^Proxy b cannot check its servers: the system is short of file descriptors \(ENFILE\)\.$/],
    [{ code: 'ECONNREFUSED' }, undefined, /^(?:Connect|Cannot|Proxy) /],
  ])('for want of something here are logged each time: %o', async (failure, level, text) => {
    const lab = await createHealthLab(config('1s', undefined, '5s', 'agent-check agent-port 2 agent-inter 1s'));
    const fails = { after: 0, failure: { mismatch: undefined, ...failure } };
    for (const port of [1, 2]) lab.dialer.servers.set(port, { fails });
    lab.health.start();
    await lab.time.advance(2600);
    lab.health.stop();
    const made = lab.starts(1).length + lab.starts(2).length;
    expect(made).toBeGreaterThan(3);
    const lines = lab.lines.filter((line) => text.test(line.text));
    expect(lines.map((line) => line.level)).toEqual(level === undefined ? [] : Array(made).fill(level));
  });

  it('to take the own address', async () => {
    expect(await run('', { code: 'EADDRINUSE', source: true })).toBe(
      "L4CON 'Can't bind to source address (Address already in use)'",
    );
  });

  it('on a Unix socket are the system’s', async () => {
    expect(await run('', { code: 'ENOENT' }, 0, {}, 'unix@/nowhere.sock')).toBe(
      "SOCKERR 'General socket error (No such file or directory)'",
    );
  });

  it('come after the connection when it was reset before our loop saw it', async () => {
    const reset = { code: 'ECONNRESET' };
    expect(await run('', reset)).toBe("SOCKERR 'Connection reset by peer'");
    expect(await run('check-ssl verify none', reset)).toBe("L6RSP 'SSL handshake failure'");
    const plain = await createHealthLab(config('1s', undefined, '5s').replace('option httpchk', ''));
    plain.dialer.servers.set(1, { fails: { after: 1, failure: { ...reset, mismatch: undefined } } });
    plain.health.start();
    await plain.time.advance(100);
    expect(plain.check('b/s')?.status).toBe('L4OK');
    plain.health.stop();
  });

  it('by a reset leave what has come to be judged, but for HTTP', async () => {
    const cut = (option: string, text: string) =>
      run('', { code: 'ECONNRESET' }, 5, { connects: 1, answers: { after: 1, text } }, undefined, option);
    expect(await cut('option redis-check', '+PO')).toBe("L7STS '+PO'");
    expect(await cut('option redis-check', '')).toBe("SOCKERR 'Connection reset by peer'");
    const rules = 'option tcp-check\n  tcp-check send a\n  tcp-check expect ! string bad';
    expect(await cut(rules, 'ba')).toBe("L7OK '(tcp-check)'");
    expect(await cut('option httpchk', 'HTTP/1.1 200 OK\r\n')).toBe("SOCKERR 'Connection reset by peer'");
  });

  it('during TLS are layer 6, after it socket errors', async () => {
    const tls = 'check-ssl verify none';
    const reset = { code: 'ECONNRESET' };
    expect(await run(tls, reset, 5, { connects: 1 })).toBe("L6RSP 'SSL handshake failure'");
    const mismatch = 'Server presented an SSL certificate different from the configured one';
    expect(await run(tls, { ...reset, mismatch }, 5, { connects: 1 })).toBe(`L6RSP '${mismatch}'`);
    expect(await run(tls, reset, 5, { connects: 1, secures: 1 })).toBe("SOCKERR 'Connection reset by peer'");
    expect(await run('', reset, 5, { connects: 1 })).toBe("SOCKERR 'Connection reset by peer'");
  });
});
