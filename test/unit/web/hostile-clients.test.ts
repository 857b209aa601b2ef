/** Clients that mean harm, or do some: over real sockets. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_FORM } from '../../../src/web/form-body.ts';
import { checkedServer } from '../../support/runtime-view.ts';
import { closeOf, dial, openStats, type StatsServerOptions, talk } from '../../support/stats-server.ts';
import { waitFor } from '../../support/wait.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function open(options: Partial<StatsServerOptions> = {}) {
  const stats = await openStats({
    proxies: [{ name: 'be', backend: { servers: [checkedServer('s1', 1), checkedServer('s2', 2)] } }],
    ...options,
  });
  opened.push(stats);
  return stats;
}

const BAD = /^HTTP\/1\.1 400 Bad request\r\n/;
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const last = (path: string) => get(path, 'Connection: close\r\n');
const statuses = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, status]) => status);
const post = (form: string, more = '') =>
  `POST /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${form.length}\r\n${more}\r\n${form}`;

describe('passwords', () => {
  it('that are wrong, broken or huge get nothing', async () => {
    const { port, test } = await open({ page: { auth: [['admin', 'secret']], admin: true } });
    const basic = (text: string) => Buffer.from(text).toString('base64');
    for (const header of [
      '',
      'Authorization: \r\n',
      'Authorization: Basic\r\n',
      `Authorization: Basic ${'A'.repeat(15_000)}\r\n`,
      `Authorization: Basic ${basic('admin:secret')}x\r\n`,
      `Authorization: Basic ${basic('admin:secret\0')}\r\n`,
      `Authorization: Digest ${basic('admin:secret')}\r\n`,
      `Authorization: Basic ${basic('x:y')}\r\nAuthorization: Basic ${basic('admin:secret')}\r\n`,
    ]) {
      const text = await talk(port, get('/stats', `${header}Connection: close\r\n`));
      expect(statuses(text)).toEqual(['401']);
      expect(text).not.toContain('be/s1');
      expect(statuses(await talk(port, post('s=s1&action=maint&b=be', header)))).toEqual(['401']);
    }
    expect(['', '400']).toContain(
      statuses(await talk(port, get('/stats', `Authorization: Basic ${'A'.repeat(100_000)}\r\n`)))[0] ?? '',
    );
    expect(test.control.calls).toEqual([]);
    const right = get('/stats;csv', `Connection: close\r\nAuthorization: Basic ${basic('admin:secret')}\r\n`);
    expect(statuses(await talk(port, right))).toEqual(['200']);
  });

  it('may hold any letters, and so may the realm', async () => {
    const { port } = await open({ page: { auth: [['jürgen', 'pässwört:✓']], realm: 'Größe\r\nSet-Cookie: a "b"' } });
    const asked = await talk(port, last('/stats'));
    const header = Buffer.from(/www-authenticate: (.*)\r\n/i.exec(asked)?.[1] ?? '', 'latin1').toString();
    expect(header).toBe('Basic realm="Größe  Set-Cookie: a \\"b\\""');
    const given = Buffer.from('jürgen:pässwört:✓').toString('base64');
    const text = await talk(port, get('/stats;csv', `Connection: close\r\nAuthorization: Basic ${given}\r\n`));
    expect(statuses(text)).toEqual(['200']);
  });
});

describe('requests that are two', () => {
  const form = 's=s1&action=maint&b=be';
  it.each([
    [
      'a length and chunks',
      `POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\n`],
    ['a length that is none', `POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\n`],
    ['an unknown coding', `POST /stats HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a chunk size that is none', `POST /stats HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\n`],
    ['a space before the colon', `POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\n`],
    ['a NUL in a header', `GET /stats HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n`],
    ['an obsolete continuation', `GET /stats HTTP/1.1\r\n Host: x\r\n\r\n`],
  ])('by %s are refused whole', async (_name, head) => {
    const { port, test } = await open({ page: { admin: true } });
    const text = await talk(port, `${head}${post(form)}`);
    expect(text).toMatch(BAD);
    expect(statuses(text)).toEqual(['400']);
    expect(test.control.calls).toEqual([]);
  });

  it('after a body that nobody wanted end with the first answer', async () => {
    const { port, test } = await open({ page: { admin: true } });
    const text = await talk(
      port,
      `GET /stats;csv HTTP/1.1\r\nHost: x\r\nContent-Length: ${post(form).length}\r\n\r\n${post(form)}`,
    );
    expect(statuses(text)).toEqual(['200']);
    expect(test.control.calls).toEqual([]);
  });

  it('one after the other are answered in order', async () => {
    const { port } = await open();
    const text = await talk(port, get('/stats;csv') + get('/nothing') + get('/stats;json') + last('/stats;typed'));
    expect(statuses(text)).toEqual(['200', '503', '200', '200']);
    expect([text.indexOf('# pxname'), text.indexOf('No server'), text.indexOf('objType')]).toEqual(
      [text.indexOf('# pxname'), text.indexOf('No server'), text.indexOf('objType')].sort((a, b) => a - b),
    );
  });

  it('by the thousand are not all begun at once', async () => {
    const { port, row } = await open();
    const socket = await dial(port);
    socket.resume();
    const closed = closeOf(socket);
    socket.write(get('/stats').repeat(5000));
    await closed;
    expect(Number(row('FRONTEND').req_tot)).toBeLessThan(1000);
    expect(statuses(await talk(port, last('/stats;csv')))).toEqual(['200']);
  });
});

describe('forms', () => {
  const form = 's=s1&action=maint&b=be';

  it('are done once their last byte is there, however it comes', async () => {
    const { port, test } = await open({ page: { admin: true } });
    const bytes = post(form);
    for (let at = 1; at < bytes.length; at += 7) {
      const socket = await dial(port);
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += String(chunk);
      });
      const closed = closeOf(socket);
      socket.on('end', () => socket.destroy());
      socket.write(bytes.slice(0, at));
      setImmediate(() => socket.write(bytes.slice(at)));
      await closed;
      expect(text).toMatch(/^HTTP\/1\.1 303 See Other\r\n(.*\r\n)*location: \/stats;st=DONE\r\n/);
    }
    expect(new Set(test.control.calls)).toEqual(new Set(['be/s1 maint']));
    const size = form.length.toString(16);
    const chunked = `POST /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\n${form}\r\n0\r\n\r\n`;
    expect(await talk(port, chunked)).toContain('location: /stats;st=DONE');
  });

  it('that break off do nothing', async () => {
    const { port, test, row } = await open({ page: { admin: true } });
    for (const end of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const socket = await dial(port);
      socket.resume();
      socket.write(`POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: ${form.length + 1}\r\n\r\n${form}`);
      await waitFor('the request to be there', () => row('FRONTEND').scur === '1');
      socket[end]();
      await waitFor('the connection to be gone', () => row('FRONTEND').scur === '0');
      socket.destroy();
    }
    expect(test.control.calls).toEqual([]);
  });

  it('that are too large are told so and not kept', async () => {
    const { port, test } = await open({ page: { admin: true } });
    expect(await talk(port, post(`${form}&x=${'y'.repeat(MAX_FORM - form.length - 3)}`))).toContain('st=DONE');
    for (const size of [MAX_FORM, MAX_FORM * 40]) {
      const text = await talk(port, post(`${form}&x=${'y'.repeat(size)}`));
      expect(['', 'st=EXCD']).toContain(/st=\w+/.exec(text)?.[0] ?? '');
    }
    expect(test.control.calls).toEqual(['be/s1 maint']);
  });

  it('from other sites are denied, body and all', async () => {
    const { port, test } = await open({ page: { admin: true } });
    for (const header of ['Origin: http://evil.example\r\n', 'Sec-Fetch-Site: cross-site\r\n', 'Origin: null\r\n']) {
      expect(await talk(port, post(form, header))).toContain('location: /stats;st=DENY');
    }
    expect(test.control.calls).toEqual([]);
    expect(await talk(port, post(form, 'Origin: http://x\r\nSec-Fetch-Site: same-origin\r\n'))).toContain('st=DONE');
  });
});

describe('addresses', () => {
  it('with odd characters find their page, and nothing else', async () => {
    const { port } = await open({ page: { uri: '/stä"ts <b>' } });
    for (const path of ['/st%C3%A4%22ts%20%3Cb%3E', '/st%C3%A4%22ts%20%3Cb%3E;csv']) {
      expect(statuses(await talk(port, last(path)))).toEqual(['200']);
    }
    for (const path of ['/stats', '/st%C3%A4', '/%00', '/..%2f..%2fetc', '//stats']) {
      expect(statuses(await talk(port, last(path)))).toEqual(['503']);
    }
    // As HAProxy has it: such letters are written with %.
    expect(await talk(port, Buffer.from(last('/stä"ts')))).toMatch(BAD);
  });

  it('can not put headers into an answer', async () => {
    const { port } = await open({ page: { admin: true } });
    const text = await talk(
      port,
      `POST /stats;scope=%0d%0aX-Evil:1%0a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(text).toContain('location: /stats;st=NONE?scope=');
    expect(text).not.toMatch(/^X-Evil/im);
  });

  it('are answered without a Host, as HAProxy does', async () => {
    const { port } = await open();
    expect(statuses(await talk(port, 'GET /stats;csv HTTP/1.1\r\nConnection: close\r\n\r\n'))).toEqual(['200']);
  });
});

describe('connections', () => {
  it('that are idle do not keep others from the page', async () => {
    const { port, row } = await open({ timeouts: { client: 30_000 } });
    const idle: Socket[] = [];
    // No more at once than may wait to be accepted.
    while (idle.length < 400) idle.push(...(await Promise.all(Array.from({ length: 100 }, () => dial(port)))));
    idle.forEach((socket, index) => {
      if (index % 2 === 0) socket.write('GET /sta');
    });
    await waitFor('all to be there', () => row('FRONTEND').scur === '400');
    expect(statuses(await talk(port, last('/stats;csv')))).toEqual(['200']);
    for (const socket of idle) socket.destroy();
    await waitFor('all to be gone', () => row('FRONTEND').scur === '0');
  });

  it('are no more than maxconn', async () => {
    const { port, row } = await open({ maxconn: 10 });
    const idle = await Promise.all(Array.from({ length: 30 }, () => dial(port)));
    await waitFor(
      'the surplus to be gone',
      () => idle.filter((socket) => socket.resume().destroyed || socket.readableEnded).length >= 20,
    );
    expect(row('FRONTEND').scur).toBe('10');
    for (const socket of idle) socket.destroy();
    await waitFor('all to be gone', () => row('FRONTEND').scur === '0');
  });

  it('that dribble their head are closed in time', async () => {
    const { port } = await open({ timeouts: { client: 300, httpRequest: 300 } });
    const socket = await dial(port);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += String(chunk);
    });
    const dribble = setInterval(() => socket.write('x'), 50);
    socket.write('GET /stats HTTP/1.1\r\nA: ');
    socket.on('end', () => socket.destroy());
    await closeOf(socket);
    clearInterval(dribble);
    expect(text === '' || text.startsWith('HTTP/1.1 408 Request Time-out\r\n')).toBe(true);
  });

  it('that do not read are closed in time, and others go on', async () => {
    const servers = Array.from({ length: 1500 }, (_, index) => checkedServer(`s${index}`, index + 1));
    const { port, row } = await open({ proxies: [{ name: 'be', backend: { servers } }], timeouts: { client: 400 } });
    const socket = await dial(port);
    socket.pause();
    socket.write(get('/stats').repeat(20));
    await waitFor('the request to be there', () => row('FRONTEND').scur === '1');
    expect(statuses(await talk(port, last('/stats;csv')))).toEqual(['200']);
    await waitFor('the silent one to be gone', () => row('FRONTEND').scur === '0');
    socket.destroy();
  });
});
