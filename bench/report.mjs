/** From the readings of all rounds to medians, ratios and tables. */
import { median } from './measure.mjs';
import { NONE } from './proxies/index.mjs';

/**
 * @typedef {object} Summary
 * @property {string} proxy
 * @property {string} figure
 * @property {number} [value] Median of the rounds.
 * @property {number} [least]
 * @property {number} [most]
 * @property {number} [ratio] Median of each round's ratio to the reference in the same round.
 * @property {number} [rate] Median.
 * @property {number} [loadCpu] Median.
 */

const medianOf = (entries, key) => {
  const values = entries.map((entry) => entry[key]).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
};

/** Each reading less that without a proxy in the same round; without one there is nothing to tell. */
function aboveNone(entries) {
  const floor = new Map(entries.filter(({ proxy }) => proxy === NONE).map(({ round, value }) => [round, value]));
  return entries.map((entry) => {
    const without = entry.proxy === NONE ? undefined : floor.get(entry.round);
    return { ...entry, value: without === undefined ? undefined : entry.value - without };
  });
}

/**
 * @param {readonly import('./rounds.mjs').Entry[]} entries
 * @param {readonly string[]} proxies Names.
 * @param {readonly import('./figures.mjs').Figure[]} figures
 * @param {string} reference Name of the proxy that ratios are made to.
 * @returns {Summary[]}
 */
export function summarize(entries, proxies, figures, reference) {
  return figures.flatMap(({ name: figure, added }) => {
    const readings = entries.filter((entry) => entry.figure === figure);
    const ofFigure = added === true ? aboveNone(readings) : readings;
    const base = new Map(ofFigure.filter(({ proxy }) => proxy === reference).map(({ round, value }) => [round, value]));
    return proxies.map((proxy) => {
      const own = ofFigure
        .filter((entry) => entry.proxy === proxy)
        .map((entry) => {
          const other = base.get(entry.round);
          const ratio = entry.value === undefined || other === undefined ? undefined : entry.value / other;
          return { ...entry, ratio };
        });
      const values = own.flatMap(({ value }) => value ?? []);
      // Differences may come near to nothing in a round, and a ratio to nothing says nothing: there it is made of medians.
      const ratio =
        added === true
          ? medianOf(own, 'value') /
            medianOf(
              [...base.values()].map((value) => ({ value })),
              'value',
            )
          : medianOf(own, 'ratio');
      return {
        proxy,
        figure,
        value: medianOf(own, 'value'),
        ...(values.length > 0 && { least: Math.min(...values), most: Math.max(...values) }),
        ratio: Number.isFinite(ratio) ? ratio : undefined,
        rate: medianOf(own, 'rate'),
        loadCpu: medianOf(own, 'loadCpu'),
      };
    });
  });
}

/**
 * Markdown, with columns as wide as their widest cell.
 * @param {readonly (readonly string[])[]} rows The first is the head.
 */
export function formatTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/**
 * The tables: what the proxies cost, that as ratios, and what the load saw.
 * @param {readonly Summary[]} summaries
 * @param {readonly import('./figures.mjs').Figure[]} figures
 * @param {readonly string[]} proxies
 * @param {string} reference
 */
export function formatReport(summaries, figures, proxies, reference) {
  const find = (figure, proxy) => summaries.find((one) => one.figure === figure.name && one.proxy === proxy);
  const table = (chosen, cell, absent = '-') =>
    formatTable([
      ['', ...proxies],
      ...chosen.map((figure) => [
        figure.title,
        ...proxies.map((proxy) => {
          const summary = find(figure, proxy);
          return (summary && cell(summary, figure)) ?? absent;
        }),
      ]),
    ]);
  const fixed = (value, digits) => value?.toFixed(digits);
  const busy = figures.filter(({ measure }) => measure !== undefined);
  const parts = [
    'Medians of all rounds (least to most):',
    table(figures, ({ value, least, most }, { digits }) =>
      value === undefined ? undefined : `${fixed(value, digits)} (${fixed(least, digits)}-${fixed(most, digits)})`,
    ),
  ];
  if (proxies.includes(reference)) {
    parts.push(
      `As ratio to ${reference}: each round by itself, then the median of the rounds.`,
      table(figures, ({ ratio }) => fixed(ratio, 2)),
    );
  }
  if (busy.length > 0) {
    parts.push(
      'For the reader who doubts: units of work a second as the load saw them, and the CPU of load and origin for each.',
      table(busy, ({ rate, loadCpu }, { digits }) =>
        rate === undefined ? undefined : `${fixed(rate, rate < 100 ? 2 : 0)}/s, ${fixed(loadCpu, digits)}`,
      ),
    );
  }
  return parts.join('\n\n');
}
