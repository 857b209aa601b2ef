/** `;live`: what the page's script needs to bring the page up to date, in pieces of JSON. */
import { readRows } from '../stats/rows.ts';
import { PAGE_BUILD } from './page-assets.ts';
import type { PageFlags } from './page-flags.ts';
import { pageRow } from './page-rows.ts';
import { inPieces } from './pieces.ts';
import { processLines } from './process-lines.ts';
import { type StatsPage, type StatsSite, selectionOf, shownBackends } from './stats-site.ts';
import { headline, isFine, summarize } from './summary.ts';

/**
 * One object: `build`, `started`, `lines`, `headline`, `counts`, `attention`, and `rows`, each
 * `[key, class, cells, story, values of the facts]` in the order of the page.
 */
export function* renderLive(site: StatsSite, page: StatsPage, flags: PageFlags): Generator<string, void, undefined> {
  const { view } = site;
  const open = page.model.showLegends;
  const summary = summarize(shownBackends(site, page, flags));
  const head = {
    build: PAGE_BUILD,
    started: view.process.startedAt,
    lines: processLines(view, site.meter),
    headline: headline(summary),
    troubled: summary.troubled,
    fine: isFine(summary),
    counts: summary.counts,
    attention: summary.attention.map(({ key, path, className, status, story }) => [
      key,
      path,
      className,
      status,
      story,
    ]),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let comma = '';
  for (const rows of inPieces(readRows(view, selectionOf(page, flags)))) {
    const texts = rows.map((row) => {
      const { key, className, cells, story, facts } = pageRow(row, open);
      return JSON.stringify([key, className, cells, story, facts.map(([, value]) => value)]);
    });
    yield `${comma}${texts.join(',')}`;
    comma = ',';
  }
  yield ']}\n';
}
