/** One run of something that ends with a result unless it is abandoned. */
export interface AbandonableRun {
  start(): void;
  /** Ends it without a result. */
  abandon(): void;
}

/** Starts what `create` makes and waits for it. Rejects only when `signal` is aborted, with its reason; the run is abandoned then. */
export function runUntilDone<Result>(
  create: (done: (result: Result) => void) => AbandonableRun,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const run = create((result) => {
      signal?.removeEventListener('abort', aborted);
      resolve(result);
    });
    const aborted = () => {
      run.abandon();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    run.start();
  });
}
