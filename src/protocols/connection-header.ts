/** What a Connection header says of whether the connection stays; HAProxy takes those words out of it (observed, 2.6). */

export interface ConnectionWords {
  readonly close: boolean;
  readonly upgrade: boolean;
  /** The header without `close` and `keep-alive`; undefined: nothing is left. */
  readonly rest: string | undefined;
}

export function readConnection(value: string): ConnectionWords {
  const kept: string[] = [];
  let close = false;
  let upgrade = false;
  let taken = false;
  for (const part of value.split(',')) {
    const word = part.trim().toLowerCase();
    if (word === 'close') close = true;
    if (word === 'upgrade') upgrade = true;
    const takes = word === 'close' || word === 'keep-alive';
    // A word that is taken out goes with the blanks up to the next one.
    if (!takes) kept.push(taken ? part.trimStart() : part);
    taken = takes;
  }
  return { close, upgrade, rest: kept.length === 0 ? undefined : kept.join(',') };
}
