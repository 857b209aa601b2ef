/** Listening on a Unix path in the way of HAProxy: the path never vanishes, and never belongs to a process that closes it. */
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { errorCode } from './error-text.ts';

export interface PathOptions {
  /** Permission bits; absent: 0o777 less the umask. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly backlog: number;
}

/** Bytes of a name in sun_path of Linux, without its final zero. Node cuts longer ones off without a word. */
const LONGEST_PATH = 107;

/** Bytes of `sun_path`. */
const SUN_PATH = 108;

/** What Node takes for an abstract name: as HAProxy has it, filled with zeros to the full length of the address. */
export function abstractPath(name: string): string {
  const path = `\0${name}`;
  return path + '\0'.repeat(Math.max(0, SUN_PATH - Buffer.byteLength(path)));
}

let temporaryNames = 0;

/** A name in the same directory; one of HAProxy's kind, if it fits. */
function temporaryName(path: string): string {
  const number = temporaryNames++;
  const suffix = number === 0 ? `${process.pid}` : `${process.pid}.${number}`;
  const usual = `${path}.${suffix}.tmp`;
  return Buffer.byteLength(usual) <= LONGEST_PATH ? usual : join(dirname(path), `.${suffix}`);
}

/**
 * Makes the socket beside its path and renames it onto it: whoever answered there before does so until then, and a regular
 * file is replaced. Node unlinks the name it bound when the server closes; that name is gone by then, so the path stays
 * behind, and an old process cannot take away its successor's. Rejects with an error that has an errno's name as `code`:
 * `ENOENT` for a missing directory, `EISDIR` where the path is one, `ENAMETOOLONG`, `EACCES`, ...
 */
export async function listenOnPath(server: Server, path: string, options: PathOptions): Promise<void> {
  const temporary = claimPath(path);
  server.listen({ path: temporary, backlog: options.backlog });
  await once(server, 'listening');
  settlePath(temporary, path, options);
}

/** The name to bind in place of `path`; it is free. Throws like `listenOnPath`. */
export function claimPath(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw systemError('EISDIR');
  // Node reports a missing directory as EACCES.
  if (!existsSync(dirname(path))) throw systemError('ENOENT');
  const temporary = temporaryName(path);
  if (Math.max(Buffer.byteLength(path), Buffer.byteLength(temporary)) > LONGEST_PATH) throw systemError('ENAMETOOLONG');
  rmSync(temporary, { force: true });
  return temporary;
}

/** Gives the socket that listens at `temporary` its rights and owner, and then its path. Throws like `listenOnPath`. */
export function settlePath(temporary: string, path: string, options: PathOptions): void {
  try {
    if (options.mode !== undefined) chmodSync(temporary, options.mode);
    if (options.uid !== undefined || options.gid !== undefined) {
      giveAway(temporary, options.uid ?? -1, options.gid ?? -1);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The socket could not be given its owner; `code` says why. */
export class OwnerError extends Error {
  override readonly name = 'OwnerError';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function giveAway(path: string, uid: number, gid: number): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    throw new OwnerError(errorCode(error));
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
