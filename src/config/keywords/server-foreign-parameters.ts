/** Parameters of `server` that hapax reads without effect, or knows and refuses. */

import { leadingInt32 } from '../leading-integer.ts';
import { notSupportedYet } from '../not-supported.ts';
import type { ServerDraft } from '../server-draft.ts';
import { parametersNotYet, parametersWithoutEffect } from './parameter-shapes.ts';
import {
  flag,
  type ServerContext,
  type ServerParameter,
  serverSections,
  supported,
  value,
} from './server-parameter-shapes.ts';

const NO_TLS = "it says nothing without 'ssl'";
const NO_AGENT = "it says nothing without 'agent-check'";
const NO_RESOLVERS = "it says nothing without 'resolvers'";
const HTTP_ONLY = 'connections to servers are not shared in mode tcp';

const notYet = parametersNotYet<ServerDraft>(serverSections, [
  { name: 'ssl', doc: 'Traffic to the server is encrypted.', why: "For checks alone there is 'check-ssl'." },
  {
    name: 'send-proxy',
    doc: 'Begins connections with a PROXY header, version 1.',
    why: 'Remove it here and on the server.',
  },
  { name: 'send-proxy-v2', doc: 'The same, version 2.', why: 'Remove it here and on the server.' },
  { name: 'send-proxy-v2-ssl', doc: 'The same with facts about TLS.', why: 'Remove it here and on the server.' },
  {
    name: 'send-proxy-v2-ssl-cn',
    doc: 'The same with the name in the certificate.',
    why: 'Remove it here and on the server.',
  },
  { name: 'check-send-proxy', doc: 'Begins checks with a PROXY header.', why: 'Remove it here and on the server.' },
  { name: 'check-via-socks4', doc: 'Checks go through a SOCKS4 proxy.', why: 'Check the server directly.' },
  {
    name: 'check-alpn',
    args: '<list>',
    doc: 'Protocols offered when a check begins TLS.',
    why: 'Remove it if the server does not insist.',
    example: 'h2',
  },
  {
    name: 'socks4',
    args: '<address>',
    doc: 'Traffic goes through a SOCKS4 proxy.',
    why: 'Connect to the server directly.',
    example: '127.0.0.1:1080',
  },
  {
    name: 'resolvers',
    args: '<section>',
    doc: 'The address is asked for again while running.',
    why: 'Without it the name is resolved once, at start.',
    example: 'dns',
  },
  {
    name: 'crt',
    args: '<file>',
    doc: 'Certificate to show to the server.',
    why: 'Use a check that needs none.',
    example: 'client.pem',
  },
  {
    name: 'crl-file',
    args: '<file>',
    doc: 'Certificates not to trust any more.',
    why: 'Remove it, or the authority it is about.',
    example: 'crl.pem',
  },
  {
    name: 'namespace',
    args: '<name>',
    doc: 'Connects from a network namespace.',
    why: 'Start hapax inside the namespace.',
    example: 'blue',
  },
]);

