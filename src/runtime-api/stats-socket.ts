/** Opens one `stats socket`, Unix or TCP. */
import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressModel, StatsSocketModel } from '../config/model.ts';
import { errorCode, systemErrorText } from '../system/error-text.ts';
import { abstractPath, listenOnPath, OwnerError } from '../system/listening-path.ts';

/** HAProxy's backlog for Unix sockets. */
const UNIX_BACKLOG = 10;
const TCP_BACKLOG = 128;

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
    await listen(server, model);
  } catch (error) {
    server.on('error', () => {});
    server.close();
    return { ok: false, message: describe(model.address, error) };
  }
  server.on('error', (error) => log(`stats socket ${model.text}: ${errorCode(error)}`));
  return { ok: true, server };
}

async function listen(server: Server, model: StatsSocketModel): Promise<void> {
  const { family, host, port, fd } = model.address;
  if (fd === undefined && family === 'unix') return listenOnPath(server, host, { ...model, backlog: UNIX_BACKLOG });
  if (fd !== undefined) server.listen({ fd, backlog: TCP_BACKLOG });
  else if (family === 'abns') server.listen({ path: abstractPath(host), backlog: UNIX_BACKLOG });
  else {
    server.listen({ host, port, backlog: TCP_BACKLOG });
  }
  await once(server, 'listening');
}

function describe({ family, host, port }: AddressModel, error: unknown): string {
  const code = errorCode(error);
  const text = systemErrorText(code);
  if (family === 'ipv4' || family === 'ipv6') return `cannot bind socket (${text}) for [${host}:${port}]`;
  if (family === 'abns') return `cannot bind UNIX socket (${text}) [abns@${host}]`;
  if (error instanceof OwnerError) return `cannot change UNIX socket ownership (${text}) [${host}]`;
  const denied = code === 'EACCES' || code === 'EPERM';
  return `${code === 'EISDIR' || denied ? refusal(host, text) : `cannot bind UNIX socket (${text})`} [${host}]`;
}

/** HAProxy moves what stands at the path away first, so that is where a refusal shows (measured). */
function refusal(path: string, text: string): string {
  try {
    lstatSync(path);
    return `error when trying to preserve previous UNIX socket (${systemErrorText('EPERM')})`;
  } catch (error) {
    const step =
      errorCode(error) === 'ENOENT' ? 'cannot bind UNIX socket' : 'error when trying to unlink previous UNIX socket';
    return `${step} (${text})`;
  }
}
