/** Users and groups by name, from the system's own files (no NSS: names of a directory service are not found). */
import { readFileSync } from 'node:fs';

/** The uid and the primary gid of a user of /etc/passwd; undefined when there is none. */
export function findUser(
  name: string,
  file = '/etc/passwd',
): { readonly uid: number; readonly gid: number } | undefined {
  const fields = findEntry(name, file);
  if (fields === undefined) return undefined;
  const uid = Number(fields[2]);
  const gid = Number(fields[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

/** The gid of a group of /etc/group; undefined when there is none. */
export function findGroup(name: string, file = '/etc/group'): number | undefined {
  const fields = findEntry(name, file);
  const gid = Number(fields?.[2]);
  return fields !== undefined && Number.isInteger(gid) ? gid : undefined;
}

function findEntry(name: string, file: string): readonly string[] | undefined {
  if (name === '') return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    if (line.startsWith(`${name}:`)) return line.split(':');
  }
  return undefined;
}
