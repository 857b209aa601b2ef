/** What two versions of HAProxy said about the broken configurations, kept outside of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the captures are: `HAPAX_CAPTURES`, or a directory beside the project; `undefined` when there are none. */
function capturesDirectory(): string | undefined {
  const candidates = [
    process.env.HAPAX_CAPTURES,
    fileURLToPath(new URL('../../../shared/reference/raw', import.meta.url)),
  ];
  return candidates.find((path) => path !== undefined && existsSync(join(path, 'config-errors-2.6.txt')));
}

/** By the names of the configurations. Undefined: there are no captures here. */
export function capturedMessages(version: '2.6' | '3.5'): ReadonlyMap<string, Captured> | undefined {
  const directory = capturesDirectory();
  if (directory === undefined) return undefined;
  const text = readFileSync(join(directory, `config-errors-${version}.txt`), 'utf8');
  return new Map(
    text
      .split(/^=== /m)
      .map((part) => ({ part, head: /^(\w+) {3}argv: .* {3}exit=(\d+)\n/.exec(part) }))
      .filter(({ head }) => head !== null)
      .map(({ part, head }) => [
        head![1]!,
        { code: Number(head![2]), stdout: stream(part, 'stdout'), stderr: stream(part, 'stderr') },
      ]),
  );
}

/** Bytes were written down as Latin-1. */
function stream(part: string, name: 'stdout' | 'stderr'): string {
  const found = new RegExp(`^--- ${name}\\n([\\s\\S]*?)(?=^--- |$(?![\\s\\S]))`, 'm').exec(part)?.[1] ?? '';
  return Buffer.from(found.trimEnd(), 'latin1').toString('utf8');
}
