/** What is checked for the endpoint, and what came of it. */

export interface CheckOutcome {
  readonly passed: boolean;
  /** Why, in one line. */
  readonly reason: string;
  /** ms. */
  readonly duration: number;
  /** What a script said, as far as it was kept; for the log only, as it is nobody else's affair. */
  readonly output?: string;
}

export interface NamedCheck {
  /** What the answer calls it: `port 5432`, `script ./check.sh`, `server db/one`. */
  readonly name: string;
  /** It starts a program: fewer of those may run at once than there may be connections. */
  readonly program: boolean;
  /** Checks once. Ends soon after `signal` is aborted; never rejects but then. */
  run(signal: AbortSignal): Promise<CheckOutcome>;
}

export interface RoundResult {
  readonly passed: boolean;
  readonly checks: readonly (CheckOutcome & { readonly name: string })[];
}

/** Runs all checks at the same time. */
export async function runRound(checks: readonly NamedCheck[], signal: AbortSignal): Promise<RoundResult> {
  const results = await Promise.all(checks.map(async ({ name, run }) => ({ name, ...(await run(signal)) })));
  return { passed: results.every(({ passed }) => passed), checks: results };
}
