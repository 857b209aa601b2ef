import type { Socket } from 'node:net';

/**
 * When bytes and a RST are found by the same poll, libuv reports the bytes and then an orderly end: cut data would be taken
 * for whole. The kernel knows better: a socket that was reset has no peer any more, while one that got FIN still has (until
 * we have sent FIN ourselves, so this can only be asked before). Asking goes through `remoteAddress`, which Node answers
 * from a cache once it knows; the cache is emptied by `forgetPeer` after it was read for its own sake.
 */
export function wasResetInsteadOfEnded(socket: Socket): boolean {
  return !socket.writableEnded && !socket.destroyed && socket.remoteAddress === undefined;
}

/** Makes Node ask the kernel again at the next `remoteAddress`. Without that property a RST may again look like FIN. */
export function forgetPeer(socket: Socket): void {
  Reflect.set(socket, '_peername', undefined);
}
