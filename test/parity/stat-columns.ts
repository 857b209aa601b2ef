/** Which columns of two `show stat` answers can be compared, and how a row is made comparable. */
import type { StatRow } from '../support/stats-client.ts';
import type { Area, Comparison } from './differences.ts';

/** Columns that measure time or rates, so no two runs agree. */
const VOLATILE = new Set([
  'rate',
  'rate_max',
  'conn_rate',
  'conn_rate_max',
  'req_rate',
  'req_rate_max',
  'lastchg',
  'downtime',
  'check_duration',
  'agent_duration',
  'qtime',
  'ctime',
  'rtime',
  'ttime',
  'qtime_max',
  'ctime_max',
  'rtime_max',
  'ttime_max',
]);

/** A value as it can be compared: ports and seconds removed, a running check's star too. */
function comparable(column: string, value: string): string {
  if (VOLATILE.has(column)) return value === '' ? '' : 'some';
  if (column === 'lastsess') return value === '' || value === '-1' ? value : 'ago';
  if (column === 'addr') return value.replace(/:\d+$/, ':PORT');
  if (column === 'check_status') return value.replace(/^\* /, '');
  return value;
}

const rowName = (row: StatRow) => `${row.pxname}/${row.svname}`;

/**
 * Every comparison of two lists of rows, column by column, for the columns before `-` that both have; a row that only
 * one has is a comparison too.
 */
export function compareRows(area: Area, oracle: readonly StatRow[], ours: readonly StatRow[]): Comparison[] {
  const comparisons: Comparison[] = [
    {
      area,
      where: 'all rows',
      what: 'order',
      oracle: oracle.map(rowName).join(' '),
      ours: ours.map(rowName).join(' '),
    },
  ];
  const byName = new Map(ours.map((row) => [rowName(row), row]));
  for (const row of oracle) {
    const mine = byName.get(rowName(row));
    if (mine === undefined) continue;
    const names = Object.keys(row);
    for (const column of names.slice(0, names.indexOf('-'))) {
      if (!(column in mine)) continue;
      // The code and the words of a check are hidden while it runs, so they say nothing here.
      const hidden = column === 'check_code' || column === 'last_chk';
      if (hidden && [row, mine].some((one) => one.check_status?.startsWith('*'))) continue;
      comparisons.push({
        area,
        where: rowName(row),
        what: column,
        oracle: comparable(column, row[column]!),
        ours: comparable(column, mine[column]!),
      });
    }
  }
  return comparisons;
}
