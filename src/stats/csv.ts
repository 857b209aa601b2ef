/** `show stat` as CSV, byte for byte in HAProxy's form. */
import { stringify } from 'csv-stringify/sync';
import { FIELDS } from './fields.ts';
import type { Row } from './rows.ts';

/** The column after the static ones; HAProxy puts the columns of its modules behind it. */
const SEPARATOR = '-';

/** The first line, without line feed: `# pxname,...,-,`. */
export const CSV_HEADER = `# ${FIELDS.map((field) => field.name).join(',')},${SEPARATOR},`;

/**
 * Header and rows, each line ended by a line feed. Every line also ends with a comma, a value with a comma or a quote
 * stands in quotes, and nothing else is quoted. The blank line that ends an answer of the stats socket is not part of it.
 */
export function renderCsv(rows: readonly Row[]): string {
  return `${CSV_HEADER}\n${renderCsvRows(rows)}`;
}

/** The rows alone, for those who write them in pieces. */
export function renderCsvRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => [...row.values, SEPARATOR, '']);
  return stringify(lines, { record_delimiter: 'unix' });
}
