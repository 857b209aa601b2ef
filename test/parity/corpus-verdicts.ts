/** What HAProxy and hapax say of one real configuration file, and which class of verdicts that is. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import { fixText } from '../../src/config/fix-text.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { CorpusFile } from '../support/corpus.ts';
import { runToEnd } from '../support/proxy-process.ts';

/** The verdict of HAProxy's `-c`. `outside`: refused, but only for want of files, hosts, users or Lua scripts. */
export type OracleClass = 'accepted' | 'outside' | 'old form' | 'other';
export const ORACLE_CLASSES: readonly OracleClass[] = ['accepted', 'outside', 'old form', 'other'];

/** `not yet`: refused, but only for what hapax has not got yet (it names it), or for outside reasons. */
export type SubjectClass = 'accepted' | 'outside' | 'not yet' | 'refused';
export const SUBJECT_CLASSES: readonly SubjectClass[] = ['accepted', 'outside', 'not yet', 'refused'];

/** What the machine lacks, in HAProxy's words; hapax uses the same. */
const OUTSIDE = [
  /could not resolve address '/,
  /Failed to initialize server\(s\) addr\./,
  /unable to stat SSL certificate from file/,
  /unable to load (?:DH parameters from file|\S+\.$)/,
  /Couldn't open the ca-file/,
  /error in Lua file/,
  /error opening file '/,
  /cannot find (?:user|group) id for/,
];

/** What HAProxy once took. */
const OLD_FORM = [
  /not supported any ?more/,
  /please use the 'bind' keyword for listening addresses/,
  /'listen' or 'defaults' expected/,
  /Missing LF on last line/,
  /unknown keyword 'debug' in 'global' section/,
  /another server named '[^']*' was already defined/,
];

const CLOSING = /Error\(s\) found in configuration file|Fatal errors found in configuration/;

export interface OracleVerdict {
  readonly verdict: OracleClass;
  /** Without `[ALERT] (pid) : `, and without the closing lines. */
  readonly alerts: readonly string[];
  readonly warnings: readonly string[];
}

/** Runs HAProxy's `-c` on a file. */
export async function oracleVerdict(path: string): Promise<OracleVerdict> {
  const { code, stderr } = await runToEnd('haproxy', ['-c', '-f', path], dirname(path));
  const lines = (severity: string) =>
    stderr
      .split('\n')
      .flatMap((line) => new RegExp(`^\\[${severity}\\] +\\(\\d+\\) : (.*)$`).exec(line)?.[1] ?? [])
      .filter((line) => !CLOSING.test(line));
  const alerts = lines('ALERT');
  return { verdict: oracleClass(code, alerts), alerts, warnings: lines('WARNING') };
}

function oracleClass(code: number | null, alerts: readonly string[]): OracleClass {
  if (code === 0 || code === 2) return 'accepted';
  const inside = alerts.filter((alert) => !OUTSIDE.some((pattern) => pattern.test(alert)));
  if (inside.length === 0 && alerts.length > 0) return 'outside';
  return inside.some((alert) => OLD_FORM.some((pattern) => pattern.test(alert))) ? 'old form' : 'other';
}

export interface FileVerdicts {
  readonly file: CorpusFile;
  readonly oracle: OracleVerdict;
  readonly subject: SubjectClass;
  readonly diagnostics: readonly Diagnostic[];
  /** Alerts that say neither what hapax lacks nor what the machine lacks. */
  readonly complaints: readonly Diagnostic[];
  /** Of what `hapax fix` made of a file HAProxy refuses for itself. */
  readonly fixed?: OracleVerdict;
}

/** Both verdicts on a file; `directory` is for what is made of it. */
export async function fileVerdicts(file: CorpusFile, directory: string): Promise<FileVerdicts> {
  const [oracle, { diagnostics }] = await Promise.all([
    oracleVerdict(file.path),
    loadConfiguration({ files: [file.path] }),
  ]);
  const alerts = diagnostics.filter(({ severity, harmless }) => severity === 'alert' && !harmless);
  const lacking = alerts.filter(({ code }) => code === 'not-supported-yet');
  const complaints = alerts.filter(
    (each) => !lacking.includes(each) && !OUTSIDE.some((pattern) => pattern.test(each.message)),
  );
  const subject = subjectClass(alerts.length, lacking.length, complaints.length);
  const seen = { file, oracle, subject, diagnostics, complaints };
  if (oracle.verdict === 'accepted' || oracle.verdict === 'outside') return seen;
  const path = join(directory, `${file.id}.cfg`);
  writeFileSync(path, (await fixText(file.text, path)).text);
  return { ...seen, fixed: await oracleVerdict(path) };
}

function subjectClass(alerts: number, lacking: number, complaints: number): SubjectClass {
  if (alerts === 0) return 'accepted';
  if (complaints > 0) return 'refused';
  return lacking > 0 ? 'not yet' : 'outside';
}
