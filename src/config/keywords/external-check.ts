/** `option external-check` and `external-check`: a program decides. */
import { type CheckContext, type CheckKeyword, checkSections, selectCheck } from './check-shapes.ts';
import { everyProxy } from './common-shapes.ts';

function parse(context: CheckContext): void {
  const [what, value, extra] = context.args;
  const fail = (code: string, message: string, word = what) => context.report({ code, message, word });
  if (what === undefined) fail('missing-argument', "missing argument after 'external-check'.");
  else if (what.text !== 'command' && what.text !== 'path') {
    fail('unknown-keyword', `'external-check' only supports 'command' and 'path'. but got '${what.text}'.`);
  } else if (value === undefined) fail('missing-argument', `missing argument after '${what.text}'.`);
  else if (extra !== undefined) {
    fail('unexpected-argument', `'external-check' cannot handle unexpected argument '${extra.text}'.`, extra);
  } else context.draft.settings.check[what.text === 'command' ? 'externalCommand' : 'externalPath'] = value.text;
}

export const externalCheckKeywords: readonly CheckKeyword[] = [
  {
    name: 'option external-check',
    sections: checkSections,
    args: '',
    support: { kind: 'yes' },
    doc: 'Checks run the program of `external-check command` (allowed by `external-check` in global).',
    maxArgs: 0,
    examples: { ok: ['option external-check'], bad: ['option external-check now'] },
    parse: (context) => {
      selectCheck(context, { kind: 'external' });
    },
  },
  {
    name: 'external-check',
    sections: everyProxy,
    args: '{ command | path } <value>',
    support: { kind: 'yes' },
    doc: 'The program of checks, and its PATH.',
    examples: {
      ok: ['external-check command /bin/true', 'external-check path /usr/bin:/bin'],
      bad: ['external-check', 'external-check foo', 'external-check command', 'external-check command a b'],
    },
    parse,
  },
];
