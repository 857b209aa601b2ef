/** `option ...` of proxies, but for those of health checks. */

import type { ProxyDraft } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import type { KeywordDefinition, LineContext, SectionKind } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { suggest } from '../suggest.ts';
import { backends, everyProxy, frontends, noEffect, removed } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;

/** Sets, resets (`no`, `default`) a flag of the proxy. */
function setFlag(context: Context, name: string): void {
  const extra = context.args[0];
  if (extra !== undefined) {
    const message = `'option ${name}' cannot handle unexpected argument '${extra.text}'.`;
    context.report({ code: 'unexpected-argument', message, word: extra });
    return;
  }
  const { options } = context.draft.settings;
  if (context.line.prefix === 'default') delete options[name];
  else options[name] = context.line.prefix === undefined;
}

function flag(name: string, sections: readonly SectionKind[], doc: string): Definition {
  return {
    name: `option ${name}`,
    sections,
    args: '',
    support: { kind: 'yes' },
    doc,
    negatable: true,
    elsewhere: 'checked',
    examples: { ok: [`option ${name}`, `no option ${name}`], bad: [`option ${name} x`] },
    parse: (context) => setFlag(context, name),
  };
}

/** A flag that only acts on HTTP, or not at all in hapax. */
function inert(
  name: string,
  sections: readonly SectionKind[],
  because: string,
  more: { readonly mode?: 'http' } = {},
): Definition {
  const doc = more.mode === 'http' ? 'Acts on HTTP only.' : 'Tuning of HAProxy.';
  return {
    ...noEffect<ProxyDraft>({ name: `option ${name}`, sections, doc, because, negatable: true, ...more }),
    elsewhere: 'checked',
    examples: { ok: [`option ${name}`, `no option ${name}`], bad: [`option ${name} x`] },
    parse: (context) => setFlag(context, name),
  };
}

const HTTP_ONLY = 'it acts on HTTP only, which hapax does not forward yet';

function parseLogOption(context: Context, name: 'tcplog' | 'httplog' | 'httpslog'): void {
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
    context.report({ code: 'ignored-keyword', severity: 'warning', message, word: context.line.words[1] });
  }
  draft.settings.log.line = name === 'tcplog' ? 'tcp' : 'http';
  draft.settings.log.lineOption = name;
  draft.settings.log.lineSpan = context.line.words[1]!.span;
}

