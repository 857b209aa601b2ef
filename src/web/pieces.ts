/** Long answers are made in pieces, so that checks and other clients come in between. */

/** Rows a piece: a millisecond or two of work. */
const ROWS = 40;

/** Gathers what comes one by one into arrays of at most `size`. */
export function* inPieces<T>(items: Iterable<T>, size = ROWS): Generator<readonly T[], void, undefined> {
  let piece: T[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
