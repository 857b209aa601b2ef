/** Probes servers of a configuration in lines, in this process. */

import { findServer } from '../../../src/probe/find-server.ts';
import type { Resolution } from '../../../src/probe/report.ts';
import { runProbe } from '../../../src/probe/run-probe.ts';
import { loadLines, modelOf } from '../../support/load-text.ts';

const FRAME = [
  'defaults',
  'mode tcp',
  'timeout connect 20s',
  'timeout check 20s',
  'timeout client 1m',
  'timeout server 1m',
];

export interface Report {
  readonly code: number;
  /** With one blank for many, and every time as T. */
  readonly lines: readonly string[];
}

/** `resolution`: what the one name in the lines was found to stand for. */
export async function probe(name: string, lines: readonly string[], resolution?: Resolution): Promise<Report> {
  const model = modelOf(await loadLines([...FRAME, ...lines], { maxconnDefault: 100 }));
  const found = findServer(model, name);
  if (!found.ok) throw new Error(found.problem);
  let text = '';
  const code = await runProbe({
    model,
    proxy: found.proxy,
    server: found.server,
    watch: false,
    resolution: (asked) => (asked === resolution?.name ? resolution : undefined),
    write: (each) => {
      text += each;
    },
    signal: new AbortController().signal,
  });
  const plain = (line: string) =>
    line
      .trim()
      .replaceAll(/ +/g, ' ')
      .replaceAll(/\b\d+(\.\d)? ms/g, 'T');
  return {
    code,
    lines: text
      .split('\n')
      .map(plain)
      .filter((line) => line !== ''),
  };
}