const withoutEffect = parametersWithoutEffect<ServerDraft>(serverSections, [
  {
    name: 'agent-addr',
    args: '<address>',
    doc: 'Where the agent listens.',
    why: NO_AGENT,
    missing: "'agent-addr' expects an address as argument..",
    example: '127.0.0.1',
  },
  {
    name: 'agent-inter',
    args: '<delay>',
    doc: 'Time between two questions to the agent.',
    why: NO_AGENT,
    missing: "'agent-inter' expects a delay as argument..",
    example: '2s',
  },
  {
    name: 'agent-port',
    args: '<port>',
    doc: 'Where the agent listens.',
    why: NO_AGENT,
    missing: "'agent-port' expects a port number as argument..",
    example: '99',
  },
  {
    name: 'agent-send',
    args: '<text>',
    doc: 'What is said to the agent.',
    why: NO_AGENT,
    missing: "'agent-send' expects a string as argument..",
    example: 'hello',
  },
  { name: 'no-agent-check', doc: 'Takes `agent-check` back.', why: NO_AGENT },
  { name: 'allow-0rtt', doc: 'TLS early data.', why: NO_TLS },
  {
    name: 'alpn',
    args: '<list>',
    doc: 'Protocols offered when TLS begins.',
    why: NO_TLS,
    missing: "'alpn' : missing the comma-delimited ALPN protocol suite.",
    example: 'h2',
  },
  {
    name: 'npn',
    args: '<list>',
    doc: 'Protocols offered when TLS begins.',
    why: NO_TLS,
    missing: "'npn' : missing the comma-delimited NPN protocol suite.",
    example: 'h2',
  },
  {
    name: 'sni',
    args: '<expression>',
    doc: 'The name sent when TLS begins.',
    why: NO_TLS,
    missing: "'sni' : missing sni expression.",
    example: 'str(www)',
  },
  { name: 'no-ssl', doc: 'Takes `ssl` back.', why: NO_TLS },
  { name: 'ssl-reuse', doc: 'TLS sessions are used again.', why: NO_TLS },
  { name: 'no-ssl-reuse', doc: 'TLS sessions are not used again.', why: NO_TLS },
  { name: 'tls-tickets', doc: 'TLS session tickets.', why: NO_TLS },
  { name: 'no-tls-tickets', doc: 'No TLS session tickets.', why: NO_TLS },
  { name: 'no-send-proxy', doc: 'Takes `send-proxy` back.', why: 'no PROXY header is sent' },
  { name: 'no-send-proxy-v2', doc: 'Takes `send-proxy-v2` back.', why: 'no PROXY header is sent' },
  { name: 'no-send-proxy-v2-ssl', doc: 'Takes `send-proxy-v2-ssl` back.', why: 'no PROXY header is sent' },
  { name: 'no-send-proxy-v2-ssl-cn', doc: 'Takes `send-proxy-v2-ssl-cn` back.', why: 'no PROXY header is sent' },
  { name: 'no-check-send-proxy', doc: 'Takes `check-send-proxy` back.', why: 'no PROXY header is sent' },
  {
    name: 'proxy-v2-options',
    args: '<list>',
    doc: 'What a PROXY header says.',
    why: 'no PROXY header is sent',
    example: 'ssl',
  },
  { name: 'stick', doc: 'Takes `non-stick` back.', why: 'there are no stick tables' },
  { name: 'non-stick', doc: 'Sessions of the server enter no stick table.', why: 'there are no stick tables' },
  { name: 'resolve-net', args: '<net>[,...]', doc: 'Networks to prefer.', why: NO_RESOLVERS, example: '10.0.0.0/8' },
  {
    name: 'resolve-opts',
    args: '<option>[,...]',
    doc: 'How answers are used.',
    why: NO_RESOLVERS,
    example: 'allow-dup-ip',
  },
  { name: 'max-reuse', args: '<number>', doc: 'Requests on one connection.', why: HTTP_ONLY, example: '10' },
  {
    name: 'pool-low-conn',
    args: '<number>',
    doc: 'Idle connections to keep.',
    why: HTTP_ONLY,
    example: '2',
    missing: "'pool-low-conn' expects <value> as argument..",
  },
  {
    name: 'pool-max-conn',
    args: '<number>',
    doc: 'Idle connections to keep.',
    why: HTTP_ONLY,
    example: '2',
    missing: "'pool-max-conn' expects <value> as argument..",
  },
  {
    name: 'pool-purge-delay',
    args: '<delay>',
    doc: 'How long connections stay idle.',
    why: HTTP_ONLY,
    example: '5s',
    missing: "'pool-purge-delay' expects <value> as argument..",
  },
  {
    name: 'ws',
    args: 'auto | h1 | h2',
    doc: 'How WebSocket requests are sent.',
    why: 'it is about mode http',
    example: 'auto',
  },
  {
    name: 'log-proto',
    args: 'legacy | octet-count',
    doc: 'How log lines are parted.',
    why: 'it is about log servers',
    example: 'legacy',
  },
  { name: 'no-tfo', doc: 'Takes `tfo` back.', why: 'data is sent after the handshake' },
  {
    name: 'tcp-ut',
    args: '<delay>',
    doc: 'How long sent data may stay unacknowledged.',
    why: "the kernel's limit is used",
    missing: "'tcp-ut' : missing TCP User Timeout value.",
    example: '30s',
  },
]);

/** `proto` and `check-proto`: only the one without a protocol says nothing new. */
function protocol(name: 'proto' | 'check-proto'): ServerParameter {
  const examples = { ok: [`${name} none`], bad: [name, `${name} x`, `${name} h2`] };
  const missing = `'${name}' : missing value.`;
  return value(name, '<name>', 'Forces an HTTP protocol.', examples, missing, (_settings, text, context) => {
    if (!/^(?:h1|h2|fcgi|none)$/.test(text)) return `'${name}' :  unknown MUX protocol '${text}'.`;
    if (text !== 'none') refuse(context, `${name} ${text}`, 'Remove it: TCP needs none.');
    return undefined;
  });
}

