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

/** What to write where no line does the same by itself. */
function helpFor(name: string, instead: string): string | undefined {
  if (!/deny|tarpit|allow|pass/.test(name)) return undefined;
  const side = name.startsWith('rsp') ? 'res' : 'req';
  const line = side === 'req' ? '{ method PUT }, { path_reg ^/x } or ' : '';
  return `Write "${instead} if ..." with what is looked at: ${line}{ ${side}.hdr(name) -m reg ^x }.`;
}

function helped(help: string | undefined): { readonly help?: string } {
  return help === undefined ? {} : { help };
}

/** `appsession <cookie> len <length> timeout <time>`. */
function stickingRules({ args }: LineContext<ProxyDraft>): string {
  const texts = args.map((word) => word.text);
  const after = (word: string) => texts[texts.indexOf(word) + 1];
  const [cookie = 'NAME'] = texts;
  const length = texts.includes('len') ? (after('len') ?? '32') : '32';
  const expire = texts.includes('timeout') ? (after('timeout') ?? '1h') : '1h';
  return (
    `Write "stick-table type string len ${length} size 100k expire ${expire}", ` +
    `"stick store-response res.cook(${cookie})" and "stick match req.cook(${cookie})".`
  );
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
      help: helpFor(name, 'http-request allow')!,
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
        ...helped(helpFor(name, instead)),
        modern: modernRule(name),
      }),
    ),
  ),
  ...['reqrep', 'cliexp'].map((name) =>
    removed<ProxyDraft>({
      name,
      sections: everyProxy,
      doc: 'Rewrote HTTP.',
      modern: modernRule('reqrep'),
      message: goneText(
        name,
        "'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header'",
      ),
    }),
  ),
  removed<ProxyDraft>({
    name: 'srvexp',
    sections: everyProxy,
    doc: 'Rewrote HTTP.',
    modern: modernRule('rsprep'),
    message: goneText('srvexp', "'http-response replace-header'"),
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
    help: stickingRules,
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
