/** Proxy keywords for HTTP that HAProxy dropped. */
import type { ProxyDraft } from '../draft.ts';
import { quoteWord, replaceLine } from '../fix.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { everyProxy, removed } from './common-shapes.ts';
import { rewrittenRule } from './http-rewritten.ts';

const gone: readonly (readonly [names: string, instead: string])[] = [
  ['reqadd', 'http-request add-header'],
  ['rspadd', 'http-response add-header'],
  ['reqdel reqidel', 'http-request del-header'],
  ['rspdel rspidel', 'http-response del-header'],
  ['reqirep', 'http-request replace-header'],
  ['rsprep rspirep', 'http-response replace-header'],
  ['reqdeny reqideny', 'http-request deny'],
  ['rspdeny rspideny', 'http-response deny'],
  ['reqtarpit reqitarpit', 'http-request tarpit'],
  ['reqallow reqiallow', 'http-request allow'],
];

/** HAProxy's sentence, with its slips of the pen. */
function goneText(name: string, instead: string): string {
  const directive = name === 'reqdeny' || name === 'reqpass' ? '' : ' directive is';
  const ending = name === 'rspdel' ? '.' : 'instead.';
  const use = instead === '' ? '' : ` Use ${instead} ${ending}`;
  return `The '${name}'${directive} not supported anymore since HAProxy 2.1.${use}`;
}

/** Rules are no matter of `defaults` without a name, so nothing is plain there. */
const modernRule = (name: string) => (context: LineContext<ProxyDraft>) =>
  context.section === 'defaults'
    ? undefined
    : rewrittenRule(
        name,
        context.args.map((word) => word.text),
      );

export const removedHttpKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  ...['reqpass', 'reqipass'].map((name) =>
    removed<ProxyDraft>({
      name,
      args: '<regex>',
      sections: everyProxy,
      doc: 'Let HTTP pass.',
      message: goneText(name, ''),
    }),
  ),
  ...gone.flatMap(([names, instead]) =>
    names.split(' ').map((name) =>
      removed<ProxyDraft>({
        name,
        args: '<regex>',
        sections: everyProxy,
        doc: 'Rewrote HTTP.',
        message: goneText(name, `'${instead}'`),
        modern: modernRule(name),
      }),
    ),
  ),
  removed<ProxyDraft>({
    name: 'reqrep',
    sections: everyProxy,
    doc: 'Rewrote HTTP.',
    modern: modernRule('reqrep'),
    message: goneText(
      'reqrep',
      "'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header'",
    ),
  }),
  removed<ProxyDraft>({
    name: 'block',
    modern: modernRule('block'),
    sections: everyProxy,
    doc: 'Refused HTTP requests.',
    message:
      "The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax.",
  }),
  removed<ProxyDraft>({
    name: 'appsession',
    sections: everyProxy,
    doc: 'Kept clients on servers by a cookie of the application.',
    message: "'appsession' is not supported anymore since HAProxy 1.6.",
  }),
  removed<ProxyDraft>({
    name: 'monitor-net',
    fix: (context) =>
      context.draft.settings.mode === 'http' && context.args.length === 1 && context.section !== 'defaults'
        ? replaceLine(context.line, `http-request return status 200 if { src ${quoteWord(context.args[0]!.text)} }`)
        : undefined,
    sections: everyProxy,
    doc: 'Answered probes.',
    message: ({ args }) =>
      `'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src ${args[0]?.text ?? ''} }' instead.`,
  }),
];
