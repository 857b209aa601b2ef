/** Parameters of `server` about the PROXY header that its connections begin with. */
import type { ProxyHeaderFact } from '../server-draft.ts';
import { type ServerContext, type ServerParameter, supported, value } from './server-parameter-shapes.ts';

/** What each option of `proxy-v2-options` puts in; without `send-proxy-v2` any of them stands for `send-proxy` (measured). */
const OPTIONS: Readonly<Record<string, readonly ProxyHeaderFact[]>> = {
  ssl: ['ssl'],
  'cert-cn': ['ssl', 'other'],
  'cert-key': ['ssl', 'other'],
  'cert-sig': ['ssl', 'other'],
  'ssl-cipher': ['ssl', 'other'],
  authority: ['other'],
  'unique-id': ['other'],
  crc32c: ['crc32c'],
};

function ask(context: ServerContext, keyword: string, facts: readonly ProxyHeaderFact[]): void {
  const { check } = context.draft.settings;
  check.proxyHeader = {
    facts: [...(check.proxyHeader?.facts ?? []), ...facts],
    keyword,
    span: context.line.words.findLast(({ text }) => text === keyword)?.span ?? context.draft.span,
  };
}

/** A keyword that asks for a header, and its `no-` form, which takes all of that back. */
function pair(keyword: string, facts: readonly ProxyHeaderFact[], doc: string): readonly ServerParameter[] {
  const shape = { ...supported, args: '' } as const;
  return [
    {
      ...shape,
      name: keyword,
      doc,
      examples: { ok: [keyword], bad: [] },
      parse: (context) => ask(context, keyword, facts),
    },
    {
      ...shape,
      name: `no-${keyword}`,
      doc: `Takes \`${keyword}\` back.`,
      examples: { ok: [`no-${keyword}`], bad: [] },
      parse: ({ draft }) => {
        const { check } = draft.settings;
        if (check.proxyHeader === undefined) return;
        const left = check.proxyHeader.facts.filter((fact) => !facts.includes(fact));
        if (left.length === 0) delete check.proxyHeader;
        else check.proxyHeader = { ...check.proxyHeader, facts: left };
      },
    },
  ];
}

export const serverProxyHeaderParameters: readonly ServerParameter[] = [
  ...pair(
    'send-proxy',
    ['v1'],
    'Checks begin with a PROXY header, version 1, unless `addr` or `port` leads them elsewhere; refused where traffic would have to.',
  ),
  ...pair('send-proxy-v2', ['v2'], 'The same, version 2.'),
  ...pair('send-proxy-v2-ssl', ['v2', 'ssl'], 'The same with facts about TLS.'),
  ...pair('send-proxy-v2-ssl-cn', ['v2', 'ssl', 'cn'], 'The same with the name in the certificate.'),
  value(
    'proxy-v2-options',
    '<option>[,...]',
    'What a PROXY header of version 2 says besides: `crc32c`, `ssl` and others; alone it asks for version 1.',
    { ok: ['proxy-v2-options ssl,crc32c'], bad: ['proxy-v2-options', 'proxy-v2-options ssl,x'] },
    undefined,
    (_, text, context) => {
      for (const name of text.split(',')) {
        const facts = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
        if (facts === undefined) return `'${name}' : proxy v2 option not implemented.`;
        ask(context, 'proxy-v2-options', facts);
      }
      return undefined;
    },
  ),
];
