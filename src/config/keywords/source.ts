/** `source` lines of proxies. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { backends } from './common-shapes.ts';
import { readSource, type SourceMistake } from './source-address.ts';

const USAGE = "'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.";

function wording({ part, message }: SourceMistake): string {
  if (message !== undefined) return message;
  if (part === 'usesrc') return "'usesrc' expects <addr>[:<port>], 'client', or 'clientip' as argument.";
  if (part === 'interface') return "'source' : missing interface name.";
  return "'source' only supports optional keywords 'interface' and 'usesrc'.";
}

function parse(context: LineContext<ProxyDraft>): void {
  const { args, config, draft } = context;
  const first = args[0];
  if (first === undefined || first.text === '') {
    context.report({ code: 'missing-argument', message: USAGE });
    return;
  }
  const read = readSource(args, config, false);
  if (!read.ok) {
    context.report({ code: 'bad-address', message: wording(read), word: read.word });
    return;
  }
  draft.settings.source = read.source;
  if (read.meaningless && !context.strict) {
    const message = `'source ${first.text}' is no IP address, and says nothing.`;
    context.report({ code: 'no-effect', severity: 'warning', message, word: first });
  }
}

export const sourceKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'source',
    sections: backends,
    args: '<address>[:<port>] [usesrc { <address> | client | clientip }] [interface <name>]',
    support: { kind: 'yes' },
    doc: 'Where connections to the servers come from; `usesrc` takes CAP_NET_ADMIN or CAP_NET_RAW.',
    examples: {
      ok: [
        'source 127.0.0.1',
        'source 0.0.0.0:1024',
        'source 0.0.0.0 usesrc clientip',
        'source 0.0.0.0 usesrc 127.0.0.9:80 interface lo',
      ],
      bad: [
        'source',
        'source 127.0.0.1:1000-2000',
        'source 0.0.0.0 usesrc',
        'source 0.0.0.0 interface',
        'source 0.0.0.0 x',
      ],
    },
    parse,
  },
  {
    name: 'usesrc',
    sections: backends,
    args: '',
    family: true,
    support: { kind: 'yes' },
    doc: 'Only behind source.',
    examples: { ok: [], bad: ['usesrc clientip'] },
    parse: (context) =>
      context.report({ code: 'bad-value', message: "'usesrc' only allowed after a 'source' statement." }),
  },
];
