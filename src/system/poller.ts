import { errnoName } from './libc.ts';
import { EPOLL_EVENT, EPOLLET, EPOLLIN } from './linux-numbers.ts';
import type { Memory } from './memory.ts';
import type { Syscalls } from './syscalls.ts';

/** Whoever owns a descriptor that is waited for. */
export interface Pollable {
  readonly fd: number;
  /** Told apart from whoever had or will have the same descriptor number. */
  readonly generation: number;
  /** EPOLL bits that have come. */
  handleEvents(events: number): void;
  /** The engine closes: it goes at once, and nobody is told. */
  drop(): void;
}

/** Events taken in one call. */
export const BATCH = 256;

/**
 * One epoll and who waits for what. A descriptor is closed after the batch of events in which that was asked for, and by
 * nobody else; an event of a descriptor's earlier life is known by its generation.
 */
export class Poller {
  readonly calls: Syscalls;
  readonly #epoll: number;
  readonly #events: Memory;
  /** By descriptor number. */
  readonly #owners: (Pollable | undefined)[] = [];
  #generation = 0;
  #closing: number[] = [];
  #size = 0;

  constructor(calls: Syscalls) {
    this.calls = calls;
    const epoll = calls.epollCreate();
    if (epoll < 0) throw new Error(`epoll_create1: ${errnoName(-epoll)}`);
    this.#epoll = epoll;
    this.#events = calls.memory(BATCH * EPOLL_EVENT.words * 4);
  }

  /** Descriptors that are waited for. */
  get size(): number {
    return this.#size;
  }

  /** Whoever waits for events now. */
  get owners(): Pollable[] {
    return this.#owners.filter((owner) => owner !== undefined);
  }

  nextGeneration(): number {
    this.#generation = (this.#generation + 1) | 0;
    return this.#generation;
  }

  /** Waits for `mask` from now on; 0 or -errno. */
  add(owner: Pollable, mask: number): number {
    const result = this.calls.epollAdd(this.#epoll, owner.fd, mask, owner.generation);
    if (result < 0) return result;
    this.#owners[owner.fd] = owner;
    this.#size += 1;
    return 0;
  }

  /** Calls `woken` whenever the eventfd is written to. The descriptor stays its owner's. */
  onSignal(fd: number, woken: () => void): void {
    const generation = this.nextGeneration();
    const signal: Pollable = { fd, generation, handleEvents: woken, drop: () => this.remove(signal) };
    this.add(signal, EPOLLIN | EPOLLET);
  }

  /** The events of `owner` go to `heir`, which has the same descriptor and generation. */
  hand(owner: Pollable, heir: Pollable): void {
    this.#owners[owner.fd] = heir;
  }

  /** Waits for nothing of it any more; the descriptor stays open. */
  remove(owner: Pollable): void {
    if (this.#owners[owner.fd] !== owner) return;
    this.#owners[owner.fd] = undefined;
    this.#size -= 1;
    this.calls.epollDelete(this.#epoll, owner.fd);
  }

  /** Closes the descriptor after this batch. */
  close(owner: Pollable): void {
    if (this.#owners[owner.fd] !== owner) return;
    this.#owners[owner.fd] = undefined;
    this.#size -= 1;
    this.#closing.push(owner.fd);
  }

  /** Waits up to `timeout` ms (-1: for ever) for events. Returns how many there are; they are given out by `dispatch`. */
  wait(timeout: number): number {
    const count = this.calls.epollWait(this.#epoll, this.#events.address, BATCH, timeout);
    if (count < 0) throw new Error(`epoll_wait: ${errnoName(-count)}`);
    return count;
  }

  dispatch(count: number): void {
    const { words } = this.#events;
    const stride = EPOLL_EVENT.words;
    for (let at = 0, event = 0; event < count; event++, at += stride) {
      const owner = this.#owners[words[at + EPOLL_EVENT.fd] as number];
      if (owner === undefined || owner.generation !== words[at + EPOLL_EVENT.generation]) continue;
      owner.handleEvents(words[at] as number);
    }
  }

  /** Closes what was to be closed. */
  sweep(): void {
    const closing = this.#closing;
    if (closing.length === 0) return;
    for (const fd of closing) this.calls.close(fd);
    closing.length = 0;
  }

  /** Releases the epoll itself; owners have closed their descriptors before. */
  end(): void {
    this.sweep();
    this.calls.close(this.#epoll);
  }
}
