/** Definitions that come in many: accepted without effect, not built yet, no longer HAProxy's. */
import { type Fix, quoteWords, replaceLine } from '../fix.ts';
import type { KeywordDefinition, LineContext, SectionKind, Word } from '../keyword.ts';

export const everyProxy: readonly SectionKind[] = ['defaults', 'frontend', 'backend', 'listen'];
export const frontends: readonly SectionKind[] = ['defaults', 'frontend', 'listen'];
export const backends: readonly SectionKind[] = ['defaults', 'backend', 'listen'];
export const namedProxies: readonly SectionKind[] = ['frontend', 'backend', 'listen'];

interface Row {
  readonly name: string;
  readonly args?: string;
  readonly doc: string;
  readonly sections: readonly SectionKind[];
  readonly example?: string;
  readonly mode?: 'tcp' | 'http';
  readonly negatable?: boolean;
}

/** A keyword that is read and has no effect in hapax. */
export function noEffect<Draft>(row: Row & { readonly because: string }): KeywordDefinition<Draft> {
  return {
    ...shared(row),
    support: { kind: 'no-effect', because: row.because },
    ...(row.negatable ? { negatable: true } : {}),
  };
}

/** A keyword that would change what happens to traffic and is not built. */
export function notYet<Draft>(row: Row & { readonly instead?: string }): KeywordDefinition<Draft> {
  return {
    ...shared(row),
    support: row.instead === undefined ? { kind: 'not-yet' } : { kind: 'not-yet', instead: row.instead },
    ...(row.negatable ? { negatable: true } : {}),
  };
}

function shared(row: Row) {
  return {
    name: row.name,
    sections: row.sections,
    args: row.args ?? '',
    doc: row.doc,
    examples: { ok: [row.example ?? row.name], bad: [] },
    ...(row.mode === undefined ? {} : { mode: row.mode }),
  };
}

/**
 * A keyword HAProxy dropped. With `--strict` it is HAProxy's alert; otherwise a warning with the same text, and `apply` does
 * what the old line meant. Without `apply` it is an error in both.
 */
export function removed<Draft>(
  row: Row & {
    /** HAProxy's text after `[file:line] : `. */
    readonly message: string | ((context: LineContext<Draft>) => string);
    readonly tight?: boolean;
    readonly help?: string | ((context: LineContext<Draft>) => string);
    readonly apply?: (context: LineContext<Draft>) => void;
    /** Edits that make today's line of it. */
    readonly fix?: (context: LineContext<Draft>) => Fix | undefined;
    /** The words of today's line, read in the place of the old ones; undefined where the meaning is not plain. */
    readonly modern?: (context: LineContext<Draft>) => readonly string[] | undefined;
  },
): KeywordDefinition<Draft> {
  const { apply } = row;
  const parse = (context: LineContext<Draft>) => {
    const modern = row.modern?.(context);
    const readable = apply !== undefined || modern !== undefined;
    const severity = context.strict || !readable ? 'alert' : 'warning';
    context.report({
      code: 'removed-keyword',
      severity,
      message: typeof row.message === 'string' ? row.message : row.message(context),
      word: context.line.words[0],
      tight: row.tight ?? false,
      help: modern === undefined ? helpOf(row.help, context) : `Write "${quoteWords(modern)}".`,
      fix: modern === undefined ? row.fix?.(context) : replaceLine(context.line, quoteWords(modern)),
    });
    if (severity === 'alert') return;
    apply?.(context);
    const { span } = context.line.words[0]!;
    if (modern !== undefined) context.readInstead(modern.map((text) => ({ text, span })));
  };
  const base = shared(row);
  const examples = apply === undefined ? { ok: [], bad: base.examples.ok } : base.examples;
  return { ...base, support: { kind: 'yes' }, obsolete: true, examples, parse };
}

function helpOf<Context>(
  help: string | ((context: Context) => string) | undefined,
  context: Context,
): string | undefined {
  return typeof help === 'function' ? help(context) : help;
}

/** The only argument, or undefined after reporting `missing`. */
export function requireArgument<Draft>(
  context: LineContext<Draft>,
  missing: string,
  options: { readonly tight?: boolean } = {},
): Word | undefined {
  const word = context.args[0];
  if (word !== undefined && word.text !== '') return word;
  context.report({ code: 'missing-argument', message: missing, tight: options.tight ?? false });
  return undefined;
}
