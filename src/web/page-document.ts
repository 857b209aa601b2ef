/** The statistics page: everything around the tables, and the tables in pieces. */
import type { ProxyModel } from '../config/model.ts';
import { COMPATIBLE_VERSION, RELEASE_DATE } from '../stats/product.ts';
import { type Row, readRows } from '../stats/rows.ts';
import { HAPAX_VERSION } from '../version.ts';
import { RESULT_MESSAGES } from './action-result.ts';
import { escapeHtml } from './escape.ts';
import { PAGE_BUILD, PAGE_ICON, PAGE_SCRIPT, PAGE_STYLE } from './page-assets.ts';
import { type PageFlags, pageLink } from './page-flags.ts';
import { pageRow } from './page-rows.ts';
import { type TableOptions, tableEnd, tableRow, tableStart } from './page-table.ts';
import { inPieces } from './pieces.ts';
import { processLines } from './process-lines.ts';
import { LEGEND } from './row-class.ts';
import { type StatsPage, type StatsSite, selectionOf, shownBackends } from './stats-site.ts';
import { headline, isFine, type Summary, summarize } from './summary.ts';

/** Seconds between two looks of the page's script where `stats refresh` does not say. */
const LIVE_INTERVAL = 5;

/** The page in pieces of HTML, rows as they are at the moment of their piece. */
export function* renderPage(site: StatsSite, page: StatsPage, flags: PageFlags): Generator<string, void, undefined> {
  const open = page.model.showLegends;
  const summary = summarize(shownBackends(site, page, flags));
  yield pageStart(site, page, flags, summary);
  const tables = new Tables(page, flags);
  for (const rows of inPieces(readRows(site.view, selectionOf(page, flags)))) {
    let html = '';
    for (const row of rows) {
      html += tables.before(row);
      html += tableRow(pageRow(row, open), row.proxy, tables.selectable && row.server !== undefined);
    }
    yield html;
  }
  yield tables.end() + pageEnd();
}

/** Opens a table when the rows of another proxy begin. */
class Tables {
  readonly #page: StatsPage;
  readonly #action: string;
  readonly #ids = new Set<string>();
  #open: { readonly proxy: ProxyModel; readonly options: TableOptions } | undefined;

  constructor(page: StatsPage, flags: PageFlags) {
    this.#page = page;
    this.#action = pageLink(page.link, flags);
  }

  get selectable(): boolean {
    return this.#open?.options.action !== undefined;
  }

