import { errnoName } from '../../../system/libc.ts';
import { EAGAIN, EPOLLEXCLUSIVE, EPOLLIN } from '../../../system/linux-numbers.ts';
import type { ListeningDescriptor } from '../../../system/listening-descriptor.ts';
import type { Pollable } from '../../../system/poller.ts';
import { decodeAddress } from '../../../system/socket-address.ts';
import { applyToAccepted, type ListenerSocketOptions } from '../../../system/socket-options.ts';
import type { Endpoint, EngineListener, EngineTimer, ListenHandler } from '../../engine.ts';
import { CONNECTION_EVENTS, LinuxConnection, UNIX } from './connection.ts';
import type { Keeper } from './keeper.ts';

/** Most clients taken from one listener in a turn. */
const MOST_A_TURN = 32;
/** How long nobody is accepted after descriptors or memory have run out (ms). */
const SHORTAGE_PAUSE = 100;
/** What accept(2) reports of a single client, or of the network it came through: the next one may be taken at once. */
const ONE_CLIENTS = new Set([
  'ECONNABORTED',
  'EPROTO',
  'EPERM',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EHOSTUNREACH',
]);

/**
 * A listening socket. It is waited for level-triggered, so one accept a turn is enough while clients come singly; if it is
 * ready turn after turn the number doubles. Held back it is not waited for: clients stay in the kernel's queue, which turns
 * away what does not fit.
 */
export class LinuxListener implements EngineListener, Pollable {
  readonly fd: number;
  readonly generation: number;
  /** The kernel drops clients by itself, and unseen. */
  readonly dropped = 0;
  readonly #keeper: Keeper;
  readonly #handler: ListenHandler;
  readonly #isUnix: boolean;
  readonly #local: Endpoint | undefined;
  readonly #ended: (listener: LinuxListener) => void;
  #waiting = false;
  #paused = false;
  #closed = false;
  /** Clients may have waited long, and be gone. */
  #late = false;
  #share = 1;
  /** The turn in which it was ready last. */
  #turn = 0;
  readonly #owned: boolean;
  /** What accepted sockets do not inherit. */
  readonly #accepted: ListenerSocketOptions | undefined;
  #shortage: EngineTimer | undefined;

  /** `owned`: the socket is closed with the listener; else by whoever opened it. */
  constructor(
    keeper: Keeper,
    { fd, local }: ListeningDescriptor,
    handler: ListenHandler,
    owned: boolean,
    socket: ListenerSocketOptions | undefined,
    ended: (listener: LinuxListener) => void,
  ) {
    this.#keeper = keeper;
    this.#handler = handler;
    this.#ended = ended;
    this.#owned = owned;
    this.#accepted = (socket?.mss ?? 0) < 0 ? socket : undefined;
    this.fd = fd;
    this.generation = keeper.poller.nextGeneration();
    this.#isUnix = local.host === 'unix';
    const everywhere = local.host === '0.0.0.0' || local.host === '::';
    this.#local = this.#isUnix ? UNIX : everywhere ? undefined : local;
    keeper.post(() => {
      if (this.#closed) return;
      handler.listening(this.#isUnix ? UNIX : local);
      this.#wait();
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#wait();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shortage?.cancel();
    this.#ignore();
    if (this.#owned) this.#keeper.calls.close(this.fd);
    this.#ended(this);
  }

  drop(): void {
    this.close();
  }

  handleEvents(): void {
    if (this.#paused || this.#closed) {
      this.#late = true;
      this.#ignore();
      return;
    }
    const { turnNumber: turn } = this.#keeper;
    this.#share = turn === this.#turn + 1 ? Math.min(MOST_A_TURN, this.#share * 2) : 1;
    this.#turn = turn;
    for (let taken = 0; taken < this.#share && !this.#paused && !this.#closed; taken++) {
      if (this.#accept()) continue;
      this.#share = 1;
      if (this.#shortage === undefined) this.#late = false;
      return;
    }
  }

  /** Takes one client; false when there is none, or none can be taken for now. */
  #accept(): boolean {
    const { calls, address } = this.#keeper;
    const fd = calls.accept(this.fd, address);
    if (fd === -EAGAIN) return false;
    if (fd < 0) return this.#refused(-fd);
    const remote = this.#isUnix ? UNIX : decodeAddress(address);
    const generation = this.#keeper.poller.nextGeneration();
    const connection = new LinuxConnection(this.#keeper, fd, generation, this.#isUnix, true, remote, this.#local);
    const problem = this.#keeper.poller.add(connection, CONNECTION_EVENTS);
    if (problem < 0) {
      calls.close(fd);
      return this.#refused(-problem);
    }
    if (this.#accepted !== undefined) applyToAccepted(calls, fd, this.#accepted);
    connection.gone = this.#late && !this.#isUnix && calls.isTcpClosed(fd);
    this.#keeper.adopted();
    this.#handler.accepted(connection);
    return true;
  }

  /** Without descriptors or memory there is no use in trying again at once; others wait in the kernel meanwhile. */
  #refused(errno: number): boolean {
    const code = errnoName(errno);
    if (ONE_CLIENTS.has(code)) return true;
    this.#keeper.pipes.shrink();
    this.#ignore();
    this.#late = true;
    this.#shortage ??= this.#keeper.at(this.#keeper.now() + SHORTAGE_PAUSE, () => {
      this.#shortage = undefined;
      this.#wait();
    });
    this.#handler.acceptFailed?.(code);
    return false;
  }

  #wait(): void {
    if (this.#waiting || this.#paused || this.#closed || this.#shortage !== undefined) return;
    this.#waiting = this.#keeper.poller.add(this, EPOLLIN | EPOLLEXCLUSIVE) === 0;
  }

  #ignore(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#keeper.poller.remove(this);
  }
}