function refuse(context: ServerContext, what: string, help: string): void {
  const message = notSupportedYet(`'${what}'`);
  context.report({ code: 'not-supported-yet', message, word: context.args[0], help });
}

const SOURCE_USAGE =
  "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument..";

const ownWords: readonly ServerParameter[] = [
  {
    ...supported,
    name: 'source',
    args: '<address> [usesrc <address>] [interface <name>]',
    doc: 'The address connections to the server come from.',
    takes: (following) => {
      let count = 1;
      while (/^(?:usesrc|interface)$/.test(following[count]?.text ?? '')) count += 2;
      return count;
    },
    examples: { ok: [], bad: ['source', 'source 127.0.0.1'] },
    parse: (context) => {
      if (context.args.length === 0) context.report({ code: 'missing-argument', message: SOURCE_USAGE });
      else refuse(context, 'source', 'Let the kernel choose, or give the route a source address.');
    },
  },
  {
    ...supported,
    name: 'usesrc',
    args: '<address>',
    doc: "Part of 'source'.",
    takes: 1,
    examples: { ok: [], bad: ['usesrc clientip'] },
    parse: (context) =>
      context.report({ code: 'bad-value', message: "'usesrc' only allowed after a 'source' statement.." }),
  },
  {
    ...supported,
    name: 'agent-check',
    args: '',
    doc: 'A program on the server says how it is.',
    examples: { ok: [], bad: ['agent-check', 'agent-check agent-port 99'] },
    parse: (context) => {
      const words = context.line.words.map((word) => word.text);
      const port = words[words.indexOf('agent-port') + 1] ?? '';
      const name = context.draft.name;
      if (!context.draft.isDefault && (!words.includes('agent-port') || leadingInt32(port) === 0)) {
        const message = `server ${name} does not have agent port. Agent check has been disabled.`;
        context.report({ code: 'agent-port', message });
      } else refuse(context, 'agent-check', 'Use a check that the server answers itself.');
    },
  },
  value(
    'observe',
    'none | layer4 | layer7',
    'Traffic counts as a check (nothing without `check`; with it, not built).',
    { ok: ['observe none', 'observe layer4'], bad: ['observe', 'observe layer9', 'check observe layer4'] },
    "'observe' expects <mode> as argument..",
    (settings, text) => {
      delete settings.observe;
      if (text === 'layer4' || text === 'layer7') settings.observe = text;
      else if (text !== 'none') return `'observe' expects one of 'none', 'layer4', 'layer7' but got '${text}'.`;
      return undefined;
    },
  ),
  value(
    'on-error',
    'fastinter | fail-check | sudden-death | mark-down',
    'What `observe` does (nothing without it).',
    { ok: ['on-error mark-down'], bad: ['on-error', 'on-error panic'] },
    undefined,
    (_settings, text) =>
      /^(?:fastinter|fail-check|sudden-death|mark-down)$/.test(text)
        ? undefined
        : `'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '${text}'.`,
  ),
  value(
    'error-limit',
    '<count>',
    'Errors before `observe` acts (nothing without it).',
    { ok: ['error-limit 10'], bad: ['error-limit', 'error-limit 0'] },
    "'error-limit' expects an integer argument..",
    (_settings, text) => (leadingInt32(text) > 0 ? undefined : 'error-limit has to be > 0..'),
  ),
  value(
    'resolve-prefer',
    'ipv4 | ipv6',
    'The family `resolvers` prefer (nothing without them).',
    { ok: ['resolve-prefer ipv4'], bad: ['resolve-prefer', 'resolve-prefer both'] },
    undefined,
    (_settings, text) =>
      text === 'ipv4' || text === 'ipv6' ? undefined : "'resolve-prefer' expects either ipv4 or ipv6 as argument..",
  ),
  flag('tfo', 'TCP Fast Open (no effect: data is sent after the handshake).', (settings) => {
    settings.fastOpen = true;
  }),
  protocol('proto'),
  protocol('check-proto'),
];

export const serverForeignParameters: readonly ServerParameter[] = [...notYet, ...withoutEffect, ...ownWords];
