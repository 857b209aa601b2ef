/** `use-fcgi-app`: the program that servers of a backend run. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { requireArgument } from './common-shapes.ts';

export const fastcgiKeyword: KeywordDefinition<ProxyDraft> = {
  name: 'use-fcgi-app',
  sections: ['backend', 'listen'],
  args: '<name>',
  support: { kind: 'yes' },
  doc: 'What servers with `proto fcgi` are checked by: the program of a `fcgi-app` section.',
  maxArgs: 1,
  examples: { ok: [], bad: ['use-fcgi-app', 'use-fcgi-app a b', 'use-fcgi-app nosuch'] },
  parse(context) {
    const name = requireArgument(context, "'use-fcgi-app' expects <name> as argument");
    if (name !== undefined) context.draft.settings.fcgiApp = { name: name.text, span: name.span };
  },
};
