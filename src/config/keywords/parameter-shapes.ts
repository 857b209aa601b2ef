/** Parameters of `bind` and `server` lines that come in many: accepted without effect, not built yet. */
import type { KeywordDefinition, SectionKind } from '../keyword.ts';

/** Name, words it takes, one line of documentation, the reason (or what to do instead), and what must follow it. */
export interface ParameterRow {
  readonly name: string;
  /** What follows, in the manual's notation; one word unless absent. */
  readonly args?: string;
  readonly doc: string;
  readonly why: string;
  readonly takes?: KeywordDefinition<never>['takes'];
  /** HAProxy's words when the value is missing. */
  readonly missing?: string;
  /** HAProxy's complaint about a value, if it has one; `name` is that of the server. */
  readonly complain?: (text: string, name: string) => string | undefined;
  /** A value for the example. */
  readonly example?: string;
}

type Shared = Pick<KeywordDefinition<never>, 'name' | 'sections' | 'args' | 'doc' | 'examples' | 'takes'>;

function shared(row: ParameterRow, sections: readonly SectionKind[]): Shared {
  const takes = row.takes ?? (row.args === undefined ? 0 : 1);
  const ok = [row.example === undefined ? row.name : `${row.name} ${row.example}`];
  const bad = row.missing === undefined ? [] : [row.name];
  return { name: row.name, sections, args: row.args ?? '', doc: row.doc, takes, examples: { ok, bad } };
}

/** Parameters that are read, and have no effect because of `why`. */
export function parametersWithoutEffect<Draft extends { readonly name?: string }>(
  sections: readonly SectionKind[],
  rows: readonly ParameterRow[],
): readonly KeywordDefinition<Draft>[] {
  return rows.map((row) => ({
    ...shared(row, sections),
    support: { kind: 'no-effect', because: row.why },
    parse: (context) => {
      const word = context.args[0];
      const text = word?.text ?? '';
      if (text === '' && row.missing !== undefined) {
        context.report({ code: 'missing-argument', message: row.missing });
        return;
      }
      const complaint = row.complain?.(text, context.draft.name ?? '');
      if (complaint !== undefined) context.report({ code: 'bad-value', message: complaint, word });
    },
  }));
}

/** Parameters that would change what happens and are not built; `why` says what to do instead. */
export function parametersNotYet<Draft>(
  sections: readonly SectionKind[],
  rows: readonly ParameterRow[],
): readonly KeywordDefinition<Draft>[] {
  return rows.map((row) => ({ ...shared(row, sections), support: { kind: 'not-yet', instead: row.why } }));
}
