import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AddressModel, StatsSocketModel } from '../../../src/config/model.ts';
import { RuntimeApi } from '../../../src/runtime-api/runtime-api.ts';
import { COMPATIBLE_VERSION } from '../../../src/stats/product.ts';
import { listener, modelOf, server, testView } from '../../support/runtime-view.ts';
import { ask } from '../../support/stats-client.ts';
import { waitFor } from '../../support/wait.ts';

const version = `${COMPATIBLE_VERSION}\n\n`;
let directory: string;
const open: RuntimeApi[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-api-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((api) => api.close()));
  rmSync(directory, { recursive: true, force: true });
});

function socketModel(address: AddressModel, rest: Partial<StatsSocketModel> = {}): StatsSocketModel {
  return { address, level: 'admin', exposeFd: false, place: { file: 'x.cfg', line: 7 }, text: address.host, ...rest };
}

const unix = (path: string, rest: Partial<StatsSocketModel> = {}) =>
  socketModel({ family: 'unix', host: path, port: 0 }, rest);
const tcp = (port: number, rest: Partial<StatsSocketModel> = {}) =>
  socketModel({ family: 'ipv4', host: '127.0.0.1', port }, rest);

function apiOn(...sockets: StatsSocketModel[]): RuntimeApi {
  const model = modelOf([
    { name: 'fe', frontend: { listeners: [listener(1)] } },
    { name: 'be', backend: { servers: [server('s1', 1)] } },
  ]);
  const test = testView(model);
  const api = new RuntimeApi({ sockets, timeout: 5000, maxconn: 10, view: test.view, control: test.control });
  open.push(api);
  return api;
}

