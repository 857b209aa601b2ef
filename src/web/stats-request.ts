/** Decides what a request to a statistics proxy gets. Nothing here touches a socket. */
import type { ProxyModel, StatsPageModel } from '../config/model.ts';
import { renderCsv } from '../stats/csv.ts';
import type { ProcessMeter } from '../stats/process-meter.ts';
import { collectRows, EVERYTHING, type Selection } from '../stats/rows.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { STATS_SCHEMA } from '../stats/schema.ts';
import { renderJson, renderTyped } from '../stats/typed.ts';
import { isAuthorized } from './basic-auth.ts';
import { renderPage } from './html-page.ts';
import { noServer, serviceReady, unauthorized, type WebResponse } from './web-response.ts';

const DEFAULT_REALM = 'HAProxy Statistics';

export interface StatsRequest {
  readonly method: string;
  /** As in the request line: a path with its query, or an absolute URL. */
  readonly target: string;
  readonly authorization: string | undefined;
}

export interface StatsSite {
  readonly view: RuntimeView;
  readonly proxy: ProxyModel;
  readonly meter: ProcessMeter;
}

/** The page and its forms for whatever begins with `stats uri`, `monitor-uri`, and 503 for the rest. */
export function answerRequest(site: StatsSite, request: StatsRequest): WebResponse {
  const { proxy } = site;
  const target = pathOf(request.target);
  const monitor = proxy.frontend?.monitorUri;
  if (monitor !== undefined && target === monitor && isRead(request.method)) return serviceReady;
  const page = proxy.statsPage;
  if (page === undefined || !target.startsWith(page.uri)) return noServer;
  if (!isRead(request.method) && request.method !== 'POST') return noServer;
  if (page.auth.length > 0 && !isAuthorized(page.auth, request.authorization)) {
    return unauthorized(page.realm ?? DEFAULT_REALM);
  }
  // Changes over the page are not built yet: HAProxy's answer to whoever may not make any.
  if (request.method === 'POST') return denied(page);
  return statistics(site, page, flagsOf(target.slice(page.uri.length)));
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Path and query: `http://host/stats;csv` is `/stats;csv`. */
function pathOf(target: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?;]*(.*)$/i.exec(target);
  return absolute === null ? target : (absolute[1] ?? '');
}

/** Flags stand after the URI, parted by `;` (or in the query): `;csv;norefresh`, `/;csv`, `?;up`. Unknown ones are ignored. */
function flagsOf(rest: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const part of rest.split(/[;?&]/)) {
    const equals = part.indexOf('=');
    if (equals === -1) flags.set(part, '');
    else flags.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return flags;
}

function denied(page: StatsPageModel): WebResponse {
  return {
    status: 303,
    headers: [
      ['cache-control', 'no-cache'],
      ['content-type', 'text/plain'],
      ['location', `${page.uri};st=DENY`],
    ],
    body: '',
    intercepted: true,
  };
}

function statistics(site: StatsSite, page: StatsPageModel, flags: ReadonlyMap<string, string>): WebResponse {
  const [contentType, body] = contentOf(site, page, flags);
  const refresh = page.refresh !== undefined && !flags.has('norefresh');
  return {
    status: 200,
    headers: [
      ['cache-control', 'no-cache'],
      ['content-type', contentType],
      ...(refresh ? [['refresh', String(page.refresh)] as const] : []),
    ],
    body,
    intercepted: true,
  };
}

function contentOf(
  site: StatsSite,
  page: StatsPageModel,
  flags: ReadonlyMap<string, string>,
): readonly [contentType: string, body: string] {
  if (flags.has('json-schema')) return ['application/json', `${JSON.stringify(STATS_SCHEMA)}\n`];
  const rows = collectRows(site.view, selectionOf(site.proxy, page, flags));
  if (flags.has('json')) return ['application/json', renderJson(rows)];
  if (flags.has('typed')) return ['text/plain', renderTyped(rows, false)];
  if (flags.has('csv')) return ['text/plain', renderCsv(rows)];
  return ['text/html', renderPage(site, page, rows)];
}

function selectionOf(proxy: ProxyModel, page: StatsPageModel, flags: ReadonlyMap<string, string>): Selection {
  const scope = page.scope.map((name) => (name === '.' ? proxy.name : name));
  const text = flags.get('scope') ?? '';
  return {
    ...EVERYTHING,
    up: flags.has('up'),
    noMaint: flags.has('no-maint'),
    // HAProxy shows addresses over HTTP with show-legends alone.
    addresses: page.showLegends,
    proxies: (name) => (scope.length === 0 || scope.includes(name)) && name.includes(text),
  };
}
