/** Every sample fetch of HAProxy 3.4, by name. */
import type { FetchDefinition } from '../definition.ts';
import { bufferFetches } from './buffers.ts';
import { connectionFetches } from './connection.ts';
import { httpFetches } from './http.ts';
import { processFetches } from './process.ts';
import { proxyFetches } from './proxies.ts';
import { stickTableFetches } from './stick-tables.ts';
import { tlsFetches } from './tls.ts';

export const fetchTable: ReadonlyMap<string, FetchDefinition> = new Map(
  [
    ...connectionFetches,
    ...bufferFetches,
    ...proxyFetches,
    ...processFetches,
    ...tlsFetches,
    ...httpFetches,
    ...stickTableFetches,
  ].map((definition) => [definition.name, definition]),
);
