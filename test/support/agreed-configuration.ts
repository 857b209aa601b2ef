/** Configurations made so that HAProxy and hapax both take them here: the ground from which mutations are judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookupHost } from '../../src/config/address-resolution.ts';
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import { fixText } from '../../src/config/fix-text.ts';
import { loadConfigurationText } from '../../src/config/load.ts';
import { verdict } from '../../src/config/verdict.ts';
import { createAuthority } from './certificates.ts';
import { runToEnd } from './proxy-process.ts';

/** What `-c` makes of a text. */
export interface Judgement {
  readonly exitCode: number | null;
  /** Alerts and warnings without tag and process id, the lines of one message together. */
  readonly alerts: readonly string[];
  readonly warnings: readonly string[];
}

export interface OwnJudgement extends Judgement {
  readonly diagnostics: readonly Diagnostic[];
}

const AROUND = /Error\(s\) found in configuration file|Fatal errors found in configuration|'zero-warning' is set/;

/** HAProxy's judgement (what it crashes on it does not take); the text is written to `t.cfg` in `directory`, where HAProxy runs. */
export async function haproxyJudgement(directory: string, text: string): Promise<Judgement> {
  writeFileSync(join(directory, 't.cfg'), text);
  const { code, stderr } = await runToEnd('haproxy', ['-c', '-f', 't.cfg'], directory);
  const messages = stderr.split(/^(?=\[[A-Z]+\] +\(\d+\) : )/m);
  const of = (tag: string) =>
    messages
      .filter((each) => each.startsWith(`[${tag}]`) && !AROUND.test(each))
      .map((each) => each.replace(/^\[\w+\] +\(\d+\) : /, '').trimEnd());
  return { exitCode: code ?? 1, alerts: of('ALERT'), warnings: of('WARNING') };
}

/** Answers of the system's resolver, which HAProxy asks as well. */
const answers = new Map<string, ReturnType<typeof lookupHost>>();

const lookup: typeof lookupHost = (name) => {
  const answer = answers.get(name) ?? lookupHost(name);
  answers.set(name, answer);
  return answer;
};

/** hapax's own under `--strict --target 2.6`, with HAProxy's file name; the process must be where HAProxy runs. */
export async function ownJudgement(text: string): Promise<OwnJudgement> {
  const result = await loadConfigurationText(text, 't.cfg', { strict: true, target: '2.6', lookup });
  const of = (severity: string) =>
    result.diagnostics.filter((each) => each.severity === severity).map(({ message }) => message.trimEnd());
  return {
    exitCode: verdict(result).exitCode,
    alerts: of('alert'),
    warnings: of('warning'),
    diagnostics: result.diagnostics,
  };
}

/** Puts the files into a directory that prepared configurations name. */
export function writeFilesOfHome(directory: string): void {
  const authority = createAuthority();
  const { cert, key } = authority.issue({ commonName: 'localhost', names: ['localhost'] });
  const files = {
    'ca.pem': authority.cert,
    'site.pem': cert + key,
    'error.http': 'HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nsorry\n',
    'patterns.lst': '192.0.2.1\n192.0.2.2\n',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}

/** The text with files, accounts and hosts of this machine, in today's form. */
export async function atHome(text: string, directory: string): Promise<string> {
  const file = (name: string) => join(directory, name);
  let section = '';
  const lines = text.split('\n').map((line) => {
    const first = /^[a-z-]+/.exec(line)?.[0];
    if (first !== undefined) section = first;
    const account = section === 'global' && /^\s+(?:user|group|uid|gid)\s/.test(line);
    const socket = /^\s*(?:stats\s+socket|bind)\s/.test(line);
    return (account || socket ? line.replace(/\b(user|group)\s+\S+/g, '$1 root') : line)
      .replace(/^(\s*errorfile\s+\d+\s+)\S+/, `$1${file('error.http')}`)
      .replace(/^(\s*bind\s.*?)\s(?:ssl\b|crt\s|alpn\s).*/, '$1')
      .replace(/:\$\{?\w+\}?/g, ':8080')
      .replace(/\b(ca-file|ca-verify-file|crl-file)\s+\S+/g, `$1 ${file('ca.pem')}`)
      .replace(/\scrt\s+\S+/g, ` crt ${file('site.pem')}`)
      .replace(/\s-f\s+\S+/g, ` -f ${file('patterns.lst')}`)
      .replace(/(?<=[\s,@])(?!\d+(?:\.\d+){3}:)[\w-]*[A-Za-z][\w.-]*:(?=\d+(?:[\s,]|$))/g, '127.0.0.1:');
  });
  return (await fixText(lines.join('\n'), 't.cfg', { lookup })).text;
}

/** At most so many lines are changed to come to a file both take. */
const MAX_CHANGES = 200;

/**
 * The text without the lines that one of the two refuses: what this machine has not got, what HAProxy 2.6 has not got, and what
 * hapax has not got yet. HTTP is not forwarded: such proxies become plain TCP. `undefined` where that comes to no file both take.
 */
export async function agreedText(text: string, directory: string): Promise<string | undefined> {
  const lines = text.split('\n');
  for (let changes = 0; changes < MAX_CHANGES; changes++) {
    const current = lines.join('\n');
    const own = await ownJudgement(current);
    const http = own.diagnostics.find(({ message }) => message.includes('would have to forward HTTP'));
    const wrong = own.diagnostics.find(({ severity, harmless }) => severity === 'alert' && !harmless);
    if (http?.span !== undefined) {
      const at = http.span.line - 1;
      if (/^\s*mode\b/.test(lines[at] ?? '')) lines[at] = '    mode tcp';
      else lines.splice(at + 1, 0, '    mode tcp');
    } else if (wrong !== undefined) {
      if (wrong.span === undefined) return undefined;
      lines.splice(wrong.span.line - 1, 1);
    } else {
      const theirs = await haproxyJudgement(directory, current);
      if (theirs.exitCode === 0 && own.exitCode === 0) return current;
      const line = theirs.alerts.map((alert) => /\[t\.cfg:(\d+)\]/.exec(alert)?.[1]).find((each) => each !== undefined);
      if (line === undefined) return undefined;
      lines.splice(Number(line) - 1, 1);
    }
  }
  return undefined;
}
