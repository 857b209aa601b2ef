import type { Server } from 'node:net';
import { abstractPath, listenOnPath } from '../../../system/listening-path.ts';
import type { ListenOptions } from '../../engine.ts';
import { errnoName } from './failure.ts';

/** Binds and listens; `done` is called once, later, with an errno's name if it failed. */
export function openListeningSocket(server: Server, options: ListenOptions, done: (code?: string) => void): void {
  const { address, backlog, mode, uid, gid } = options;
  if (address.family === 'unix' && address.fd === undefined) {
    const rights = {
      backlog,
      ...(mode === undefined ? {} : { mode }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    };
    listenOnPath(server, address.host, rights).then(
      () => done(),
      (error: unknown) => done(errnoName(error)),
    );
    return;
  }
  const failed = (error: unknown) => done(errnoName(error));
  server.once('error', failed);
  server.once('listening', () => {
    server.off('error', failed);
    done();
  });
  try {
    if (address.fd !== undefined) server.listen({ fd: address.fd, backlog });
    else if (address.family === 'abns') server.listen({ path: abstractPath(address.host), backlog });
    else {
      const ipv6Only = options.v6only ?? false;
      server.listen({ host: address.host, port: address.port, backlog, ipv6Only, exclusive: true });
    }
  } catch (error) {
    server.off('error', failed);
    setImmediate(failed, error);
  }
}
