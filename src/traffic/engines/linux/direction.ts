import { EAGAIN, EINVAL, MSG_MORE } from '../../../system/linux-numbers.ts';
import type { Memory } from '../../../system/memory.ts';
import type { RelayAccount } from '../../engine.ts';
import type { RelaySide } from '../relay-state.ts';
import type { LinuxConnection } from './connection.ts';
import type { Keeper } from './keeper.ts';
import type { Pipe } from './pipe-pool.ts';

/** How a pump came to rest. */
export type Rest =
  /** Everything that has come is delivered. */
  | 'drained'
  /** The taker takes no more for now. */
  | 'held'
  /** Others have their turn first. */
  | 'interrupted'
  /** The source has ended, and everything is delivered. */
  | 'ended'
  /** The source was reset, and everything it sent before is delivered. */
  | 'source-failed'
  /** The taker was reset. */
  | 'taker-failed';

/** Reads of a turn after which others come first: about a megabyte copied, several spliced. */
const READS_A_TURN = 16;
/** Reads that filled the buffer, in a row, after which bytes go through a pipe. */
const FULL_READS = 2;
/** A turn that moved less than this through a pipe was a small one; after so many in a row bytes are copied again. */
const SMALL_TURN = 16_384;
const SMALL_TURNS = 4;

/** One way through a relay: what comes from one connection and goes to the other. */
export class Direction {
  readonly from: LinuxConnection;
  readonly fromSide: RelaySide;
  readonly to: LinuxConnection;
  readonly toSide: RelaySide;
  /** From the client to the server. */
  readonly up: boolean;
  readonly #keeper: Keeper;
  readonly #account: RelayAccount;
  /** Bytes the taker has not taken yet: from `restAt` to `restEnd`. */
  #rest: Memory | undefined;
  #restAt = 0;
  #restEnd = 0;
  #pipe: Pipe | undefined;
  #piped = 0;
  #fullReads = 0;
  #smallTurns = 0;
  /** The kernel cannot splice between these sockets. */
  #unspliceable = false;

  constructor(
    keeper: Keeper,
    up: boolean,
    from: LinuxConnection,
    fromSide: RelaySide,
    to: LinuxConnection,
    toSide: RelaySide,
    account: RelayAccount,
  ) {
    this.#keeper = keeper;
    this.up = up;
    this.from = from;
    this.fromSide = fromSide;
    this.to = to;
    this.toSide = toSide;
    this.#account = account;
  }

  /** Bytes have been received and not delivered. */
  get waiting(): boolean {
    return this.#restAt < this.#restEnd || this.#piped > 0;
  }

  /** Moves what can be moved now. Reading stops at the end, at an error, when the taker is slow and when it is others' turn. */
  pump(): Rest {
    let moved = 0;
    for (let reads = 0; ; reads++) {
      if (this.waiting) {
        const rest = this.#deliver();
        if (rest !== undefined) return rest;
      }
      const { from } = this;
      if (this.fromSide.readEnded) return this.#ended();
      if (!from.readable) {
        if (this.#pipe !== undefined) this.#releasePipe(moved);
        return 'drained';
      }
      if (reads === READS_A_TURN) return 'interrupted';
      const spliced = this.#fullReads >= FULL_READS && this.#hasPipe();
      const result = spliced ? this.#splice() : this.#copy();
      if (typeof result !== 'number') return result;
      moved += result;
    }
  }

  /** Bytes that are sent before anything else, and not accounted. */
  begin(prefix: Uint8Array): void {
    if (prefix.length === 0) return;
    this.#keep(prefix);
    this.#held();
  }

  /** Lets go of what it holds, delivered or not. */
  drop(): void {
    this.#rest = undefined;
    this.#restAt = 0;
    this.#restEnd = 0;
    if (this.#pipe !== undefined) this.#keeper.pipes.give(this.#pipe, this.#piped === 0);
    this.#pipe = undefined;
    this.#piped = 0;
  }

  /** Receives once and sends it on. Returns the bytes received, or how it ended. */
  #copy(): number | Rest {
    const { from } = this;
    const { calls, chunk } = this.#keeper;
    const room = chunk.bytes.length;
    let received = calls.recv(from.fd, chunk.address, room);
    if (received <= 0) return this.#nothing(received);
    let last = false;
    if (received < room) {
      this.#fullReads = 0;
      // Less than asked for means that there is no more, unless the end has come with it: then it is worth asking.
      if (!from.thorough) from.readable = false;
      else {
        const more = calls.recv(from.fd, chunk.address + received, room - received);
        if (more > 0) received += more;
        else if (more === 0 && !from.failing) last = true;
        else if (more === -EAGAIN) from.readable = false;
        // An error stays for the next look: bytes come first.
      }
    } else this.#fullReads += 1;
    const now = this.#keeper.now();
    this.#received(received, now);
    if (last) this.#noteEnd();
    return this.#send(received, last, now);
  }

  #send(length: number, last: boolean, now: number): number | Rest {
    const { calls, chunk } = this.#keeper;
    const { to } = this;
    if (!to.prompt) to.hurry(length);
    // The FIN that follows at once goes out with the last bytes.
    const sent = to.writable ? calls.send(to.fd, chunk.address, length, last ? MSG_MORE : 0) : -EAGAIN;
    if (sent === length) {
      this.toSide.took(now, false);
      return length;
    }
    if (sent < 0 && sent !== -EAGAIN) return 'taker-failed';
    to.writable = false;
    const taken = Math.max(0, sent);
    this.#keep(chunk.bytes.subarray(taken, length));
    if (taken > 0) this.toSide.took(now, true);
    return this.#held();
  }

