/** The statistics for machines: CSV, typed and JSON, row by row in pieces. */
import { CSV_HEADER, renderCsvRows } from '../stats/csv.ts';
import type { Row } from '../stats/rows.ts';
import { renderJson, renderTyped } from '../stats/typed.ts';
import { inPieces } from './pieces.ts';

type Pieces = Generator<string, void, undefined>;

export function* csvPieces(rows: Iterable<Row>): Pieces {
  yield `${CSV_HEADER}\n`;
  for (const piece of inPieces(rows)) yield renderCsvRows(piece);
}

export function* typedPieces(rows: Iterable<Row>): Pieces {
  for (const piece of inPieces(rows)) yield renderTyped(piece, false);
}

/** One array on one line, as `renderJson` gives it whole. */
export function* jsonPieces(rows: Iterable<Row>): Pieces {
  let before = '[';
  for (const piece of inPieces(rows, 10)) {
    // The array of a piece without its brackets and line feed.
    yield `${before}${renderJson(piece).slice(1, -2)}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : ']\n';
}
