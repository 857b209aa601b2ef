/** What a listener serves: the pages of its frontend and of the backend behind it, on one runtime. */
import type { ProxyModel, StatsPageModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import type { BackendRecord } from '../servers/server-record.ts';
import type { ProcessMeter } from '../stats/process-meter.ts';
import { EVERYTHING, type Selection } from '../stats/rows.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import type { PageFlags } from './page-flags.ts';
import { anyCondition, type RequestCondition, type RequestRoad } from './request-conditions.ts';

export interface StatsSite {
  readonly view: RuntimeView;
  readonly control: ServerControl;
  readonly meter: ProcessMeter;
  readonly frontend: ProxyModel;
  /** In the order in which they are asked: the frontend's own, then its backend's. */
  readonly pages: readonly StatsPage[];
  /** `monitor fail`; absent: never. */
  readonly monitorFails: RequestCondition | undefined;
}

export interface StatsPage {
  readonly proxy: ProxyModel;
  readonly model: StatsPageModel;
  /** `stats uri` as it may stand in a request: letter for letter, and as browsers write it. */
  readonly prefixes: readonly string[];
  /** The URI in links and answers, with nothing in it that a header cannot carry. */
  readonly link: string;
  /** Whoever asks may change servers. */
  readonly admin: boolean;
  /** Those for whom it holds may, if `admin` is not for everyone. */
  readonly adminIf: RequestCondition | undefined;
}

/** The page as whoever comes along a road may have it. */
export function pageFor(page: StatsPage, road: RequestRoad): StatsPage {
  return page.adminIf === undefined ? page : { ...page, admin: page.admin || page.adminIf(road) };
}

export function statsSite(base: Omit<StatsSite, 'pages' | 'monitorFails'>): StatsSite {
  const { view, frontend } = base;
  const behind = frontend.frontend?.defaultBackend;
  const proxies = [frontend, ...(behind === undefined ? [] : [view.model.proxies[behind]])];
  const pages = new Map<ProxyModel, StatsPage>();
  for (const proxy of proxies) {
    if (proxy?.statsPage === undefined) continue;
    const { uri } = proxy.statsPage;
    const encoded = encodedUri(uri);
    // No other letters are let through in a request line.
    const plain = /^[\x21-\x7e]*$/.test(uri);
    const prefixes = plain ? [uri, encoded] : [encoded];
    const { admin, adminIf } = proxy.statsPage;
    pages.set(proxy, {
      proxy,
      model: proxy.statsPage,
      prefixes,
      link: plain ? uri : encoded,
      admin,
      adminIf: anyCondition(adminIf, view, proxy),
    });
  }
  const monitorFails = anyCondition(frontend.frontend?.monitorFail, view, frontend);
  return { ...base, pages: [...pages.values()], monitorFails };
}

/** `/a"b` as `/a%22b`. */
function encodedUri(uri: string): string {
  try {
    const { pathname, search, hash } = new URL(`http://host${uri.startsWith('/') ? '' : '/'}${uri}`);
    const path = uri.startsWith('/') ? pathname : pathname.slice(1);
    return `${path}${search}${hash.replace('#', '%23')}`;
  } catch {
    return encodeURI(uri);
  }
}

/** `stats scope`, where `.` is the page's own proxy, and `;scope=`. */
function isShown(page: StatsPage, flags: Pick<PageFlags, 'scope'>): (name: string) => boolean {
  const scope = page.model.scope.map((name) => (name === '.' ? page.proxy.name : name));
  return (name) => (scope.length === 0 || scope.includes(name)) && name.includes(flags.scope);
}

/** The rows of a request. */
export function selectionOf(page: StatsPage, flags: PageFlags): Selection {
  return {
    ...EVERYTHING,
    up: flags.up,
    noMaint: flags.noMaint,
    // HAProxy shows addresses over HTTP with show-legends alone.
    addresses: page.model.showLegends,
    proxies: isShown(page, flags),
  };
}

/** The backends that a page shows; what it does not show it cannot change either. */
export function shownBackends(
  site: StatsSite,
  page: StatsPage,
  flags: Pick<PageFlags, 'scope'>,
): readonly BackendRecord[] {
  const shown = isShown(page, flags);
  return site.view.backends.filter(
    (each): each is BackendRecord => each !== undefined && !each.proxy.disabled && shown(each.proxy.name),
  );
}
