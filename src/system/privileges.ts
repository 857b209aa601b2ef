/** chroot, group and user: what a started program gives up. */
import { errnoName, libc } from './libc.ts';

export interface Privileges {
  readonly chroot?: string;
  readonly uid?: number;
  readonly gid?: number;
}

export type PrivilegeFailure =
  | { readonly step: 'chroot'; readonly code: string }
  | { readonly step: 'gid' | 'uid'; readonly code: string };

/** chroot(2) and `cd /`. Returns undefined or the errno's name (`ENOSYS` without libc). */
function changeRoot(path: string): string | undefined {
  const c = libc();
  if (c === undefined) return 'ENOSYS';
  // The time zone is read from the file system at its first use, for every thread.
  new Date().getTimezoneOffset();
  if (c.bind<[string]>('int chroot(const char *path)')(path) !== 0) return errnoName(c.errno());
  try {
    process.chdir('/');
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EPERM';
}

/**
 * Gives up privileges for good, in HAProxy's order: chroot, supplementary groups, group, user. Node's set*id go through
 * libc and so reach every thread. What fails is returned; the caller decides to end.
 */
export function dropPrivileges(wanted: Privileges): PrivilegeFailure | undefined {
  if (wanted.chroot !== undefined) {
    const code = changeRoot(wanted.chroot);
    if (code !== undefined) return { step: 'chroot', code };
  }
  if (wanted.gid !== undefined && process.setgid !== undefined) {
    try {
      if (process.getuid?.() === 0) process.setgroups?.([]);
      process.setgid(wanted.gid);
    } catch (error) {
      return { step: 'gid', code: codeOf(error) };
    }
  }
  if (wanted.uid !== undefined && process.setuid !== undefined) {
    try {
      process.setuid(wanted.uid);
    } catch (error) {
      return { step: 'uid', code: codeOf(error) };
    }
  }
  return undefined;
}
