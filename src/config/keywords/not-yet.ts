/** Proxy keywords hapax knows but does not have, and a few that cannot matter to it. */

import type { ProxyDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { notSupportedYet } from '../not-supported.ts';
import { backends, everyProxy, frontends, namedProxies, noEffect, notYet, removed } from './common-shapes.ts';
import { filterKeyword } from './filters.ts';

type Definition = KeywordDefinition<ProxyDraft>;

export const notYetKeywords: readonly Definition[] = [
  notYet({
    name: 'quic-initial',
    args: '<action>',
    sections: frontends,
    doc: 'Rules on QUIC.',
    example: 'quic-initial accept',
  }),
  notYet({
    name: 'stick-table',
    args: 'type <type> size <size>',
    sections: namedProxies,
    doc: 'Remembers clients.',
    example: 'stick-table type ip size 1m',
  }),
  notYet({
    name: 'stick',
    args: '{ on | match | store-request } ...',
    sections: ['backend', 'listen'],
    doc: 'Keeps clients on servers.',
    instead: 'Use "balance source" to keep an address on a server.',
    example: 'stick on src',
  }),
  notYet({
    name: 'persist',
    args: 'rdp-cookie[(name)]',
    sections: backends,
    doc: 'Keeps RDP clients on servers.',
    example: 'persist rdp-cookie',
  }),
  notYet({
    name: 'dispatch',
    args: '<address>',
    sections: ['backend', 'listen'],
    doc: 'One address instead of servers.',
    instead: 'Write it as a "server" line.',
    example: 'dispatch 127.0.0.1:80',
  }),
  filterKeyword,
  notYet({
    name: 'filter-sequence',
    args: '...',
    sections: namedProxies,
    doc: 'The order of filters.',
    example: 'filter-sequence request a',
  }),
  notYet({
    name: 'server-template',
    args: '<prefix> <count> <address>',
    sections: ['backend', 'listen'],
    doc: 'Several servers of one name.',
    instead: 'Write one "server" line each.',
    example: 'server-template s 3 127.0.0.1:80',
  }),
  notYet({
    name: 'hash-preserve-affinity',
    args: '<when>',
    sections: backends,
    doc: 'When a hash may change.',
    example: 'hash-preserve-affinity always',
  }),
  notYet({
    name: 'force-be-switch',
    args: 'if <condition>',
    sections: frontends,
    doc: 'Reaches disabled backends.',
    example: 'force-be-switch if TRUE',
  }),
  {
    name: 'load-server-state-from-file',
    args: '{ global | local | none }',
    sections: backends,
    support: { kind: 'yes' },
    doc: 'Takes over the state of servers from a file; only "none" so far.',
    elsewhere: 'silent',
    examples: {
      ok: ['load-server-state-from-file none'],
      bad: ['load-server-state-from-file', 'load-server-state-from-file global'],
    },
    parse(context) {
      const word = context.args[0];
      if (word?.text === 'none') return;
      if (word?.text === 'global' || word?.text === 'local') {
        context.report({ code: 'not-supported-yet', message: notSupportedYet("'load-server-state-from-file'"), word });
        return;
      }
      const message = `'load-server-state-from-file' expects 'global', 'local' or 'none'. Got '${word?.text ?? ''}'`;
      context.report({ code: 'unknown-keyword', message, word });
    },
  },
  noEffect({
    name: 'server-state-file-name',
    args: '[<file>]',
    sections: backends,
    doc: 'Where the state of servers is.',
    because: 'state files are not read',
    example: 'server-state-file-name x',
  }),
  noEffect({
    name: 'ssl-f-use',
    args: '...',
    sections: ['frontend', 'listen'],
    doc: 'A certificate.',
    because: 'hapax terminates no TLS yet',
    example: 'ssl-f-use crt x.pem',
  }),
  noEffect({
    name: 'guid',
    args: '<id>',
    sections: namedProxies,
    doc: 'An identifier of the proxy.',
    because: 'nothing refers to it',
    example: 'guid web-1',
  }),
  {
    ...noEffect<ProxyDraft>({
      name: 'bind-process',
      args: '<range>',
      sections: everyProxy,
      doc: 'Which process runs the proxy.',
      because: 'hapax runs one process',
      example: 'bind-process 1',
    }),
    parse(context) {
      const message = "'bind-process' has no effect, is deprecated, and will be removed in version 2.7.";
      context.report({
        code: 'removed-keyword',
        severity: 'warning',
        message,
        word: context.line.words[0],
        tight: true,
        fix: removeLine(placeOf(context)),
      });
    },
  },
  removed<ProxyDraft>({
    name: 'grace',
    args: '<time>',
    sections: everyProxy,
    doc: 'Waited before stopping.',
    message: "the 'grace' keyword is not supported any more since HAProxy version 2.5.",
    help: ({ args }) => `Remove the line, or write "grace ${args[0]?.text ?? '10s'}" in "global", for all proxies.`,
    tight: true,
  }),
];
