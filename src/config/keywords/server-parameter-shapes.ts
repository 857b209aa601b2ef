/** Shapes shared by the parameters of `server` lines. */
import type { KeywordDefinition, LineContext, SectionKind } from '../keyword.ts';
import type { ServerDraft, ServerSettings } from '../server-draft.ts';

export type ServerParameter = KeywordDefinition<ServerDraft>;
export type ServerContext = LineContext<ServerDraft>;

/** `defaults` for `default-server`. */
export const serverSections: readonly SectionKind[] = ['defaults', 'backend', 'listen'];

export const supported = { sections: serverSections, support: { kind: 'yes' } } as const;

/** A parameter of one word that sets something. */
export function flag(name: string, doc: string, set: (settings: ServerSettings) => void): ServerParameter {
  return {
    ...supported,
    name,
    args: '',
    doc,
    examples: { ok: [name], bad: [] },
    parse: (context) => set(context.draft.settings),
  };
}

/** A parameter with one value; `set` answers a complaint in HAProxy's words, or nothing. */
export function value(
  name: string,
  args: string,
  doc: string,
  examples: ServerParameter['examples'],
  missing: string | undefined,
  set: (settings: ServerSettings, text: string, context: ServerContext) => string | undefined,
): ServerParameter {
  return {
    ...supported,
    name,
    args,
    doc,
    takes: 1,
    examples,
    parse: (context) => {
      const text = context.args[0]?.text ?? '';
      if (text === '' && missing !== undefined) {
        context.report({ code: 'missing-argument', message: missing });
        return;
      }
      const complaint = set(context.draft.settings, text, context);
      if (complaint !== undefined) context.report({ code: 'bad-value', message: complaint, word: context.args[0] });
    },
  };
}
