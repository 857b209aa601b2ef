/** `show schema json`: what `show info json` and `show stat json` look like, as a JSON schema (draft 4). */
import type { FieldType } from './field.ts';
import { NATURES, OBJECTS, ORIGINS, SCOPES } from './typed.ts';

const RANGES: Readonly<Record<Exclude<FieldType, 'str'>, readonly [minimum: number, maximum: number]>> = {
  s32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  u64: [0, Number.MAX_SAFE_INTEGER],
};

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
const words = (table: Readonly<Record<string, string>>) => [...new Set([...Object.values(table), 'Unknown'])];

function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}

const common = {
  field: ref('field'),
  processNum: ref('processNum'),
  tags: ref('tags'),
  value: ref('typedValue'),
};
const id = { type: 'integer', minimum: 0 };

function typedValue(type: FieldType): object {
  if (type === 'str') return object({ type: { enum: [type] }, value: { type: 'string' } });
  const [minimum, maximum] = RANGES[type];
  return object({ type: { enum: [type] }, value: { type: 'number', minimum, maximum } });
}

export const STATS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  oneOf: [
    { title: 'Info', type: 'array', items: { title: 'InfoItem', ...object(common) } },
    {
      title: 'Stat',
      type: 'array',
      items: {
        title: 'StatRow',
        type: 'array',
        items: {
          title: 'StatItem',
          ...object({ objType: { enum: words(OBJECTS) }, proxyId: id, id, ...common }),
        },
      },
    },
    { title: 'Error', ...object({ errorStr: { type: 'string' } }) },
  ],
  definitions: {
    field: object({ pos: id, name: { type: 'string' } }),
    processNum: { type: 'integer', minimum: 1 },
    tags: object({
      origin: { type: 'string', enum: words(ORIGINS) },
      nature: { type: 'string', enum: words(NATURES) },
      scope: { type: 'string', enum: words(SCOPES) },
    }),
    typedValue: { oneOf: (['s32', 'u32', 'u64', 'str'] as const).map(typedValue) },
  },
} as const;
