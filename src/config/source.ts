/** Configuration files as text: finding them, reading them, splitting them into lines. */
import { isUtf8 } from 'node:buffer';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { readUpTo } from './bounded-read.ts';

/** Some millions of lines; whatever is larger is no configuration. */
export const MAX_FILE_BYTES = 1 << 28;

export interface SourceFile {
  /** As it was given, or `directory/name.cfg`. */
  readonly name: string;
  /** Without line feeds. Line 1 is `lines[0]`. */
  readonly lines: readonly string[];
  /** The last line has no line feed. */
  readonly unterminated: boolean;
  /** Bytes that are no UTF-8 were replaced. */
  readonly damaged?: boolean;
}

export interface SourceProblem {
  readonly code: string;
  /** HAProxy's text without `config : `. */
  readonly message: string;
}

export interface SourceResult {
  readonly sources: readonly SourceFile[];
  readonly problems: readonly SourceProblem[];
}

/**
 * Reads the files named, and the `*.cfg` of the directories named, in order. What cannot be read is a problem in the
 * result; nothing is thrown.
 */
export function readSources(names: readonly string[]): SourceResult {
  const sources: SourceFile[] = [];
  const problems: SourceProblem[] = [];
  const empty: string[] = [];
  for (const name of names) {
    const files = filesOf(name, problems);
    if (files !== undefined && files.length === 0) empty.push(name);
    for (const file of files ?? []) {
      try {
        const bytes = readUpTo(file, MAX_FILE_BYTES);
        if (bytes === undefined) problems.push(tooLarge(file));
        else sources.push(sourceFromBytes(file, bytes));
      } catch (error) {
        const message = `Could not open configuration file ${file} : ${errorText(error)}`;
        problems.push({ code: 'unreadable-file', message });
      }
    }
  }
  if (sources.length === 0 && problems.length === 0) {
    const where = empty.length > 0 ? ` in ${empty.join(', ')}` : '';
    problems.push({ code: 'no-configuration', message: `No configuration file (*.cfg) found${where}.` });
  }
  return { sources, problems };
}

/** Whether an entry of a directory is a file, or a link to one. */
function isFile(path: string, problems: SourceProblem[]): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    const message = `Cannot open configuration file ${path} : ${errorText(error)}`;
    problems.push({ code: 'unreadable-file', message });
    return false;
  }
}

function tooLarge(file: string): SourceProblem {
  const message = `Could not open configuration file ${file} : it is larger than ${MAX_FILE_BYTES >> 20} MB`;
  return { code: 'file-too-large', message };
}

function filesOf(name: string, problems: SourceProblem[]): readonly string[] | undefined {
  try {
    if (!statSync(name).isDirectory()) return [name];
    const entries = readdirSync(name).filter((entry) => entry.endsWith('.cfg') && !entry.startsWith('.'));
    const paths = entries.sort().map((entry) => (name.endsWith('/') ? name + entry : `${name}/${entry}`));
    return paths.filter((path) => isFile(path, problems));
  } catch (error) {
    const message = `Cannot open configuration file/directory ${name} : ${errorText(error)}`;
    problems.push({ code: 'unreadable-file', message });
    return undefined;
  }
}

export function sourceFromBytes(name: string, bytes: Uint8Array): SourceFile {
  const text = textOf(bytes);
  const damaged = text.includes('\ufffd') && !isUtf8(bytes);
  return { ...sourceFromText(name, text), ...(damaged ? { damaged } : {}) };
}

/** A file's text; what is no UTF-8 becomes replacement characters, a byte order mark stays. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export function sourceFromText(name: string, text: string): SourceFile {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const unterminated = last !== '';
  if (unterminated) lines.push(last);
  return { name, lines, unterminated };
}

/** The words libc has for a failure (`Permission denied`), as HAProxy prints them. */
export function errorText(error: unknown): string {
  const failure = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EISDIR: 'Is a directory',
    ENOTDIR: 'Not a directory',
    ELOOP: 'Too many levels of symbolic links',
    EMFILE: 'Too many open files',
  };
  if (failure.code !== undefined && known[failure.code] !== undefined) return known[failure.code]!;
  const entry = failure.errno === undefined ? undefined : getSystemErrorMap().get(failure.errno);
  return entry?.[1] ?? String(failure.message ?? error);
}

/** A path of the configuration below a base directory (`ca-base`, `crt-base`), unless it is absolute. */
export function withBase(base: string | undefined, path: string): string {
  return base === undefined || path.startsWith('/') ? path : join(base, path);
}
