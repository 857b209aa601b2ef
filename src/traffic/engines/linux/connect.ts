import { isIp } from '../../../system/address-family.ts';
import { errnoName } from '../../../system/libc.ts';
import { EINPROGRESS, EINVAL, EPOLLERR, EPOLLHUP, SO_KEEPALIVE, SOL_SOCKET } from '../../../system/linux-numbers.ts';
import type { Memory } from '../../../system/memory.ts';
import type { Pollable } from '../../../system/poller.ts';
import { encodeAddress, FAMILY_NUMBER } from '../../../system/socket-address.ts';
import { applyBeforeConnect, applyBeforeSource } from '../../../system/socket-options.ts';
import type { ConnectHandler, ConnectOptions, EngineTimer, PendingConnect } from '../../engine.ts';
import { classifyConnectError } from '../connect-failure.ts';
import { CONNECTION_EVENTS, LinuxConnection, UNIX } from './connection.ts';
import type { Keeper } from './keeper.ts';

/** An attempt to connect. Its socket becomes a connection, or is closed, whatever happens first and however late. */
export class LinuxConnect implements PendingConnect, Pollable {
  readonly fd: number;
  readonly generation: number;
  readonly #keeper: Keeper;
  readonly #options: ConnectOptions;
  readonly #handler: ConnectHandler;
  #deadline: EngineTimer | undefined;
  #over = false;
  #sourceRefused = false;

  /** `target` is the encoded address; undefined when there is none such. */
  constructor(keeper: Keeper, options: ConnectOptions, target: Memory | undefined, handler: ConnectHandler) {
    this.#keeper = keeper;
    this.#options = options;
    this.#handler = handler;
    this.generation = keeper.poller.nextGeneration();
    const { calls } = keeper;
    this.fd = target === undefined ? -EINVAL : calls.socket(FAMILY_NUMBER[options.address.family]);
    const problem = this.fd < 0 || target === undefined ? errnoName(-this.fd) : this.#begin(target);
    if (problem !== undefined) keeper.post(() => this.#failed(problem));
    else if (options.timeout > 0) {
      this.#deadline = keeper.at(keeper.now() + options.timeout, () => this.#failed('ETIMEDOUT'));
    }
  }

  abort(): void {
    if (this.#over) return;
    this.#end();
    this.#release();
  }

  drop(): void {
    this.abort();
  }

  handleEvents(events: number): void {
    if (this.#over) return;
    const error = (events & (EPOLLERR | EPOLLHUP)) === 0 ? 0 : this.#keeper.calls.pendingError(this.fd);
    if (error !== 0) this.#failed(errnoName(error));
    else this.#connected(events);
  }

  /** Returns the errno's name of what failed; the socket is closed then. */
  #begin(target: Memory): string | undefined {
    const { calls, poller } = this.#keeper;
    const { fd } = this;
    let problem = this.#prepare();
    if (problem === undefined) {
      const result = calls.connect(fd, target);
      if (result < 0 && result !== -EINPROGRESS) problem = errnoName(-result);
    }
    if (problem === undefined) {
      const added = poller.add(this, CONNECTION_EVENTS);
      if (added < 0) problem = errnoName(-added);
    }
    if (problem !== undefined) calls.close(fd);
    return problem;
  }

  /** Options of the socket, and where it comes from. */
  #prepare(): string | undefined {
    const { calls } = this.#keeper;
    const { address, keepAlive, socket, source } = this.#options;
    const { family } = address;
    if (!isIp(family)) return undefined;
    if (keepAlive && socket?.keepAlive === undefined) calls.setOption(this.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    const refused = socket === undefined ? undefined : applyBeforeConnect(calls, this.fd, family, socket);
    if (refused !== undefined) return this.#refusedSource(refused.code);
    if (source === undefined) return undefined;
    const encoded = encodeAddress(calls, { family: source.host.includes(':') ? 'ipv6' : 'ipv4', ...source });
    if (encoded === undefined) return this.#refusedSource('EINVAL');
    applyBeforeSource(calls, this.fd, source.port);
    const bound = calls.bind(this.fd, encoded);
    return bound < 0 ? this.#refusedSource(errnoName(-bound)) : undefined;
  }

  #refusedSource(code: string): string {
    this.#sourceRefused = true;
    return code;
  }

  #connected(events: number): void {
    this.#end();
    const { address } = this.#options;
    const isUnix = !isIp(address.family);
    const remote = isUnix ? UNIX : { host: address.host, port: address.port };
    const local = isUnix ? UNIX : undefined;
    const connection = new LinuxConnection(this.#keeper, this.fd, this.generation, isUnix, isUnix, remote, local);
    this.#keeper.poller.hand(this, connection);
    this.#keeper.adopted();
    connection.handleEvents(events);
    this.#handler.connected(connection);
  }

  #failed(code: string): void {
    if (this.#over) return;
    this.#end();
    this.#release();
    this.#handler.failed(this.#sourceRefused ? 'source' : classifyConnectError(code), code);
  }

  #release(): void {
    // One that has failed at once is not known to the poller, and closed already.
    this.#keeper.poller.close(this);
  }

  #end(): void {
    this.#over = true;
    this.#deadline?.cancel();
  }
}

/** Encoded addresses by the objects that name them: a server's is the same object every time. */
export class TargetCache {
  readonly #keeper: Keeper;
  readonly #known = new WeakMap<ConnectOptions['address'], Memory>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  find(address: ConnectOptions['address']): Memory | undefined {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const encoded = encodeAddress(this.#keeper.calls, address);
    if (encoded !== undefined) this.#known.set(address, encoded);
    return encoded;
  }
}
