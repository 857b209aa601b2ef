/** What stands behind the page's URI: `;csv;up`, `?scope=web`. And the way back, for links. */
import { ACTION_RESULTS, type ActionResult } from './action-result.ts';

export type PageFormat = 'html' | 'csv' | 'typed' | 'json' | 'json-schema' | 'live';

export interface PageFlags {
  readonly format: PageFormat;
  readonly noRefresh: boolean;
  /** Servers that are DOWN are left out. */
  readonly up: boolean;
  /** Servers in maintenance are left out. */
  readonly noMaint: boolean;
  /** Only proxies whose name contains this. */
  readonly scope: string;
  /** How the action before went. */
  readonly result: ActionResult | undefined;
}

/** What several of them come to: the first of this list. `live` is hapax's own, for the page's script. */
const FORMATS = ['json-schema', 'live', 'json', 'typed', 'csv'] as const;

/** HAProxy's field for it takes no more; a name may be longer, a filter hardly. */
const MAX_SCOPE = 255;

/** Reads them in any order, parted by `;`, `?` or `&`. Unknown ones are ignored, as HAProxy does. */
export function readFlags(rest: string): PageFlags {
  const flags = new Map<string, string>();
  for (const part of rest.split(/[;?&]/)) {
    const equals = part.indexOf('=');
    if (equals === -1) flags.set(part, '');
    else flags.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const result = flags.get('st');
  return {
    format: FORMATS.find((name) => flags.has(name)) ?? 'html',
    noRefresh: flags.has('norefresh'),
    up: flags.has('up'),
    noMaint: flags.has('no-maint'),
    scope: decoded(flags.get('scope') ?? '').slice(0, MAX_SCOPE),
    result: ACTION_RESULTS.find((each) => each === result),
  };
}

/** The address with these flags: `/stats;up;norefresh?scope=web`. `also` stands first: `st=DONE`, `csv`. */
export function pageLink(uri: string, flags: Partial<PageFlags>, also?: string): string {
  const words = [
    ...(also === undefined ? [] : [also]),
    ...(flags.up === true ? ['up'] : []),
    ...(flags.noMaint === true ? ['no-maint'] : []),
    ...(flags.noRefresh === true ? ['norefresh'] : []),
  ];
  const scope = flags.scope === undefined || flags.scope === '' ? '' : `?scope=${encodeURIComponent(flags.scope)}`;
  return `${uri}${words.map((word) => `;${word}`).join('')}${scope}`;
}

/** Browsers send a form's text with `%` and `+`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
