/** `filter`: the filters of HAProxy, none of which hapax has. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { notSupportedYet } from '../not-supported.ts';
import { suggest } from '../suggest.ts';
import { namedProxies } from './common-shapes.ts';

/** By name, what HAProxy calls the part of it that brings the filter. */
export const filterNames: ReadonlyMap<string, string> = new Map([
  ['bwlim-in', 'BWLIM'],
  ['bwlim-out', 'BWLIM'],
  ['cache', 'CACHE'],
  ['comp-req', 'COMP'],
  ['comp-res', 'COMP'],
  ['compression', 'COMP'],
  ['fcgi-app', 'FCGI'],
  ['spoe', 'SPOE'],
  ['trace', 'TRACE'],
]);

/** In other builds and versions only; not in the list of `-dK`. */
const OTHERS: ReadonlySet<string> = new Set(['opentracing', 'opentelemetry', 'lua']);

const INSTEAD: Readonly<Record<string, string | undefined>> = {
  cache: 'Remove it: every answer then comes from a server.',
  compression: 'Remove it: answers then go out as servers send them.',
  'comp-req': 'Remove it: requests then go out as clients send them.',
  'comp-res': 'Remove it: answers then go out as servers send them.',
  trace: 'Remove it: it shows what goes on inside of HAProxy.',
};

function parseFilter(context: LineContext<ProxyDraft>): void {
  const [name] = context.args;
  const { file, number } = context.line;
  if (name === undefined || name.text === '') {
    const message = `parsing [${file}:${number}] : missing argument for 'filter' in proxy '${context.draft.name}'.`;
    context.report({ code: 'missing-argument', message });
    return;
  }
  if (filterNames.has(name.text) || OTHERS.has(name.text)) {
    const message = notSupportedYet(`'filter ${name.text}'`);
    context.report({ code: 'not-supported-yet', message, word: name, help: INSTEAD[name.text] });
    return;
  }
  const known = [...filterNames].map(([each, part]) => `    [${part.padStart(4)}] ${each}`).join('\n');
  const near = suggest(name.text, filterNames.keys());
  context.report({
    code: 'unknown-keyword',
    message: `'filter' : unknown keyword '${name.text}'. Registered keywords :\n${known}`,
    word: name,
    help: near === undefined ? undefined : `Did you mean '${near}'?`,
  });
}

export const filterKeyword: KeywordDefinition<ProxyDraft> = {
  name: 'filter',
  sections: namedProxies,
  args: '<name> [param*]',
  support: { kind: 'yes' },
  listedAs: { kind: 'not-yet' },
  doc: 'A filter on traffic.',
  examples: { ok: [], bad: ['filter', 'filter trace', 'filter compresion'] },
  parse: parseFilter,
};
