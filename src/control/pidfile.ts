import { writeFileSync } from 'node:fs';

/** Writes `pid\n` with mode 0644 less the umask. Returns false when the file cannot be made. */
export function writePidfile(path: string, pid: number): boolean {
  try {
    writeFileSync(path, `${pid}\n`, { mode: 0o644 });
    return true;
  } catch {
    return false;
  }
}
