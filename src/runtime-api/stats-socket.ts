/** Opens one `stats socket`, Unix or TCP. */
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { StatsSocketModel } from '../config/model.ts';
import { errorCode, systemErrorText } from '../system/error-text.ts';

/** HAProxy's backlog for Unix sockets. */
const UNIX_BACKLOG = 10;
const TCP_BACKLOG = 128;
/** Bytes of a Unix address, the leading 0 of an abstract one included. */
const SUN_PATH = 108;

let temporaryNames = 0;

export type OpenedSocket =
  | { readonly ok: true; readonly server: Server }
  /** What follows `Binding [file:line] for frontend GLOBAL: `. */
  | { readonly ok: false; readonly message: string };

/** Listens on the socket's address. The server has no unhandled errors: what happens later goes to `log`. */
export async function openStatsSocket(
  model: StatsSocketModel,
  accept: (socket: Socket) => void,
  log: (message: string) => void,
): Promise<OpenedSocket> {
  const server = createServer({ allowHalfOpen: true }, accept);
  try {
    if (model.address.family === 'unix') await listenOnPath(server, model);
    else await listen(server, addressOptions(model));
  } catch (error) {
    server.close();
    return { ok: false, message: error instanceof SocketProblem ? error.message : describe(model, errorCode(error)) };
  }
  server.on('error', (error) => log(`stats socket ${model.text}: ${errorCode(error)}`));
  return { ok: true, server };
}

class SocketProblem extends Error {}

/**
 * The socket is made beside its path and renamed onto it, so that the path never vanishes: an old process answers until
 * the new one does. Node unlinks the name it bound when the server closes; that name is gone by then, so the path stays
 * behind at the end, and an old process cannot take away its successor's.
 */
async function listenOnPath(server: Server, model: StatsSocketModel): Promise<void> {
  const path = model.address.host;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new SocketProblem(
      `error when trying to preserve previous UNIX socket (${systemErrorText('EPERM')}) [${path}]`,
    );
  }
  // Node reports a missing directory as EACCES.
  if (!existsSync(dirname(path)))
    throw new SocketProblem(`cannot bind UNIX socket (${systemErrorText('ENOENT')}) [${path}]`);
  const number = temporaryNames++;
  const temporary = `${path}.${process.pid}${number === 0 ? '' : `.${number}`}.tmp`;
  rmSync(temporary, { force: true });
  await listen(server, { path: temporary, backlog: UNIX_BACKLOG });
  try {
    if (model.mode !== undefined) chmodSync(temporary, model.mode);
    if (model.uid !== undefined || model.gid !== undefined) chownSync(temporary, model.uid ?? -1, model.gid ?? -1);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new SocketProblem(
      `cannot change UNIX socket ownership or name (${systemErrorText(errorCode(error))}) [${path}]`,
    );
  }
}

function addressOptions({ address }: StatsSocketModel): ListenOptions {
  if (address.family === 'abns') {
    // HAProxy fills an abstract name with zeros to the full length of the address.
    return { path: `\0${address.host}`.padEnd(SUN_PATH, '\0'), backlog: UNIX_BACKLOG };
  }
  return { host: address.host, port: address.port, backlog: TCP_BACKLOG };
}

async function listen(server: Server, options: ListenOptions): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

function describe({ address }: StatsSocketModel, code: string): string {
  const text = systemErrorText(code);
  if (address.family === 'unix') {
    // HAProxy tries to move the old socket away first, so that is where a directory it may not write to shows.
    const what = code === 'EACCES' ? 'error when trying to unlink previous UNIX socket' : 'cannot bind UNIX socket';
    return `${what} (${text}) [${address.host}]`;
  }
  if (address.family === 'abns') return `cannot bind UNIX socket (${text}) [abns@${address.host}]`;
  const host = address.family === 'ipv6' ? `[${address.host}]` : address.host;
  return `cannot bind socket (${text}) for [${host}:${address.port}]`;
}
