/** The statistics as an HTML page: one table a proxy, with the columns and values of `show stat`. No script. */
import type { StatsPageModel } from '../config/model.ts';
import { FIELDS } from '../stats/fields.ts';
import { renderInfo } from '../stats/info.ts';
import { COMPATIBLE_VERSION, RELEASE_DATE } from '../stats/product.ts';
import type { Row } from '../stats/rows.ts';
import { HAPAX_VERSION } from '../version.ts';
import type { StatsSite } from './stats-request.ts';

const STYLE = `
:root { color-scheme: light dark }
body { font: 14px system-ui, sans-serif; margin: 1.5em }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-bottom: .3em }
div.scroll { overflow-x: auto }
table { border-collapse: collapse }
th, td { border: 1px solid #8886; padding: .2em .5em; text-align: right; white-space: nowrap }
th:first-child, td:first-child, td.text { text-align: left }
th { background: #8882; font-weight: 600 }
tr.frontend td, tr.backend td { background: #8881 }
td.good { background: #c0ffc0; color: #000 } td.turning { background: #ffffa0; color: #000 }
td.bad { background: #ff9090; color: #000 } td.away { background: #c07820; color: #000 }
@media (prefers-color-scheme: dark) {
  td.good { background: #165900; color: #fff } td.turning { background: #6c6c00; color: #fff }
  td.bad { background: #760000; color: #fff } td.away { background: #9a601a; color: #fff }
}
`;

const STATUS = FIELDS.findIndex((field) => field.name === 'status');
/** What every row of the page says anyway. */
const LEFT_OUT = new Set(['pxname', 'pid', 'type']);

export function renderPage(site: StatsSite, page: StatsPageModel, rows: readonly Row[]): string {
  const { process: about } = site.view;
  const version = page.hideVersion ? '' : ` version ${COMPATIBLE_VERSION}, released ${RELEASE_DATE}`;
  const node = page.showNode ? ` on ${escapeHtml(about.node)}` : '';
  const description = page.showDesc && about.description !== undefined ? `: ${escapeHtml(about.description)}` : '';
  const proxies = [...new Set(rows.map((row) => row.proxy))];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Statistics Report for HAProxy${node}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>HAProxy${version}</h1>
<p>Statistics Report for pid ${about.pid}${node}${description}</p>
<p>${processLine(site)}</p>
<p><a href="${escapeHtml(page.uri)};csv;norefresh">CSV export</a>
<a href="${escapeHtml(page.uri)};json;norefresh">JSON export</a></p>
${proxies
  .map((proxy) =>
    proxyTable(
      proxy.name,
      rows.filter((row) => row.proxy === proxy),
    ),
  )
  .join('\n')}
<footer><p>Served by hapax ${HAPAX_VERSION}.</p></footer>
</body>
</html>
`;
}

/** The figures in the form that scrapers of HAProxy's page look for. */
function processLine(site: StatsSite): string {
  const info = new Map<string, string>();
  const text = renderInfo(
    { ...site, listeners: 0, clients: { total: 0, current: 0 }, float: false },
    { form: 'text', describe: false },
  );
  for (const line of text.split('\n')) info.set(line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2));
  return [
    `<b>uptime = </b> ${info.get('Uptime')}`,
    `<b>system limits:</b> ulimit-n = ${info.get('Ulimit-n')}`,
    `<b>maxconn = </b> ${info.get('Maxconn')}`,
    `current conns = ${info.get('CurrConns')}`,
    `conn rate = ${info.get('ConnRate')}/sec`,
    `idle = ${info.get('Idle_pct')} %`,
  ].join('; ');
}

/** One row a line; columns that are empty in every row of the proxy are left out. */
function proxyTable(name: string, rows: readonly Row[]): string {
  const columns = FIELDS.map((field, index) => ({ field, index })).filter(
    ({ field, index }) => !LEFT_OUT.has(field.name) && rows.some((row) => (row.values[index] ?? '') !== ''),
  );
  const head = columns.map(
    ({ field }) => `<th scope="col" title="${escapeHtml(field.description)}">${field.name}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = columns.map(({ index }) => cell(row, index));
    return `<tr class="${row.kind}">${cells.join('')}</tr>`;
  });
  return `<h2 id="${escapeHtml(name)}">${escapeHtml(name)}</h2>
<div class="scroll"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>`;
}

function cell(row: Row, index: number): string {
  const value = row.values[index] ?? '';
  const classes = [
    ...(typeof value === 'string' ? ['text'] : []),
    ...(index === STATUS ? [statusClass(String(value))] : []),
  ].filter((name) => name !== '');
  return `<td${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${escapeHtml(String(value))}</td>`;
}

function statusClass(status: string): string {
  if (status.startsWith('MAINT')) return 'away';
  if (status === 'UP' || status === 'OPEN' || status.startsWith('UP (')) return 'good';
  if (status.startsWith('DOWN')) return /^DOWN \d/.test(status) ? 'turning' : 'bad';
  return status === 'no check' ? '' : 'turning';
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
