/** Tells systemd how the service fares (sd_notify(3): datagrams of lines to the socket in NOTIFY_SOCKET). */
import { UnixDatagramSocket } from '../system/unix-datagram.ts';

export class SystemdNotifier {
  readonly #socket: UnixDatagramSocket | undefined;

  /** Connects at once: after chroot the manager's path is out of reach. Without a manager, or without libc, nothing happens. */
  constructor(path = process.env.NOTIFY_SOCKET) {
    if (path === undefined || path === '') return;
    const socket = UnixDatagramSocket.open();
    if (socket?.connect(path.startsWith('@') ? `\0${path.slice(1)}` : path) === undefined) this.#socket = socket;
    else socket?.close();
  }

  /** Sends `READY=1` and the like; false when nobody was told. */
  notify(state: string): boolean {
    return this.#socket !== undefined && this.#socket.send(undefined, Buffer.from(state)) === undefined;
  }

  close(): void {
    this.#socket?.close();
  }
}
