import type { FetchDefinition } from './definition.ts';
import { type Place, usableAt } from './places.ts';

/** What a sample fetch must have before it, in the words of HAProxy's messages (measured with 2.6). */
export type Need = 'request buffer' | 'response buffer' | 'HTTP request headers' | 'HTTP response headers';

export const REQUEST_BUFFER: readonly Need[] = ['request buffer'];
export const RESPONSE_BUFFER: readonly Need[] = ['response buffer'];
export const EITHER_BUFFER: readonly Need[] = ['request buffer', 'response buffer'];
export const REQUEST_HEADERS: readonly Need[] = ['HTTP request headers'];
export const RESPONSE_HEADERS: readonly Need[] = ['HTTP response headers'];
export const EITHER_HEADERS: readonly Need[] = ['HTTP request headers', 'HTTP response headers'];

/** HAProxy's message about a fetch that can know nothing where it stands; undefined where it can. */
export function missingHere({ needs, places }: FetchDefinition, place: Place, shown: string): string | undefined {
  if (needs.length === 0 || usableAt(places, place)) return undefined;
  return `fetch method '${shown}' extracts information from '${needs.join(',')}', none of which is available here`;
}
