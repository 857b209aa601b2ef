/** `stats maxconn`: lets so many clients in at once; the others wait as long as they like, as in a listen queue. */
import type { Socket } from 'node:net';

/** Clients kept waiting; beyond it connections are closed at once. */
const WAITING_ROOM = 1024;

export class ClientGate {
  readonly #limit: number;
  readonly #inside = new Set<Socket>();
  readonly #waiting = new Map<Socket, () => void>();

  /** Clients that came so far. */
  #total = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Calls `begin` when there is room: at once, or when another client has left. */
  admit(socket: Socket, begin: () => void): void {
    this.#total++;
    socket.once('close', () => this.#left(socket));
    if (this.#inside.size < this.#limit) {
      this.#inside.add(socket);
      begin();
    } else if (this.#waiting.size < WAITING_ROOM) {
      socket.on('error', () => socket.destroy());
      this.#waiting.set(socket, begin);
    } else {
      socket.on('error', () => {});
      socket.destroy();
    }
  }

  get total(): number {
    return this.#total;
  }

  /** Clients being served. */
  get current(): number {
    return this.#inside.size;
  }

  /** Cuts everyone. */
  destroyAll(): void {
    for (const socket of [...this.#waiting.keys(), ...this.#inside]) socket.destroy();
  }

  #left(socket: Socket): void {
    this.#waiting.delete(socket);
    if (!this.#inside.delete(socket)) return;
    for (const [next, begin] of this.#waiting) {
      this.#waiting.delete(next);
      if (next.destroyed) continue;
      this.#inside.add(next);
      begin();
      return;
    }
  }
}
