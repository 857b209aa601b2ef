/** Ends a process with everything it started. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Sends SIGKILL to the process group of `pid`, a leader of its group, and to its descendants that left that group, with
 * theirs (where the system has /proc). One that was handed over to init in time is out of reach.
 */
export function killTree(pid: number): void {
  // Looked for before anything dies: the children of the dead are handed to init.
  const descendants = [...childrenOf(pid, new Set([pid]))];
  for (const each of [pid, ...descendants]) {
    kill(-each);
    kill(each);
  }
}

function* childrenOf(pid: number, seen: Set<number>): Generator<number> {
  for (const text of childrenOfThreads(pid)) {
    for (const word of text.split(' ')) {
      const child = Number(word);
      if (child <= 1 || seen.has(child)) continue;
      seen.add(child);
      yield child;
      yield* childrenOf(child, seen);
    }
  }
}

/** A child belongs to the thread that started it. */
function childrenOfThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1'),
    );
  } catch {
    return [];
  }
}

/** A negative number is a group. Nobody there, or not ours: there is nothing more to do about it. */
function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
