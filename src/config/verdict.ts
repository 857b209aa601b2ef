/** What HAProxy would make of a loaded configuration: its closing words and the exit code of `-c`. */
import type { LoadResult } from './load.ts';

export interface Verdict {
  /** 0 good, 1 errors, 2 nothing to listen on. */
  readonly exitCode: 0 | 1 | 2;
  /** Printed on stdout by `-c`, a line each. */
  readonly stdout: readonly string[];
  /** The last alert on stderr, if any (without tag). */
  readonly closing?: string;
}

export interface VerdictOptions {
  /** `-dW`, `--strict` or `zero-warning`: warnings are refused. */
  readonly zeroWarning?: boolean;
}

/** Judges the result of loading. */
export function verdict(result: LoadResult, options: VerdictOptions = {}): Verdict {
  const { diagnostics, model } = result;
  if (model === undefined) {
    const fatal = diagnostics.some((each) => each.fatal);
    return fatal
      ? { exitCode: 1, stdout: [] }
      : { exitCode: 1, stdout: [], closing: 'config : Fatal errors found in configuration.' };
  }
  const warned = diagnostics.some((each) => each.severity === 'warning');
  if (warned && (options.zeroWarning || model.global.zeroWarning)) {
    const closing = "config : Some warnings were found and 'zero-warning' is set. Aborting.";
    return { exitCode: 1, stdout: [], closing };
  }
  const listening =
    model.global.statsSockets.length > 0 ||
    model.proxies.some((proxy) => !proxy.disabled && (proxy.frontend?.listeners.length ?? 0) > 0);
  const warnings = warned ? ['Warnings were found.'] : [];
  if (!listening) {
    const text = 'Configuration file has no error but will not start (no listener) => exit(2).';
    return { exitCode: 2, stdout: [...warnings, text] };
  }
  return { exitCode: 0, stdout: [...warnings, 'Configuration file is valid'] };
}
