/** `option ...` of proxies, but for those of health checks. */

import type { ProxyDraft } from '../draft.ts';
import { placeOf, removeLine, replaceWord } from '../fix.ts';
import type { SectionKind } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { suggest } from '../suggest.ts';
import { backends, everyProxy, frontends, removed } from './common-shapes.ts';
import { chooseLogLine } from './log-line-override.ts';
import { inertOption, type OptionContext, type OptionDefinition, optionFlag } from './option-shapes.ts';

function parseLogOption(context: OptionContext, name: 'tcplog' | 'httplog' | 'httpslog'): void {
  const word = context.args[0];
  if (word !== undefined && name === 'tcplog') {
    const message = `'option tcplog' cannot handle unexpected argument '${word.text}'.`;
    context.report({ code: 'unexpected-argument', message, word });
    return;
  }
  if (word !== undefined && name === 'httplog' && word.text !== 'clf') {
    const message = `keyword '${name}' only supports option 'clf'.`;
    context.report({ code: 'unexpected-argument', message, word });
    return;
  }
  const { draft } = context;
  if (draft.kind === 'backend') {
    const message = `backend '${draft.name}' : 'option ${name}' directive is ignored in backends.`;
    const word = context.line.words[1];
    context.report({ code: 'ignored-keyword', severity: 'warning', message, word, fix: removeLine(placeOf(context)) });
  }
  chooseLogLine(context, word === undefined ? `option ${name}` : `option ${name} ${word.text}`);
  draft.settings.log.line = name === 'tcplog' ? 'tcp' : 'http';
  draft.settings.log.lineOption = name;
  const { words } = context.line;
  draft.settings.log.lineSpan = { ...words[1]!.span, end: words.at(-1)!.span.end };
}

function logOption(name: 'tcplog' | 'httplog' | 'httpslog', doc: string): OptionDefinition {
  return {
    name: `option ${name}`,
    sections: everyProxy,
    args: name === 'tcplog' ? '' : '[clf]',
    support: { kind: 'yes' },
    ...(name === 'tcplog' ? {} : { mode: 'http' as const }),
    doc,
    examples: { ok: [`option ${name}`], bad: name === 'httpslog' ? [] : [`option ${name} x`, `no option ${name}`] },
    parse: (context) => parseLogOption(context, name),
  };
}

function parseRedispatch(context: OptionContext): void {
  const settings = context.draft.settings;
  if (context.line.prefix !== undefined) {
    settings.redispatch = 0;
    return;
  }
  const word = context.args[0];
  settings.redispatch = word === undefined ? -1 : leadingInteger(word.text);
}

export const optionKeywords: readonly OptionDefinition[] = [
  optionFlag('dontlognull', frontends, 'Connections that carried nothing are not logged.'),
  optionFlag('dontlog-normal', frontends, 'Only what went wrong is logged.'),
  optionFlag('logasap', frontends, 'The line is logged once the server is connected, not at the end.'),
  optionFlag('log-separate-errors', frontends, 'Lines of failures have the level err.'),
  optionFlag('log-health-checks', backends, 'Every change of a check is logged.'),
  optionFlag('socket-stats', frontends, 'One row a listener in show stat.'),
  optionFlag('allbackups', backends, 'All backup servers serve together, not the first alone.'),
  optionFlag('abortonclose', backends, 'A client that closes its half while it waits for a server is let go.'),
  logOption('tcplog', 'Detailed lines for TCP.'),
  logOption('httplog', 'Detailed lines for HTTP; in mode tcp those of tcplog.'),
  logOption('httpslog', 'Detailed lines for HTTPS; in mode tcp those of tcplog.'),
  {
    name: 'option redispatch',
    sections: backends,
    args: '[<interval>]',
    support: { kind: 'yes' },
    doc: 'A retry may go to another server: the last one, or every <interval>.',
    negatable: true,
    examples: { ok: ['option redispatch', 'option redispatch 1', 'no option redispatch'], bad: [] },
    parse: parseRedispatch,
  },
  inertOption('persist', backends, 'it acts on cookies, which are HTTP'),
  inertOption('contstats', frontends, 'counters are always kept up to date'),
  optionFlag('tcp-smart-accept', frontends, 'Acknowledgements wait for data that may carry them.'),
  optionFlag('tcp-smart-connect', backends, "The client's first data ends the handshake with the server."),
  ...['splice-auto', 'splice-request', 'splice-response'].map((name) =>
    inertOption(name, everyProxy, 'bulk is spliced anyway'),
  ),
  ...[
    ['transparent', backends],
    ['independent-streams', everyProxy],
  ].map(([name, sections]) => ({
    ...optionFlag(name as string, sections as readonly SectionKind[], 'Changes how connections are made or closed.'),
    support: { kind: 'not-yet', instead: `Remove "option ${name as string}".` } as const,
    examples: { ok: [`option ${name as string}`], bad: [] },
  })),
  {
    name: 'transparent',
    sections: backends,
    args: '',
    maxArgs: 0,
    support: { kind: 'not-yet', instead: 'Remove "transparent".' },
    doc: 'Another name of option transparent.',
    elsewhere: 'silent',
    examples: { ok: ['transparent'], bad: ['transparent x'] },
  },
  optionFlag('nolinger', everyProxy, 'Connections are closed by RST; data that is under way may be lost.'),
  ...['redisp', 'redispatch'].map((name) =>
    removed<ProxyDraft>({
      name,
      sections: everyProxy,
      doc: 'The old form of option redispatch.',
      message: `keyword '${name}' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.`,
      help: 'Write "option redispatch" instead.',
      fix: ({ line }) => replaceWord(line.words[0]!, 'option redispatch'),
      apply: (context) => {
        context.draft.settings.redispatch = -1;
      },
    }),
  ),
  {
    name: 'option',
    sections: everyProxy,
    args: '',
    family: true,
    support: { kind: 'yes' },
    doc: 'Unknown words after option.',
    examples: { ok: [], bad: ['option', 'option htpclose', 'no option htpclose'] },
    parse(context) {
      const word = context.args[0];
      if (word === undefined || word.text === '') {
        context.report({ code: 'missing-argument', message: "'option' expects an option name.", tight: true });
        return;
      }
      const near = suggest(word.text, context.siblings());
      const ending = near === undefined ? '.' : `; did you mean '${near}' maybe ?`;
      context.report({ code: 'unknown-option', message: `unknown option '${word.text}'${ending}`, word });
    },
  },
];
