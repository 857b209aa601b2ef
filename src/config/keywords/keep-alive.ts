/** TCP keep-alive probes: `option tcpka` and its kin. */
import type { ProxyDraft } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import type { SectionKind } from '../keyword.ts';
import { backends, everyProxy, frontends, noEffect } from './common-shapes.ts';
import { type OptionDefinition, optionFlag, setOption } from './option-shapes.ts';

/** TCP keep-alive probes: `option tcpka` and its parts. */
const keepAlive: readonly OptionDefinition[] = [
  {
    name: 'option tcpka',
    sections: everyProxy,
    args: '',
    support: { kind: 'yes' },
    doc: 'Sends keep-alive probes on both sides.',
    examples: { ok: ['option tcpka'], bad: ['option tcpka x', 'no option tcpka'] },
    parse(context) {
      setOption(context, 'tcpka');
      if (!context.failed()) Object.assign(context.draft.settings.options, { clitcpka: true, srvtcpka: true });
    },
  },
  optionFlag('clitcpka', frontends, 'Sends keep-alive probes to clients.'),
  optionFlag('srvtcpka', backends, 'Sends keep-alive probes to servers.'),
];

/** `clitcpka-idle 30s`: how the probes are sent; the system's settings count in hapax. */
function keepAliveTuning(name: string, sections: readonly SectionKind[]): OptionDefinition {
  const isCount = name.endsWith('-cnt');
  return {
    ...noEffect<ProxyDraft>({
      name,
      args: isCount ? '<number>' : '<time>',
      sections,
      doc: 'How keep-alive probes are sent.',
      because: "the system's own settings are used",
      example: `${name} ${isCount ? 3 : '30s'}`,
    }),
    elsewhere: 'silent',
    examples: { ok: [`${name} ${isCount ? 3 : '30s'}`], bad: [name] },
    parse(context) {
      const word = context.args[0];
      if (word === undefined || word.text === '') {
        context.report({ code: 'missing-argument', message: `'${name}' expects an integer value` });
        return;
      }
      const parsed = parseDuration(isCount ? `${word.text}ms` : word.text, 's');
      if (!parsed.ok && parsed.reason === 'unexpected') {
        const message = isCount
          ? `'${name}' : unexpected character '${parsed.character}' in integer value '${word.text}'`
          : `unexpected character '${parsed.character}' in argument to <${name}>.`;
        context.report({ code: 'invalid-number', message, word });
        return;
      }
      const { draft } = context;
      const lacks = name.startsWith('cli') ? 'frontend' : 'backend';
      if (draft.kind === (lacks === 'frontend' ? 'backend' : 'frontend')) {
        const message = `${name} will be ignored because ${draft.kind} '${draft.name}' has no ${lacks} capability`;
        context.report({ code: 'ignored-keyword', severity: 'warning', message });
      }
    },
  };
}

export const keepAliveKeywords: readonly OptionDefinition[] = [
  ...keepAlive,
  ...[
    ['clitcpka-cnt', frontends],
    ['clitcpka-idle', frontends],
    ['clitcpka-intvl', frontends],
    ['srvtcpka-cnt', backends],
    ['srvtcpka-idle', backends],
    ['srvtcpka-intvl', backends],
  ].map(([name, sections]) => keepAliveTuning(name as string, sections as readonly SectionKind[])),
];
