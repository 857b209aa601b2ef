/** Every converter of HAProxy 3.4, by name. */
import type { ConverterDefinition } from '../definition.ts';
import { byteConverters } from './bytes.ts';
import { formatConverters } from './formats.ts';
import { tableConverters } from './tables.ts';
import { valueConverters } from './values.ts';

export const converterTable: ReadonlyMap<string, ConverterDefinition> = new Map(
  [...valueConverters, ...byteConverters, ...formatConverters, ...tableConverters].map((definition) => [
    definition.name,
    definition,
  ]),
);
