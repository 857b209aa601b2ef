/** `option ...` that act on HTTP only. */

import type { ProxyDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import { backends, everyProxy, frontends, noEffect, removed } from './common-shapes.ts';
import { withArguments } from './http-setting-arguments.ts';
import { inertOption, type OptionContext, type OptionDefinition } from './option-shapes.ts';

const HTTP_ONLY = 'it acts on HTTP only, which hapax does not forward yet';

/** An address of either family, perhaps with a mask. */
const NETWORK = /^(?:[\d.]+(?:\/(?:\d|[12]\d|3[0-2]|[\d.]+\.[\d.]+))?|[\da-f:.]*:[\da-f:.]*(?:\/\d+)?)$/i;

/** The options that close or keep HTTP connections; the last one written counts. */
function connectionMode(name: string): OptionDefinition {
  return inertOption(name, everyProxy, HTTP_ONLY);
}

function parseForwardedFor(context: OptionContext, name: 'forwardfor' | 'originalto'): void {
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
    const value = words[position]?.text ?? '';
    if (value === '' || (word.text === 'except' && !NETWORK.test(value))) {
      const wanted = word.text === 'except' ? '<address>[/mask]' : '<header_name>';
      const message = `'option ${name} ${word.text}' expects ${wanted} as argument.`;
      context.report({ code: 'missing-argument', message, word });
      return;
    }
  }
  context.draft.settings.options[name] = true;
}

function forwardedFor(name: 'forwardfor' | 'originalto', header: string): OptionDefinition {
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

export const httpOptionKeywords: readonly OptionDefinition[] = [
  forwardedFor('forwardfor', 'X-Forwarded-For'),
  forwardedFor('originalto', 'X-Original-To'),
  ...['http-server-close', 'httpclose', 'http-keep-alive'].map(connectionMode),
  ...['http-ignore-probes', 'http-use-proxy-header', 'disable-h2-upgrade', 'idle-close-on-response'].map((name) =>
    inertOption(name, frontends, HTTP_ONLY, { mode: 'http' }),
  ),
  ...['accept-invalid-http-request', 'accept-unsafe-violations-in-http-request', 'http-drop-response-trailers'].map(
    (name) => inertOption(name, frontends, HTTP_ONLY, { mode: 'http' }),
  ),
  ...['http-buffer-request', 'http-no-delay', 'forwarded'].map((name) =>
    inertOption(name, everyProxy, HTTP_ONLY, { mode: 'http' }),
  ),
  ...[
    'accept-invalid-http-response',
    'accept-unsafe-violations-in-http-response',
    'http-drop-request-trailers',
    'http-pretend-keepalive',
    'checkcache',
    'prefer-last-server',
  ].map((name) => inertOption(name, backends, HTTP_ONLY, { mode: 'http' })),
  inertOption('h1-case-adjust-bogus-client', frontends, HTTP_ONLY),
  inertOption('h1-case-adjust-bogus-server', backends, HTTP_ONLY),
  withArguments(
    noEffect<ProxyDraft>({
      name: 'option http-restrict-req-hdr-names',
      args: '{ preserve | delete | reject }',
      sections: everyProxy,
      doc: 'Which names of HTTP headers pass.',
      because: HTTP_ONLY,
      example: 'option http-restrict-req-hdr-names delete',
    }),
  ),
  ...gone.map(([name, message]) =>
    removed<ProxyDraft>({
      name: `option ${name}`,
      sections: everyProxy,
      doc: 'Acted on HTTP only.',
      message,
      tight: true,
      help: 'Remove the line.',
      fix: (context) => removeLine(placeOf(context)),
      apply: () => {},
    }),
  ),
];
