/** Proxy keywords for HTTP that HAProxy dropped. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { everyProxy, removed } from './common-shapes.ts';

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
      }),
    ),
  ),
  removed<ProxyDraft>({
    name: 'reqrep',
    sections: everyProxy,
    doc: 'Rewrote HTTP.',
    message: goneText(
      'reqrep',
      "'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header'",
    ),
  }),
  removed<ProxyDraft>({
    name: 'block',
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
    sections: everyProxy,
    doc: 'Answered probes.',
    message: ({ args }) =>
      `'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src ${args[0]?.text ?? ''} }' instead.`,
  }),
];
