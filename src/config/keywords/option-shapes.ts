/** Options that are flags. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext, SectionKind } from '../keyword.ts';
import { noEffect } from './common-shapes.ts';

export type OptionContext = LineContext<ProxyDraft>;
export type OptionDefinition = KeywordDefinition<ProxyDraft>;

/** Sets, resets (`no`, `default`) a flag of the proxy. */
export function setOption(context: OptionContext, name: string): void {
  const extra = context.args[0];
  if (extra !== undefined) {
    const message = `'option ${name}' cannot handle unexpected argument '${extra.text}'.`;
    context.report({ code: 'unexpected-argument', message, word: extra });
    return;
  }
  const { options } = context.draft.settings;
  if (context.line.prefix === 'default') delete options[name];
  else options[name] = context.line.prefix === undefined;
}

export function optionFlag(name: string, sections: readonly SectionKind[], doc: string): OptionDefinition {
  return {
    name: `option ${name}`,
    sections,
    args: '',
    support: { kind: 'yes' },
    doc,
    negatable: true,
    elsewhere: 'checked',
    examples: { ok: [`option ${name}`, `no option ${name}`], bad: [`option ${name} x`] },
    parse: (context) => setOption(context, name),
  };
}

/** A flag that only acts on HTTP, or not at all in hapax. */
export function inertOption(
  name: string,
  sections: readonly SectionKind[],
  because: string,
  more: { readonly mode?: 'http' } = {},
): OptionDefinition {
  const doc = more.mode === 'http' ? 'Acts on HTTP only.' : 'Tuning of HAProxy.';
  return {
    ...noEffect<ProxyDraft>({ name: `option ${name}`, sections, doc, because, negatable: true, ...more }),
    elsewhere: 'checked',
    examples: { ok: [`option ${name}`, `no option ${name}`], bad: [`option ${name} x`] },
    parse: (context) => setOption(context, name),
  };
}
