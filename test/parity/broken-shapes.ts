/** How broken configurations are written: as what they change in one that is right. */

/** Lines `from` to `to` (from 0, `to` not included) are replaced by these; lines that begin no section are indented. */
export type Edit = readonly [from: number, to: number, ...lines: readonly string[]];

export interface BrokenConfiguration {
  readonly name: string;
  readonly edits?: readonly Edit[];
  /** What no lines can say. */
  readonly text?: (right: string) => string | Buffer;
  /** Instead of `-c -f CASE`. */
  readonly args?: readonly string[];
}

/** Stands for the name of the file among arguments. */
export const CASE = 'CASE';

const RIGHT = [
  'defaults',
  '    timeout connect 1s',
  '    timeout client 1s',
  '    timeout server 1s',
  'frontend f',
  '    bind 127.0.0.1:9001',
  '    default_backend b',
  'backend b',
  '    server s 127.0.0.1:9002',
];

const UNINDENTED =
  /^(?:global|defaults|frontend|fronted|backend|listen|peers|resolvers|mailers|userlist|foobar|\.|#|$)/;

/** The text of a configuration, as its file is to hold it. */
export function textOf({ edits = [], text }: BrokenConfiguration): string | Buffer {
  const lines = [...RIGHT];
  for (const [from, to, ...added] of [...edits].reverse()) {
    lines.splice(from, to - from, ...added.map((line) => (UNINDENTED.test(line) ? line : `    ${line}`)));
  }
  const whole = `${lines.join('\n')}\n`;
  return text === undefined ? whole : text(whole);
}
