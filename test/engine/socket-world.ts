import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddressModel } from '../../src/config/model.ts';
import { libc } from '../../src/system/libc.ts';
import { abstractPath, listenOnPath } from '../../src/system/listening-path.ts';
import type { ConnectFailure, Endpoint, Engine } from '../../src/traffic/engine.ts';
import { type Blackhole, startBlackhole } from '../support/blackhole.ts';
import { SocketPeer } from './socket-peer.ts';
import type { Family, TestPeer, TestServer, World } from './world.ts';

let serial = 0;

/**
 * On Linux all of 127/8 is this machine, and an address of one's own keeps strangers away: other tests' checks and clients
 * go on trying ports that were theirs once.
 */
const HOST =
  process.platform === 'linux' ? `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}` : '127.0.0.1';

/** Real sockets around an engine that runs in this thread. What it holds and how it is driven is the engine's own matter. */
export abstract class SocketWorld implements World {
  abstract readonly engine: Engine;
  readonly largest = 200_000_000;
  /** How long to wait for something before it counts as failed, ms. */
  limit = 30_000;
  readonly patience = 3;
  readonly #peers: SocketPeer[] = [];
  readonly #servers: Server[] = [];
  #blackhole: Blackhole | undefined;
  #directory: string | undefined;

  async until(what: string, condition: () => boolean): Promise<void> {
    const limit = performance.now() + this.limit;
    while (!condition()) {
      if (performance.now() > limit) throw new Error(`in vain: ${what}`);
      await pause(1);
    }
  }

  /** Bytes on loopback need a few turns of the loop; nothing can be waited for where nothing is to happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await pause(2);
  }

  async turn(): Promise<void> {
    for (let count = 0; count < 3; count++) await new Promise((resolve) => setImmediate(resolve));
  }

  stall(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  async pass(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end) await pause(end - performance.now());
  }

  freeAddress(family: Family): AddressModel {
    if (family === 'ipv4') return { family, host: HOST, port: 0 };
    if (family === 'ipv6') return { family, host: '::1', port: 0 };
    serial += 1;
    if (family === 'abns') return { family, host: `hapax-test-${process.pid}-${serial}`, port: 0 };
    this.#directory ??= mkdtempSync(join(tmpdir(), 'engine-'));
    return { family, host: join(this.#directory, `s${serial}`), port: 0 };
  }

  async serve(family: Family = 'ipv4', accepted?: (peer: TestPeer) => void): Promise<TestServer> {
    const wanted = this.freeAddress(family);
    const isPath = family === 'unix' || family === 'abns';
    const peers: SocketPeer[] = [];
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const peer = this.#peer(new SocketPeer(socket, isPath));
      peers.push(peer);
      accepted?.(peer);
    });
    const port = await this.#listen(server, wanted);
    return { address: { ...wanted, port }, peers };
  }

  async dial(address: AddressModel, at: Endpoint): Promise<TestPeer> {
    const isPath = address.family === 'unix' || address.family === 'abns';
    const path = address.family === 'abns' ? abstractPath(address.host) : address.host;
    const socket = isPath
      ? connect({ path, allowHalfOpen: true })
      : connect({ host: at.host, port: at.port, allowHalfOpen: true, noDelay: true });
    const peer = this.#peer(new SocketPeer(socket, isPath));
    await this.until('the client is connected', () => !socket.connecting);
    return peer;
  }

  async failing(how: ConnectFailure | 'blackhole'): Promise<AddressModel | undefined> {
    if (how === 'blackhole' || how === 'timeout') {
      this.#blackhole ??= await startBlackhole();
      return { family: 'ipv4', host: '127.0.0.1', port: this.#blackhole.port };
    }
    if (how === 'refused') {
      const server = createServer();
      const address = this.freeAddress('ipv4');
      const port = await this.#listen(server, address);
      await new Promise((resolve) => server.close(resolve));
      return { ...address, port };
    }
    // Broadcast is refused by the kernel before anything is sent.
    if (how === 'unreachable') return { family: 'ipv4', host: '255.255.255.255', port: 9 };
    return undefined;
  }

  async late(): Promise<{ address: AddressModel; answer: () => Promise<void> }> {
    this.#blackhole ??= await startBlackhole();
    const { port, open } = this.#blackhole;
    return {
      address: { family: 'ipv4', host: '127.0.0.1', port },
      answer: async () => {
        open();
        // The kernel asks again after a second.
        await this.pass(1_300);
      },
    };
  }

  async occupied(): Promise<AddressModel> {
    const address = this.freeAddress('ipv4');
    const port = await this.#listen(createServer(), address);
    return { ...address, port };
  }

  async inherited(family: Family): Promise<AddressModel> {
    const server = createServer();
    let address = this.freeAddress(family);
    if (family === 'unix') await listenOnPath(server, address.host, { backlog: 100 });
    else address = { ...address, port: await this.#listen(server, address) };
    const dup = libc()?.bind<[number]>('int dup(int fd)');
    if (dup === undefined) throw new Error('without libc there is no second descriptor of a socket');
    const fd = dup((server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd);
    await new Promise((resolve) => server.close(resolve));
    return { ...address, fd };
  }

  abstract open(): number;

  /** Throws when a timer of the engine is left after its end. */
  protected abstract checkTimers(): void;

  async close(): Promise<void> {
    this.engine.close();
    await this.until('every socket of the engine is gone', () => this.open() === 0);
    this.checkTimers();
    for (const peer of this.#peers) peer.socket.destroy();
    for (const server of this.#servers) server.close();
    await this.#blackhole?.close();
    const idle = () => !process.getActiveResourcesInfo().some((name) => /^TCP/.test(name));
    await this.until('no socket is left in the process', idle);
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true });
  }

  #peer(peer: SocketPeer): SocketPeer {
    this.#peers.push(peer);
    return peer;
  }

  async #listen(server: Server, address: AddressModel): Promise<number> {
    this.#servers.push(server);
    const { family, host, port } = address;
    const path = family === 'unix' ? host : family === 'abns' ? abstractPath(host) : undefined;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      if (path !== undefined) server.listen(path, resolve);
      else server.listen({ host, port, exclusive: true }, resolve);
    });
    const bound = server.address();
    return bound !== null && typeof bound === 'object' ? bound.port : 0;
  }
}
