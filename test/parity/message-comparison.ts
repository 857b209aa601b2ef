/** What HAProxy's `-c` and hapax's reader say about one text. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextOptions } from '../../src/config/load.ts';
import { loadConfigurationText } from '../../src/config/load.ts';
import { runToEnd } from '../support/proxy-process.ts';

/** Alerts, warnings and the author's notices of HAProxy, but for those that open and close its report; `directory` is for its file. */
export async function haproxyMessages(directory: string, text: string): Promise<readonly string[]> {
  const own = mkdtempSync(join(directory, 'case-'));
  writeFileSync(join(own, 't.cfg'), text);
  const { stderr } = await runToEnd('haproxy', ['-c', '-f', 't.cfg'], own);
  const lines = stderr.split('\n').map((line) => line.trimEnd().replace(/^\[(\w+)\] +\(\d+\) : /, '[$1] '));
  const around = /^\.?$|^\[NOTICE\] (?:haproxy version|path to executable)|Error\(s\) found in|Fatal errors found/;
  return lines.filter((line) => !around.test(line));
}

/** The same of hapax, under `--strict`. */
export async function hapaxMessages(text: string, options: TextOptions = {}): Promise<readonly string[]> {
  const { diagnostics } = await loadConfigurationText(text, 't.cfg', { strict: true, ...options });
  const shown = diagnostics.filter(({ severity }) => severity !== 'diag');
  const lines = shown.flatMap(({ severity, message }) => `[${severity.toUpperCase()}] ${message}`.split('\n'));
  return lines.map((line) => line.trimEnd()).filter((line) => !/^\.?$/.test(line));
}
