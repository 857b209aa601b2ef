/**
 * Where hapax and HAProxy 2.6 are meant to differ, each with its reason. Every comparison of the parity tests goes
 * through this one table: a difference that is not in it fails.
 */

export type Area = 'checks' | 'stats' | 'info' | 'cli' | 'logs' | 'config';

export interface Difference {
  readonly area: Area;
  /** Scenario, row, command or case. */
  readonly where: RegExp;
  /** What of it: a column, `path`, `log`, `stderr`... */
  readonly what: RegExp;
  readonly reason: string;
  /** Whether this pair of values is the difference meant; without it every pair is. */
  readonly accept?: (oracle: string, ours: string) => boolean;
}

export const DIFFERENCES: readonly Difference[] = [];

export interface Comparison {
  readonly area: Area;
  readonly where: string;
  readonly what: string;
  readonly oracle: string;
  readonly ours: string;
}

/** The entry that explains why the two values differ, `undefined` when none does. */
export function explain(comparison: Comparison): Difference | undefined {
  return DIFFERENCES.find(
    (entry) =>
      entry.area === comparison.area &&
      entry.where.test(comparison.where) &&
      entry.what.test(comparison.what) &&
      (entry.accept === undefined || entry.accept(comparison.oracle, comparison.ours)),
  );
}

/** A list of the comparisons whose values differ without being explained, as text for an assertion; empty is good. */
export function unexplained(comparisons: readonly Comparison[]): string[] {
  return comparisons
    .filter((comparison) => comparison.oracle !== comparison.ours && explain(comparison) === undefined)
    .map(
      ({ where, what, oracle, ours }) =>
        `${where}, ${what}:\n  HAProxy: ${JSON.stringify(oracle)}\n  hapax:   ${JSON.stringify(ours)}`,
    );
}
