/**
 * Calls `run` for every item, at most `most` at once, and returns the results in the order of the items. The first rejection
 * ends it: nothing further is begun, and the signal given to those under way is aborted and they are waited for.
 */
export async function runLimited<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const results = new Array<Result>(items.length);
  const own = new AbortController();
  const passOn = () => own.abort(signal?.reason);
  signal?.addEventListener('abort', passOn, { once: true });
  let next = 0;
  const work = async () => {
    while (next < items.length && !own.signal.aborted) {
      const index = next++;
      try {
        results[index] = await run(items[index] as Item, own.signal);
      } catch (error) {
        own.abort(error);
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, work));
  signal?.removeEventListener('abort', passOn);
  signal?.throwIfAborted();
  for (const each of ended) if (each.status === 'rejected') throw own.signal.reason;
  return results;
}
