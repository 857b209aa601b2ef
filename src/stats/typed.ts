/** The typed and JSON forms of `show stat` and `show info`: one entry a value, with its meaning and type. */
import { type FieldBody, type RowKind, tagOf } from './field.ts';
import { FIELDS } from './fields.ts';
import type { Row } from './rows.ts';

const LETTERS = { frontend: 'F', backend: 'B', server: 'S', listener: 'L' } as const satisfies Record<RowKind, string>;
export const OBJECTS = {
  frontend: 'Frontend',
  backend: 'Backend',
  server: 'Server',
  listener: 'Listener',
} as const satisfies Record<RowKind, string>;

export const ORIGINS: Readonly<Record<string, string>> = {
  M: 'Metric',
  S: 'Status',
  K: 'Key',
  C: 'Config',
  P: 'Product',
};
export const NATURES: Readonly<Record<string, string>> = {
  G: 'Gauge',
  L: 'Limit',
  m: 'Min',
  M: 'Max',
  R: 'Rate',
  C: 'Counter',
  D: 'Duration',
  A: 'Age',
  T: 'Time',
  N: 'Name',
  O: 'Output',
  a: 'Avg',
};
export const SCOPES: Readonly<Record<string, string>> = { C: 'Cluster', P: 'Process', S: 'Service', s: 'System' };

/** `<F|B|S|L>.<iid>.<sid>.<pos>.<name>.1:<tag>:<type>:<value>`, one line for every field that is not empty. */
export function renderTyped(rows: readonly Row[], describe: boolean): string {
  let text = '';
  for (const row of rows) {
    row.values.forEach((value, position) => {
      const field = FIELDS[position];
      if (value === undefined || field === undefined) return;
      const place = `${LETTERS[row.kind]}.${row.iid}.${row.sid}.${position}.${field.name}.1`;
      text += `${place}:${tagOf(field, row.kind)}:${field.type}:${value}`;
      text += describe ? `:${quoted(field.description)}\n` : '\n';
    });
  }
  return text;
}

/** One line: an array with one array of fields a row. Texts are escaped (HAProxy leaves them raw). */
export function renderJson(rows: readonly Row[]): string {
  const objects = rows.map((row) =>
    row.values.flatMap((value, position) => {
      const field = FIELDS[position];
      if (value === undefined || field === undefined) return [];
      const head = { objType: OBJECTS[row.kind], proxyId: row.iid, id: row.sid };
      return [{ ...head, ...jsonField(field, position, tagOf(field, row.kind), value) }];
    }),
  );
  return `${JSON.stringify(objects)}\n`;
}

/** What `show stat json` and `show info json` say alike of one value. */
export function jsonField(
  field: Pick<FieldBody, 'type'> & { readonly name: string },
  position: number,
  tag: string,
  value: number | string,
): object {
  return {
    field: { pos: position, name: field.name },
    processNum: 1,
    tags: {
      origin: ORIGINS[tag.charAt(0)] ?? 'Unknown',
      nature: NATURES[tag.charAt(1)] ?? 'Unknown',
      scope: SCOPES[tag.charAt(2)] ?? 'Unknown',
    },
    // `float` gives seconds as text with a fixed number of digits.
    value: { type: field.type, value: field.type === 'str' ? value : Number(value) },
  };
}

/** A description as `desc` appends it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}
