/** What a model means, without where it was written: two texts that do the same have equal meanings. */
import type { LoadResult } from '../../src/config/load.ts';

const PLACES = new Set(['place', 'span', 'file', 'line', 'column']);

/** The model as plain data without places; undefined where there is none. */
export function meaningOf({ model }: LoadResult): unknown {
  return model === undefined ? undefined : withoutPlaces(structuredClone(model));
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, each]) => !PLACES.has(key) || typeof each === 'boolean');
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutPlaces(each)]));
}