describe('stats sockets', () => {
  it.runIf(process.geteuid?.() === 0)('are refused in the words of what a plain user may not do', async () => {
    const [closed, locked, open] = ['closed', 'locked', 'open'].map((name) => join(directory, name));
    for (const path of [closed!, locked!, open!]) mkdirSync(path);
    chmodSync(directory, 0o755);
    writeFileSync(join(closed!, 'x'), '');
    chmodSync(locked!, 0o700);
    chmodSync(open!, 0o777);
    const wanted = [
      unix(join(closed!, 'new')),
      unix(join(closed!, 'x')),
      unix(join(locked!, 'x')),
      unix(join(open!, 'x'), { uid: 0 }),
    ];
    process.seteuid!(65_534);
    const failures = await apiOn(...wanted)
      .open()
      .finally(() => process.seteuid!(0));
    expect(failures.map(({ message }) => message.replace(/^.*GLOBAL: | \[.*$/g, ''))).toEqual([
      'cannot bind UNIX socket (Permission denied)',
      'error when trying to preserve previous UNIX socket (Operation not permitted)',
      'error when trying to unlink previous UNIX socket (Permission denied)',
      'cannot change UNIX socket ownership (Operation not permitted)',
    ]);
  });

  it('may be as long as a socket address allows, and are refused beyond it', async () => {
    // With a name of seven figures the usual temporary name would be longer than the address: Node cuts it off silently.
    const pid = Object.getOwnPropertyDescriptor(process, 'pid')!;
    Object.defineProperty(process, 'pid', { ...pid, value: 4_194_304 });
    try {
      const path = join(directory, 'x'.repeat(107 - directory.length - 1));
      expect(await apiOn(unix(path)).open()).toEqual([]);
      expect(await ask(path, 'show version')).toBe(version);
      expect(readdirSync(directory)).toEqual([path.slice(directory.length + 1)]);
    } finally {
      Object.defineProperty(process, 'pid', pid);
    }
    const failures = await apiOn(unix(join(directory, 'x'.repeat(107 - directory.length)))).open();
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining('cannot bind UNIX socket (File name too long) ['),
    ]);
  });

  it('are as many as configured, each with its level', async () => {
    const paths = ['admin', 'operator', 'user'].map((name) => join(directory, name));
    const levels = ['admin', 'operator', 'user'] as const;
    const api = apiOn(
      ...paths.map((path, index) => unix(path, { level: levels[index]! })),
      tcp(0, { level: 'operator' }),
    );
    expect(await api.open()).toEqual([]);
    for (const [index, path] of paths.entries()) expect(await ask(path, 'show cli level')).toBe(`${levels[index]}\n\n`);
    expect(api.ports.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(await ask(`127.0.0.1:${api.ports[3]}`, 'show cli level')).toBe('operator\n\n');
    // Three listening paths, one port, and the frontend's listener.
    expect(await ask(paths[0]!, 'show info')).toContain('\nListeners: 5\n');
  });

  it('have the configured mode whatever the umask, and no temporary name stays', async () => {
    const path = join(directory, 's');
    await apiOn(unix(path, { mode: 0o600 })).open();
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['s']);
  });

  it('get their owner', async () => {
    if (process.getuid?.() !== 0) {
      process.stderr.write('SKIPPED owner of a stats socket: only root can give files away\n');
      return;
    }
    const path = join(directory, 's');
    await apiOn(unix(path, { uid: 65534, gid: 65534, mode: 0o640 })).open();
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
  });

  it('stay behind when the process closes them', async () => {
    const path = join(directory, 's');
    const api = apiOn(unix(path));
    await api.open();
    await api.close();
    await api.close();
    expect(lstatSync(path).isSocket()).toBe(true);
    await expect(ask(path, 'show version')).rejects.toThrow('ECONNREFUSED');
  });

  it('pass to a successor without a moment in which the path is gone', async () => {
    const path = join(directory, 's');
    const old = apiOn(unix(path));
    await old.open();
    const inode = statSync(path).ino;
    let gone = 0;
    const looking = setInterval(() => {
      if (!existsSync(path)) gone++;
    }, 1);
    const next = apiOn(unix(path, { level: 'user' }));
    expect(await next.open()).toEqual([]);
    expect(statSync(path).ino).not.toBe(inode);
    await old.close();
    clearInterval(looking);
    expect(gone).toBe(0);
    expect(await ask(path, 'show cli level')).toBe('user\n\n');
  });

  it('replace a stale socket and even a regular file', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, 'not a socket');
    expect(await apiOn(unix(path)).open()).toEqual([]);
    expect(await ask(path, 'show version')).toBe(version);
  });

  it('tell every failure in HAProxy’s words, and the others open', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const address = busy.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    mkdirSync(join(directory, 'isdir'));
    const good = join(directory, 's');
    const failures = await apiOn(
      unix(join(directory, 'nodir/x.sock')),
      unix(join(directory, 'isdir')),
      tcp(port),
      unix(good),
    ).open();
    busy.close();
    expect(failures.map((failure) => failure.message)).toEqual([
      `Binding [x.cfg:7] for frontend GLOBAL: cannot bind UNIX socket (No such file or directory) [${directory}/nodir/x.sock]`,
      `Binding [x.cfg:7] for frontend GLOBAL: error when trying to preserve previous UNIX socket (Operation not permitted) [${directory}/isdir]`,
      `Binding [x.cfg:7] for frontend GLOBAL: cannot bind socket (Address already in use) for [127.0.0.1:${port}]`,
    ]);
    expect(await ask(good, 'show version')).toBe(version);
    expect(readdirSync(directory).toSorted()).toEqual(['isdir', 's']);
  });

  it('can be abstract', async () => {
    if (process.platform !== 'linux') {
      process.stderr.write('SKIPPED abstract stats socket: only Linux has abstract socket names\n');
      return;
    }
    const name = `hapax-test-${process.pid}`;
    const failures = await apiOn(socketModel({ family: 'abns', host: name, port: 0 })).open();
    expect(failures).toEqual([]);
    const client = connect({ path: `\0${name}`.padEnd(108, '\0') });
    client.setEncoding('utf8').write('show version\n');
    const [answer] = await once(client, 'data');
    expect(answer).toBe(version);
    await once(client, 'close');
  });

  it('serve no more clients at once than stats maxconn; others wait their turn', async () => {
    const path = join(directory, 's');
    const test = testView(modelOf([]));
    const api = new RuntimeApi({
      sockets: [unix(path)],
      timeout: 5000,
      maxconn: 1,
      view: test.view,
      control: test.control,
    });
    open.push(api);
    await api.open();
    const holder = connect(path);
    holder.write('prompt\n');
    await once(holder, 'data');
    let answered = false;
    const second = ask(path, 'show version').then((text) => {
      answered = true;
      return text;
    });
    holder.write('show version\n');
    await once(holder, 'data');
    expect(answered).toBe(false);
    holder.end('quit\n');
    expect(await second).toBe(version);
    await waitFor('the holder to be closed', () => holder.destroyed);
  });
});
