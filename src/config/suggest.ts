/** Did-you-mean: the known word nearest to one that is not known. */

/** Words of one and two letters say too little to guess from, unless the candidate is as short. */
const MINIMUM_SCORE = 0.55;

/**
 * The candidate most like `word`, or undefined when none is near. Upper and lower case, `-`, `_` and `.` do not count.
 * Of equals the first wins.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalise(word);
  if (wanted.length < 2) return undefined;
  let best: string | undefined;
  let bestScore = MINIMUM_SCORE;
  for (const candidate of candidates) {
    const score = similarity(wanted, normalise(candidate));
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function normalise(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}

/** 0 to 1: the mean of how few edits part the words and of how many neighbouring letters they share. */
export function similarity(a: string, b: string): number {
  if (isSwapped(a, b)) return SWAPPED;
  const longest = Math.max(a.length, b.length);
  const edits = 1 - editDistance(a, b) / longest;
  return (edits + sharedPairs(a, b)) / 2;
}

/** Nothing is typed wrong as often as two letters in the wrong order. */
const SWAPPED = 0.9;

function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** Damerau-Levenshtein: insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let before: number[] = [];
  let previous = Array.from({ length: width }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column < width; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let value = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + cost);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) value = Math.min(value, before[column - 2]! + 1);
      current.push(value);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** Dice's coefficient over pairs of neighbouring letters, with the word's ends as letters of their own. */
function sharedPairs(a: string, b: string): number {
  const pairs = new Map<string, number>();
  const first = `^${a}$`;
  const second = `^${b}$`;
  for (let index = 0; index + 1 < first.length; index++) {
    const pair = first.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let index = 0; index + 1 < second.length; index++) {
    const pair = second.slice(index, index + 2);
    const count = pairs.get(pair) ?? 0;
    if (count > 0) {
      shared++;
      pairs.set(pair, count - 1);
    }
  }
  return (2 * shared) / (first.length + second.length - 2);
}
