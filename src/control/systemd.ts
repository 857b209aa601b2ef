/** Tells systemd how the service fares (sd_notify(3): datagrams of lines to the socket in NOTIFY_SOCKET). */
import { UnixDatagramSocket } from '../system/unix-datagram.ts';

/** Sends `READY=1` and the like. Without a manager, or without libc, nothing happens; false when a message was lost. */
export function notifySystemd(state: string, path = process.env.NOTIFY_SOCKET): boolean {
  if (path === undefined || path === '') return true;
  const socket = UnixDatagramSocket.open();
  if (socket === undefined) return false;
  const address = path.startsWith('@') ? `\0${path.slice(1)}` : path;
  const failure = socket.send(address, Buffer.from(state));
  socket.close();
  return failure === undefined;
}
