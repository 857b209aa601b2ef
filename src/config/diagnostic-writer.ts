/** Diagnostics as text: HAProxy's lines, and below each the source line with a caret and what to do. */
import { HAPAX_VERSION } from '../version.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import type { LoadResult } from './load.ts';
import type { SourceFile } from './source.ts';
import { type VerdictOptions, verdict } from './verdict.ts';

export interface WriterOptions extends VerdictOptions {
  /** The process id in the messages; default: our own. */
  readonly pid?: number;
  /** Default: hapax's own. */
  readonly version?: string;
  /** What `path to executable is` names; default: argv[1]. */
  readonly executable?: string;
  /** Source lines with carets and help below HAProxy's messages. Default: yes. */
  readonly excerpts?: boolean;
}

const tags: Record<Severity, string> = { alert: 'ALERT', warning: 'WARNING', notice: 'NOTICE', diag: 'DIAG' };

/** Longer source lines are cut around the words meant. */
const MAX_COLUMNS = 160;

/**
 * The text of everything found, for stderr, with the closing lines HAProxy adds. Empty when nothing was found. Each line ends
 * with a line feed.
 */
export function formatDiagnostics(result: LoadResult, options: WriterOptions = {}): string {
  const pid = options.pid ?? process.pid;
  const lines: string[] = [];
  let announced = false;
  const write = (severity: Severity, message: string) => {
    if (!announced && (severity === 'alert' || severity === 'warning')) {
      announced = true;
      lines.push(tagged('notice', pid, `hapax version is ${options.version ?? HAPAX_VERSION}`));
      lines.push(tagged('notice', pid, `path to executable is ${options.executable ?? process.argv[1] ?? 'hapax'}`));
    }
    // What a message quotes may hold anything; the terminal is not to obey it.
    lines.push(tagged(severity, pid, [...message].map((each) => (each === '\n' ? each : visible(each))).join('')));
  };
  const { diagnostics } = result;
  const lastOfFile = lastParsingAlert(diagnostics);
  for (const [index, diagnostic] of diagnostics.entries()) {
    write(diagnostic.severity, diagnostic.message);
    if (options.excerpts !== false) lines.push(...excerpt(diagnostic, result.sources));
    const file = lastOfFile.get(index);
    if (file !== undefined) write('alert', `config : Error(s) found in configuration file : ${file}`);
  }
  const { closing } = verdict(result, options);
  if (closing !== undefined) write('alert', closing);
  return lines.map((line) => `${line}\n`).join('');
}

function tagged(severity: Severity, pid: number, message: string): string {
  return `${`[${tags[severity]}]`.padEnd(11)}(${pid}) : ${message}`;
}

/** Index of the last thing parsing said about each file that has an error: HAProxy sums the file up after it. */
function lastParsingAlert(diagnostics: readonly Diagnostic[]): ReadonlyMap<number, string> {
  const last = new Map<string, number>();
  const bad = new Set<string>();
  for (const [index, { parsing, span, severity, harmless }] of diagnostics.entries()) {
    if (!parsing || span === undefined) continue;
    last.set(span.file, index);
    if (severity === 'alert' && !harmless) bad.add(span.file);
  }
  return new Map([...bad].map((file) => [last.get(file)!, file]));
}

/** The source line with carets below the words meant, then the help; nothing where the message shows the line itself. */
function excerpt(diagnostic: Diagnostic, sources: readonly SourceFile[]): readonly string[] {
  const lines: string[] = [];
  const { span } = diagnostic;
  const source = span && sources.find((each) => each.name === span.file)?.lines[span.line - 1];
  const pointless = diagnostic.message.endsWith('^') || span?.end === 0;
  if (span !== undefined && source !== undefined && !pointless) {
    lines.push(...pointAt(source.replace(/\r$/, ''), span.start, span.end));
  }
  if (diagnostic.help !== undefined) lines.push(`help: ${diagnostic.help}`);
  return lines.map((line) => `   | ${line}`.trimEnd());
}

function pointAt(source: string, start: number, end: number): readonly string[] {
  // Control characters would move the caret, or the terminal.
  const clean = Array.from({ length: source.length }, (_, index) => visible(source[index]!)).join('');
  const from = clean.length > MAX_COLUMNS ? Math.max(0, Math.min(start - 40, clean.length - MAX_COLUMNS)) : 0;
  const shown = clean.slice(from, from + MAX_COLUMNS);
  const indent = shown.slice(0, start - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(end - start, shown.length - (start - from))));
  return [shown, indent + carets];
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code === 9 || (code >= 32 && code !== 127) ? character : '?';
}
