/** Parameters of `server` that hapax reads without effect, or knows and refuses. */

import { parseDuration } from '../duration.ts';
import type { ServerDraft } from '../server-draft.ts';
import { parametersNotYet, parametersWithoutEffect } from './parameter-shapes.ts';
import { type ServerParameter, serverSections } from './server-parameter-shapes.ts';

const NO_TLS = "it says nothing without 'ssl'";
const NO_RESOLVERS = "it says nothing without 'resolvers'";
const HTTP_ONLY = 'connections to servers are not shared in mode tcp';

const RESOLVE_OPTIONS = new Set(['allow-dup-ip', 'ignore-weight', 'prevent-dup-ip']);

const notYet = parametersNotYet<ServerDraft>(serverSections, [
  {
    name: 'resolvers',
    args: '<section>',
    doc: 'The address is asked for again while running.',
    why: 'Without it the name is resolved once, at start.',
    example: 'dns',
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
  { name: 'stick', doc: 'Takes `non-stick` back.', why: 'there are no stick tables' },
  { name: 'non-stick', doc: 'Sessions of the server enter no stick table.', why: 'there are no stick tables' },
  { name: 'resolve-net', args: '<net>[,...]', doc: 'Networks to prefer.', why: NO_RESOLVERS, example: '10.0.0.0/8' },
  {
    name: 'resolve-opts',
    args: '<option>[,...]',
    doc: 'How answers are used.',
    why: NO_RESOLVERS,
    example: 'allow-dup-ip',
    complain: (text) => {
      const wrong = text.split(',').find((option) => !RESOLVE_OPTIONS.has(option));
      return wrong === undefined
        ? undefined
        : `'resolve-opts' : unknown resolve-opts option '${wrong}', supported methods are 'allow-dup-ip', 'ignore-weight', and 'prevent-dup-ip'..`;
    },
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
    complain: (text) => {
      const delay = parseDuration(text);
      return delay.ok || delay.reason === 'overflow'
        ? undefined
        : `unexpected character '${delay.character}' in argument to <pool-purge-delay>..`;
    },
  },
  {
    name: 'ws',
    args: 'auto | h1 | h2',
    doc: 'How WebSocket requests are sent.',
    why: 'it is about mode http',
    example: 'auto',
    complain: (text) => (/^(?:auto|h1|h2)$/.test(text) ? undefined : "'ws' has to be 'auto', 'h1' or 'h2'."),
  },
  {
    name: 'log-proto',
    args: 'legacy | octet-count',
    doc: 'How log lines are parted.',
    why: 'it is about log servers',
    example: 'legacy',
    complain: (text) =>
      text === 'legacy' || text === 'octet-count'
        ? undefined
        : `'log-proto' expects one of 'legacy' or 'octet-count' but got '${text}'.`,
  },
]);

export const serverForeignParameters: readonly ServerParameter[] = [...notYet, ...withoutEffect];
