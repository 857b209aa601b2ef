import { chmodSync, chownSync, lstatSync, renameSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import type { ListenOptions } from '../../engine.ts';
import { errnoName } from './failure.ts';

/** Bytes of a Unix socket's name, without the final zero (sun_path of Linux). */
const PATH_LIMIT = 107;
let serial = 0;

/** A Unix socket is bound under a name of its own and renamed, so that its path is never without an answer. */
interface TemporaryPath {
  readonly path: string;
  readonly temporary: string;
}

function temporaryFor(path: string): TemporaryPath {
  serial += 1;
  return { path, temporary: `${path}.${process.pid}.${serial}.tmp` };
}

/** Rights and owner first, then the name: nobody can connect before they are right. Returns an errno's name on failure. */
function publish(names: TemporaryPath, options: ListenOptions): string | undefined {
  try {
    if (options.mode !== undefined) chmodSync(names.temporary, options.mode);
    if (options.uid !== undefined || options.gid !== undefined) {
      chownSync(names.temporary, options.uid ?? -1, options.gid ?? -1);
    }
    if (lstatSync(names.path, { throwIfNoEntry: false })?.isDirectory()) return 'EISDIR';
    renameSync(names.temporary, names.path);
    return undefined;
  } catch (error) {
    rmSync(names.temporary, { force: true });
    return errnoName(error);
  }
}

/** Binds and listens; `done` is called once, with an errno's name if it failed. */
export function openListeningSocket(server: Server, options: ListenOptions, done: (code?: string) => void): void {
  const { address, backlog } = options;
  let names: TemporaryPath | undefined;
  const failed = (error: unknown) => done(errnoName(error));
  server.once('error', failed);
  server.once('listening', () => {
    server.off('error', failed);
    done(names === undefined ? undefined : publish(names, options));
  });
  try {
    if (address.family === 'abns') server.listen({ path: `\0${address.host}`, backlog });
    else if (address.family === 'unix') {
      names = temporaryFor(address.host);
      if (Buffer.byteLength(names.temporary) > PATH_LIMIT) {
        server.off('error', failed);
        setImmediate(done, 'ENAMETOOLONG');
        return;
      }
      server.listen({ path: names.temporary, backlog });
    } else {
      const ipv6Only = options.v6only ?? false;
      server.listen({ host: address.host, port: address.port, backlog, ipv6Only, exclusive: true });
    }
  } catch (error) {
    server.off('error', failed);
    setImmediate(failed, error);
  }
}