function logOption(name: 'tcplog' | 'httplog' | 'httpslog', doc: string): Definition {
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

function parseRedispatch(context: Context): void {
  const settings = context.draft.settings;
  if (context.line.prefix !== undefined) {
    settings.redispatch = 0;
    return;
  }
  const word = context.args[0];
  settings.redispatch = word === undefined ? -1 : leadingInteger(word.text);
}

/** The options that close or keep HTTP connections; the last one written counts. */
function connectionMode(name: string): Definition {
  return inert(name, everyProxy, HTTP_ONLY);
}

function parseForwardedFor(context: Context, name: 'forwardfor' | 'originalto'): void {
  const words = context.args;
  const known = name === 'forwardfor' ? ['except', 'header', 'if-none'] : ['except', 'header'];
  for (let position = 0; position < words.length; position++) {
    const word = words[position]!;
    if (!known.includes(word.text)) {
      const list = name === 'forwardfor' ? "'except', 'header' and 'if-none'" : "'except' and 'header'";
      const message = `'option ${name}' only supports optional values: ${list}.`;
      context.report({ code: 'unexpected-argument', message, word });
      return;
    }
    if (word.text === 'if-none') continue;
    position++;
    if (words[position] === undefined) {
      const wanted = word.text === 'except' ? '<address>[/mask]' : '<header_name>';
      const message = `'option ${name} ${word.text}' expects ${wanted} as argument.`;
      context.report({ code: 'missing-argument', message, word });
      return;
    }
  }
  context.draft.settings.options[name] = true;
}

function forwardedFor(name: 'forwardfor' | 'originalto', header: string): Definition {
  return {
    ...noEffect<ProxyDraft>({
      name: `option ${name}`,
      args: '[except <network>] [header <name>] [if-none]',
      sections: everyProxy,
      doc: `Adds ${header} to HTTP requests.`,
      because: HTTP_ONLY,
      mode: 'http',
    }),
    examples: {
      ok: [`option ${name}`, `option ${name} except 127.0.0.0/8`],
      bad: [`option ${name} foo`, `option ${name} header`],
    },
    parse: (context) => parseForwardedFor(context, name),
  };
}

/** TCP keep-alive probes: `option tcpka` and its parts. */
const keepAlive: readonly Definition[] = [
  {
    name: 'option tcpka',
    sections: everyProxy,
    args: '',
    support: { kind: 'yes' },
    doc: 'Sends keep-alive probes on both sides.',
    examples: { ok: ['option tcpka'], bad: ['option tcpka x', 'no option tcpka'] },
    parse(context) {
      setFlag(context, 'tcpka');
      if (!context.failed()) Object.assign(context.draft.settings.options, { clitcpka: true, srvtcpka: true });
    },
  },
  flag('clitcpka', frontends, 'Sends keep-alive probes to clients.'),
  flag('srvtcpka', backends, 'Sends keep-alive probes to servers.'),
];

/** `clitcpka-idle 30s`: how the probes are sent; the system's settings count in hapax. */
function keepAliveTuning(name: string, sections: readonly SectionKind[]): Definition {
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

const gone: readonly (readonly [name: string, message: string])[] = [
  [
    'forceclose',
    "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, or use 'option httpclose' " +
      'if absolutely needed.',
  ],
  [
    'http-tunnel',
    "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed.",
  ],
  [
    'http_proxy',
    "option 'http_proxy' is not supported any more since HAProxy 2.5. This option stopped working in HAProxy 1.9 and " +
      'usually had nasty side effects. It can be more reliably implemented with combinations of ' +
      "'http-request set-dst' and 'http-request set-uri', and even 'http-request do-resolve' if DNS resolution is desired.",
  ],
];

export const optionKeywords: readonly Definition[] = [
  flag('dontlognull', frontends, 'Connections that carried nothing are not logged.'),
  flag('dontlog-normal', frontends, 'Only what went wrong is logged.'),
  flag('logasap', frontends, 'The line is logged once the server is connected, not at the end.'),
  flag('log-separate-errors', frontends, 'Lines of failures have the level err.'),
  flag('log-health-checks', backends, 'Every change of a check is logged.'),
  flag('socket-stats', frontends, 'One row a listener in show stat.'),
  flag('allbackups', backends, 'All backup servers serve together, not the first alone.'),
  ...keepAlive,
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
  forwardedFor('forwardfor', 'X-Forwarded-For'),
  forwardedFor('originalto', 'X-Original-To'),
  ...['http-server-close', 'httpclose', 'http-keep-alive'].map(connectionMode),
  ...['http-ignore-probes', 'http-use-proxy-header', 'disable-h2-upgrade', 'idle-close-on-response'].map((name) =>
    inert(name, frontends, HTTP_ONLY, { mode: 'http' }),
  ),
  ...['accept-invalid-http-request', 'accept-unsafe-violations-in-http-request', 'http-drop-response-trailers'].map(
    (name) => inert(name, frontends, HTTP_ONLY, { mode: 'http' }),
  ),
  ...['http-buffer-request', 'http-no-delay'].map((name) => inert(name, everyProxy, HTTP_ONLY, { mode: 'http' })),
  ...[
    'accept-invalid-http-response',
    'accept-unsafe-violations-in-http-response',
    'http-drop-request-trailers',
    'http-pretend-keepalive',
    'checkcache',
    'prefer-last-server',
  ].map((name) => inert(name, backends, HTTP_ONLY, { mode: 'http' })),
  inert('h1-case-adjust-bogus-client', frontends, HTTP_ONLY),
  inert('h1-case-adjust-bogus-server', backends, HTTP_ONLY),
  {
    ...noEffect<ProxyDraft>({
      name: 'option http-restrict-req-hdr-names',
      args: '{ preserve | delete | reject }',
      sections: everyProxy,
      doc: 'Which names of HTTP headers pass.',
      because: HTTP_ONLY,
      example: 'option http-restrict-req-hdr-names delete',
    }),
  },
  inert('persist', backends, 'it acts on cookies, which are HTTP'),
  inert('abortonclose', backends, 'a client that leaves while it waits is noticed in any case'),
  inert('contstats', frontends, 'counters are always kept up to date'),
  inert('tcp-smart-accept', frontends, 'it saves packets of HAProxy'),
  inert('tcp-smart-connect', backends, 'it saves packets of HAProxy'),
  ...['splice-auto', 'splice-request', 'splice-response'].map((name) =>
    inert(name, everyProxy, 'hapax chooses how bytes are moved'),
  ),
  ...[
    ['nolinger', everyProxy],
    ['transparent', backends],
    ['independent-streams', everyProxy],
  ].map(([name, sections]) => ({
    ...flag(name as string, sections as readonly SectionKind[], 'Changes how connections are made or closed.'),
    support: { kind: 'not-yet', instead: `Remove "option ${name as string}".` } as const,
    examples: { ok: [`option ${name as string}`], bad: [] },
  })),
  ...gone.map(([name, message]) =>
    removed<ProxyDraft>({
      name: `option ${name}`,
      sections: everyProxy,
      doc: 'Acted on HTTP only.',
      message,
      tight: true,
      help: 'Remove the line.',
      apply: () => {},
    }),
  ),
  ...['redisp', 'redispatch'].map((name) =>
    removed<ProxyDraft>({
      name,
      sections: everyProxy,
      doc: 'The old form of option redispatch.',
      message: `keyword '${name}' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.`,
      help: 'Write "option redispatch" instead.',
      apply: (context) => {
        context.draft.settings.redispatch = -1;
      },
    }),
  ),
  ...[
    ['clitcpka-cnt', frontends],
    ['clitcpka-idle', frontends],
    ['clitcpka-intvl', frontends],
    ['srvtcpka-cnt', backends],
    ['srvtcpka-idle', backends],
    ['srvtcpka-intvl', backends],
  ].map(([name, sections]) => keepAliveTuning(name as string, sections as readonly SectionKind[])),
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
