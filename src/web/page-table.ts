/** The table of one proxy: its heading, its rows, and with `stats admin` the form around them. */
import type { ProxyModel } from '../config/model.ts';
import { OFFERED_ACTIONS } from './admin-action.ts';
import { escapeHtml } from './escape.ts';
import { COLUMN_GROUPS, FOLLOWS_CELL, LAST_CHECK_CELL, type PageRow } from './page-rows.ts';

/** What the short names of the columns stand for, in their order. */
const MEANINGS = [
  'Waiting now',
  'Most that waited at once',
  'Most that may wait',
  'New sessions in the last second',
  'Most new sessions in a second',
  'Most new sessions that are let in a second',
  'Sessions now',
  'Most sessions at once',
  'Most sessions allowed at once',
  'Sessions in all',
  'Times chosen by load balancing',
  'Time since the last session',
  'Bytes from clients',
  'Bytes to clients',
  'Requests that were denied',
  'Responses that were denied',
  'Requests that were none',
  'Connections to servers that failed',
  'Responses that failed',
  'Connections that were tried again',
  'Sessions that went to another server',
  'State, and for how long',
  'Last health check; press for its story',
  'Weight in use / weight set',
  'Active servers',
  'Backup servers',
  'Failed checks',
  'Changes from UP to DOWN',
  'Time DOWN in all',
  'Share of the weight while warming up',
];

const TABLE_HEAD = (() => {
  const groups = COLUMN_GROUPS.map(
    ([group, columns]) => `<th colspan="${columns.length}" scope="colgroup">${group}</th>`,
  ).join('');
  let at = 0;
  const names = COLUMN_GROUPS.flatMap(([, columns]) => columns)
    .map((name) => `<th scope="col" title="${escapeHtml(MEANINGS[at++] ?? '')}">${name}</th>`)
    .join('');
  return (box: string) =>
    `<thead><tr><td rowspan="2">${box}</td><th rowspan="2" scope="col"><span class="sr">Name</span></th>${groups}</tr>` +
    `<tr>${names}</tr></thead>`;
})();

const ACTION_OPTIONS = [['', ''] as const, ...OFFERED_ACTIONS]
  .map(([value, label]) => `<option value="${value}">${escapeHtml(label)}</option>`)
  .join('');

export interface TableOptions {
  /** Where the form posts to; absent: the table can only be read. */
  readonly action: string | undefined;
  /** Some table of the page has boxes to check: all leave room for them, so that their columns meet. */
  readonly boxes: boolean;
  /** `show-legends`: what the proxy is. */
  readonly explain: boolean;
  /** Of the section: the proxy's name, unless another proxy of the page has it too. */
  readonly id: string;
}

export function tableStart(proxy: ProxyModel, { action, boxes, explain, id }: TableOptions): string {
  const name = escapeHtml(proxy.name);
  const anchor = escapeHtml(id);
  const heading = `h-${proxy.iid}`;
  const what = explain
    ? `<span class="cap">cap: ${proxy.kind === 'listen' ? 'proxy' : proxy.kind}, mode: ${proxy.mode}, id: ${proxy.iid}</span>`
    : '';
  const description = proxy.description === undefined ? '' : `<p class="desc">${escapeHtml(proxy.description)}</p>`;
  const all =
    action === undefined
      ? ''
      : `<input type="checkbox" class="all" aria-label="Check every server of ${name}" hidden autocomplete="off">`;
  return (
    `<section class="proxy" id="${anchor}" aria-labelledby="${heading}">` +
    (action === undefined ? '' : `<form method="post" action="${escapeHtml(action)}">`) +
    `<header><h3 id="${heading}"><a href="#${anchor}">${name}</a></h3>${what}${description}</header>` +
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${heading}">` +
    `<table${boxes ? '' : ' class="ro"'}>${TABLE_HEAD(all)}<tbody>\n`
  );
}

export function tableEnd(proxy: ProxyModel, { action }: TableOptions): string {
  if (action === undefined) return '</tbody></table></div></section>\n';
  const select = `a-${proxy.iid}`;
  return (
    '</tbody></table></div><div class="act">' +
    `<label class="pick" hidden><input type="checkbox" class="all" autocomplete="off"> All servers</label>` +
    `<label for="${select}">Choose the action to perform on the checked servers :</label> ` +
    `<select name="action" id="${select}" autocomplete="off">${ACTION_OPTIONS}</select>` +
    `<input type="hidden" name="b" value="#${proxy.iid}"> <button type="submit">Apply</button></div></form></section>\n`
  );
}

/** `selectable`: with a box to check. */
export function tableRow(row: PageRow, proxy: ProxyModel, selectable: boolean): string {
  const { key, className, cells, follows } = row;
  const name = escapeHtml(row.name);
  const box = selectable
    ? `<input type="checkbox" name="s" value="${name}" aria-label="Check ${name}" autocomplete="off">`
    : '';
  const card = cardOf(row, proxy);
  const onName = card !== '' && row.story === '';
  const label = card === '' ? name : `<button type="button" popovertarget="d-${key}">${name}</button>`;
  let html =
    `<tr id="${escapeHtml(row.anchor)}" data-r="${key}" class="${className}"><td>${box}</td>` +
    `<th scope="row">${label}${onName ? card : ''}</th>`;
  for (let at = 0; at < cells.length; at++) {
    const text = cells[at] ?? '';
    if (at === LAST_CHECK_CELL && row.story !== '') {
      const hidden = text === '' ? ' hidden' : '';
      html += `<td><button type="button" tabindex="-1" popovertarget="d-${key}"${hidden}>${escapeHtml(text)}</button>${card}</td>`;
    } else if (at === FOLLOWS_CELL && follows !== undefined) {
      html += `<td colspan="3">via <a href="#${escapeHtml(follows)}">${escapeHtml(follows)}</a></td>`;
      at += 2;
    } else html += text === '0' || text === '0s' ? `<td class="z">${text}</td>` : `<td>${escapeHtml(text)}</td>`;
  }
  return `${html}</tr>\n`;
}

/** What opens when the name or the last check is pressed. */
function cardOf({ key, name, story, facts }: PageRow, proxy: ProxyModel): string {
  if (story === '' && facts.length === 0) return '';
  const list = facts.map(([what, value]) => `<dt>${what}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  return (
    `<div popover id="d-${key}" class="card"><p class="who"><b>${escapeHtml(`${proxy.name}/${name}`)}</b>` +
    `<button type="button" popovertarget="d-${key}" popovertargetaction="hide" aria-label="Close">×</button></p>` +
    `${story === '' ? '' : `<p class="story">${escapeHtml(story)}</p>`}${list === '' ? '' : `<dl>${list}</dl>`}</div>`
  );
}
