/** Decides what a request to a statistics proxy gets. Nothing here touches a socket. */
import { readRows } from '../stats/rows.ts';
import { STATS_SCHEMA } from '../stats/schema.ts';
import type { ActionResult } from './action-result.ts';
import { applyForm } from './admin-action.ts';
import { isAuthorized } from './basic-auth.ts';
import { renderLive } from './live-state.ts';
import { PAGE_POLICY } from './page-assets.ts';
import { renderPage } from './page-document.ts';
import { type PageFlags, pageLink, readFlags } from './page-flags.ts';
import type { RequestRoad } from './request-conditions.ts';
import { isSameOrigin, type OriginHeaders } from './same-origin.ts';
import { csvPieces, jsonPieces, typedPieces } from './stats-exports.ts';
import { pageFor, type StatsPage, type StatsSite, selectionOf, shownBackends } from './stats-site.ts';
import { monitorFailed, noServer, seeOther, serviceReady, unauthorized, type WebResponse } from './web-response.ts';

const DEFAULT_REALM = 'HAProxy Statistics';

export interface StatsRequest extends OriginHeaders, RequestRoad {
  readonly method: string;
  /** As in the request line: a path with its query, or an absolute URL. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** A form that may be posted: its body is needed before there is an answer. */
export interface PendingForm {
  /** Undefined: the body was too large to be read. */
  readonly finish: (body: string | undefined) => WebResponse;
}

/** The page and its forms for whatever begins with `stats uri`, `monitor-uri`, and 503 for the rest. */
export function answerRequest(site: StatsSite, request: StatsRequest): WebResponse | PendingForm {
  const target = pathOf(request.target);
  const monitor = site.frontend.frontend?.monitorUri;
  // A path is looked for in the path, anything else in the target as it was sent (measured).
  if (monitor !== undefined && (monitor.startsWith('/') ? target : request.target) === monitor) {
    return site.monitorFails?.(request) ? monitorFailed : serviceReady;
  }
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && request.method !== 'POST') return noServer;
  for (const page of site.pages) {
    const prefix = page.prefixes.find((each) => target.startsWith(each));
    if (prefix !== undefined) {
      return answerPage(site, pageFor(page, request), request, readFlags(target.slice(prefix.length)));
    }
  }
  return noServer;
}

/** Path and query: `http://host/stats;csv` is `/stats;csv`. */
function pathOf(target: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?;]*(.*)$/i.exec(target);
  return absolute === null ? target : (absolute[1] ?? '');
}

function answerPage(
  site: StatsSite,
  page: StatsPage,
  request: StatsRequest,
  flags: PageFlags,
): WebResponse | PendingForm {
  const { auth, realm } = page.model;
  if (auth.length > 0 && !isAuthorized(auth, request.authorization)) return unauthorized(realm ?? DEFAULT_REALM);
  if (request.method !== 'POST') return statistics(site, page, flags);
  const back = (result: ActionResult, close = false) => seeOther(pageLink(page.link, flags, `st=${result}`), close);
  if (!page.admin || !isSameOrigin(request)) return back('DENY');
  return {
    finish: (body) =>
      body === undefined
        ? back('EXCD', true)
        : back(applyForm(site.control, shownBackends(site, page, { scope: '' }), body)),
  };
}

function statistics(site: StatsSite, page: StatsPage, flags: PageFlags): WebResponse {
  const { refresh } = page.model;
  const rows = () => readRows(site.view, selectionOf(page, flags));
  const answer = (type: string, body: WebResponse['body'], more: WebResponse['headers'] = []): WebResponse => ({
    status: 200,
    headers: [
      ['cache-control', 'no-cache'],
      ['content-type', type],
      ...(refresh === undefined || flags.noRefresh || flags.format === 'live'
        ? []
        : [['refresh', String(refresh)] as const]),
      // What a server said of itself must not be taken for markup by a browser that guesses.
      ['x-content-type-options', 'nosniff'],
      ...more,
    ],
    body,
    intercepted: true,
  });
  switch (flags.format) {
    case 'json-schema':
      return answer('application/json', `${JSON.stringify(STATS_SCHEMA)}\n`);
    case 'json':
      return answer('application/json', () => jsonPieces(rows()));
    case 'typed':
      return answer('text/plain', () => typedPieces(rows()));
    case 'csv':
      return answer('text/plain', () => csvPieces(rows()));
    case 'live':
      return answer('application/json', () => renderLive(site, page, flags));
    case 'html':
      return answer('text/html', () => renderPage(site, page, flags), [
        ['content-security-policy', PAGE_POLICY],
        ['referrer-policy', 'same-origin'],
      ]);
  }
}