  #keep(bytes: Uint8Array): void {
    const rest = this.#keeper.calls.memory(bytes.length);
    rest.bytes.set(bytes);
    this.#rest = rest;
    this.#restAt = 0;
    this.#restEnd = bytes.length;
  }

  #held(): Rest {
    this.toSide.waits(this.#keeper.now());
    this.fromSide.readHeld = true;
    return 'held';
  }

  /** Sends what had to wait. Undefined: nothing is left. */
  #deliver(): Rest | undefined {
    const { to, toSide, fromSide } = this;
    if (!to.writable) return this.#held();
    const sent = this.#rest === undefined ? this.#deliverPiped() : this.#deliverRest(this.#rest);
    if (sent < 0 && sent !== -EAGAIN) return 'taker-failed';
    const left = this.waiting;
    const now = this.#keeper.now();
    if (sent > 0) toSide.took(now, left);
    if (left) {
      to.writable = false;
      return this.#held();
    }
    if (fromSide.readHeld) fromSide.release(now);
    return undefined;
  }

  #deliverRest(rest: Memory): number {
    if (!this.to.prompt) this.to.hurry(this.#restEnd - this.#restAt);
    const sent = this.#keeper.calls.send(this.to.fd, rest.address + this.#restAt, this.#restEnd - this.#restAt, 0);
    if (sent <= 0) return sent;
    this.#restAt += sent;
    if (this.#restAt === this.#restEnd) {
      this.#rest = undefined;
      this.#restAt = 0;
      this.#restEnd = 0;
    }
    return sent;
  }

  #deliverPiped(): number {
    const pipe = this.#pipe as Pipe;
    let all = 0;
    while (this.#piped > 0) {
      const moved = this.#keeper.calls.splice(pipe.readEnd, this.to.fd, this.#piped);
      if (moved <= 0) return all > 0 && moved === -EAGAIN ? all : moved;
      this.#piped -= moved;
      all += moved;
    }
    return all;
  }

  /** Moves what has come into the pipe; `deliver` takes it on. */
  #splice(): number | Rest {
    const { from, to } = this;
    const pipe = this.#pipe as Pipe;
    const moved = this.#keeper.calls.splice(from.fd, pipe.writeEnd, pipe.size);
    if (moved === -EINVAL) {
      this.#unspliceable = true;
      return 0;
    }
    if (moved <= 0) return this.#nothing(moved);
    if (!to.prompt) to.hurry(moved);
    const now = this.#keeper.now();
    this.#piped = moved;
    this.#received(moved, now);
    this.#keeper.spliced(moved, this.up);
    return moved;
  }

  #received(bytes: number, now: number): void {
    this.from.took(bytes, now);
    this.fromSide.received(now);
    if (this.up) this.#account.fromClient(bytes);
    else this.#account.fromServer(bytes);
  }

  /** A read that gave no byte. */
  #nothing(result: number): number | Rest {
    const { from } = this;
    from.readable = false;
    if (result === -EAGAIN) return 0;
    // After an error was taken off, or on a socket that both sides have ended, the kernel gives 0 too.
    if (result < 0 || from.failing) return 'source-failed';
    this.#noteEnd();
    return 0;
  }

  #noteEnd(): void {
    this.from.readable = false;
    this.from.ended = true;
    this.fromSide.readEnded = true;
  }

  #ended(): Rest {
    this.drop();
    return 'ended';
  }

  #hasPipe(): boolean {
    if (this.#pipe !== undefined) return true;
    if (this.#unspliceable) return false;
    this.#pipe = this.#keeper.pipes.take();
    // Without one it is copied for a while before a pipe is asked for again.
    if (this.#pipe === undefined) this.#fullReads = -READS_A_TURN;
    return this.#pipe !== undefined;
  }

  /** The pipe is empty: others may need it. */
  #releasePipe(moved: number): void {
    this.#keeper.pipes.give(this.#pipe as Pipe, true);
    this.#pipe = undefined;
    this.#smallTurns = moved < SMALL_TURN ? this.#smallTurns + 1 : 0;
    if (this.#smallTurns < SMALL_TURNS) return;
    this.#smallTurns = 0;
    this.#fullReads = 0;
  }
}