  before({ proxy }: Row): string {
    if (this.#open?.proxy === proxy) return '';
    const { admin } = this.#page;
    const { showLegends } = this.#page.model;
    const changeable = admin && (proxy.backend?.servers.length ?? 0) > 0;
    // A frontend and a backend may have one name.
    const id = this.#ids.has(proxy.name) ? `${proxy.name}~${proxy.iid}` : proxy.name;
    this.#ids.add(proxy.name);
    const action = changeable ? this.#action : undefined;
    const options = { action, boxes: admin, explain: showLegends, id };
    const html = this.end() + tableStart(proxy, options);
    this.#open = { proxy, options };
    return html;
  }

  end(): string {
    return this.#open === undefined ? '' : tableEnd(this.#open.proxy, this.#open.options);
  }
}

function pageStart(site: StatsSite, page: StatsPage, flags: PageFlags, summary: Summary): string {
  const { model } = page;
  const { process } = site.view;
  const node = model.showNode ? ` on ${escapeHtml(process.node)}` : '';
  const text = model.description ?? process.description;
  const description = model.showDesc && text !== undefined ? `: ${escapeHtml(text)}` : '';
  const version = model.hideVersion ? '' : ` version ${COMPATIBLE_VERSION}, released ${RELEASE_DATE}`;
  const lines = processLines(site.view, site.meter).map(
    (line) =>
      `<p>${line.map((part, at) => (at % 2 === 1 ? escapeHtml(part) : part === '' ? '' : `<b>${escapeHtml(part)}</b>`)).join('')}</p>`,
  );
  const live = flags.noRefresh ? '' : ` data-live="${model.refresh ?? LIVE_INTERVAL}"`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statistics Report for HAProxy${node}</title>
<link rel="icon" href="${PAGE_ICON}">
<style>${PAGE_STYLE}</style>
</head>
<body data-build="${PAGE_BUILD}" data-started="${process.startedAt}"${live}>
<a class="skip" href="#tables">To the tables</a>
<header class="top">
<h1><a href="${escapeHtml(pageLink(page.link, {}))}">HAProxy${version}</a></h1>
<h2>Statistics Report for pid ${process.pid}${node}${description}</h2>
</header>
<main>
${messageOf(page, flags)}<details class="about" open>
<summary><h3>General process information</h3></summary>
<div class="about">
<div class="lines" id="lines">
${lines.join('\n')}
</div>
${legend(summary)}
${displayOptions(page, flags)}
</div>
</details>
<section class="now${isFine(summary) ? ' fine' : ''}" id="now" aria-labelledby="headline">
<h3 id="headline">${escapeHtml(headline(summary))}</h3>
<ul id="attention">${attention(summary)}</ul>
</section>
<div class="tools" id="tools" hidden>
<label for="filter">Filter</label>
<input type="search" id="filter" placeholder="name, status, check ..." autocomplete="off" spellcheck="false">
<span id="found" role="status"></span>
<label class="every"><input type="checkbox" id="every" autocomplete="off"> Every column</label>
<span class="live"><span id="live"></span> <button type="button" id="pause" aria-pressed="false">Pause</button></span>
</div>
<p class="sr" id="news" role="status"></p>
<div id="tables" tabindex="-1">
`;
}

function pageEnd(): string {
  return `</div>
</main>
<footer><p>Served by hapax ${HAPAX_VERSION}, in the form of HAProxy's statistics page.</p></footer>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** How the action before went. */
function messageOf(page: StatsPage, flags: PageFlags): string {
  if (flags.result === undefined) return '';
  const { className, text, list = [] } = RESULT_MESSAGES[flags.result];
  const items = list.map((item) => `<li>${escapeHtml(item)}</li>`).join('');
  return (
    `<div class="message ${className}" id="message"><a href="${escapeHtml(pageLink(page.link, flags))}" ` +
    `title="Remove this message" aria-label="[X] Remove this message">[X]</a><div role="status">` +
    `${text.map(escapeHtml).join('<br>')}${items === '' ? '' : `<ul>${items}</ul>`}</div></div>\n`
  );
}

function legend({ counts }: Summary): string {
  const entries = LEGEND.map(
    ([[className], text], at) =>
      `<li><span class="swatch ${className}">${counts[at] ?? 0}</span> ${escapeHtml(text)}</li>`,
  );
  return (
    `<div class="legend"><ul id="legend" aria-label="Colours, and how many servers have them">${entries.join('')}</ul>` +
    '<p>Note: "NOLB"/"DRAIN" = UP with load-balancing disabled.</p></div>'
  );
}

function attention(summary: Summary): string {
  return summary.attention
    .map(
      ({ path, className, status, story }) =>
        `<li><a class="pill ${className}" href="#${escapeHtml(path)}">${escapeHtml(path)} ${escapeHtml(status)}</a> ` +
        `<span>${escapeHtml(story)}</span></li>`,
    )
    .join('');
}

function displayOptions({ link, model }: StatsPage, flags: PageFlags): string {
  const to = (change: Partial<PageFlags>, also?: string) => escapeHtml(pageLink(link, { ...flags, ...change }, also));
  const item = (href: string, text: string) => `<li><a href="${href}">${text}</a></li>`;
  const { scope } = flags;
  const exported = (format: string) => escapeHtml(`${pageLink(link, { scope }, `${format};norefresh`)}`);
  return `<div class="options"><h4>Display option:</h4><ul>
<li>${scopeForm(model.uri, link, flags)}</li>
${flags.up ? item(to({ up: false }), 'Show all servers') : item(to({ up: true }), "Hide 'DOWN' servers")}
${flags.noRefresh ? item(to({ noRefresh: false }), 'Enable refresh') : item(to({ noRefresh: true }), 'Disable refresh')}
${item(to({}), 'Refresh now')}
${item(exported('csv'), 'CSV export')}
<li><a href="${exported('json')}">JSON export</a> (<a href="${escapeHtml(`${link};json-schema`)}">schema</a>)</li>
</ul></div>`;
}

/** A form that asks by GET replaces the query of its address: what the page's URI and flags need goes into fields. */
function scopeForm(uri: string, link: string, flags: PageFlags): string {
  const question = uri.indexOf('?');
  const path = question === -1 ? link : link.slice(0, link.indexOf('?'));
  const fields = question === -1 ? [] : uri.slice(question + 1).split('&');
  const kept = [
    ...fields,
    ...(flags.up ? ['up'] : []),
    ...(flags.noMaint ? ['no-maint'] : []),
    ...(flags.noRefresh ? ['norefresh'] : []),
  ].map((field) => {
    const equals = field.indexOf('=');
    const [name, value] = equals === -1 ? [field, ''] : [field.slice(0, equals), field.slice(equals + 1)];
    return `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;
  });
  return (
    `<form method="get" action="${escapeHtml(path)}">${kept.join('')}<label>Scope : ` +
    `<input name="scope" size="12" maxlength="255" value="${escapeHtml(flags.scope)}" autocomplete="off"></label></form>`
  );
}
