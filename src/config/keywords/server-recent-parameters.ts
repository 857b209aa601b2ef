/** Parameters of `server` that came after HAProxy 2.6 and change nothing here, or are not built. */

import { notSupportedYet } from '../not-supported.ts';
import type { ServerDraft } from '../server-draft.ts';
import { parametersNotYet, parametersWithoutEffect } from './parameter-shapes.ts';
import { flag, type ServerParameter, serverSections, value } from './server-parameter-shapes.ts';

const NO_TLS = "it says nothing without 'ssl'";
const HTTP_ONLY = 'connections to servers are not shared in mode tcp';
const TLS_CHOICE = 'Remove it: TLS then chooses by itself.';

const notYet = parametersNotYet<ServerDraft>(serverSections, [
  {
    name: 'tcp-md5sig',
    args: '<secret>',
    doc: 'Signs TCP segments.',
    why: 'Remove it here and on the server.',
    example: 'secret',
  },
  { name: 'client-sigalgs', args: '<list>', doc: 'Signatures of TLS.', why: TLS_CHOICE, example: 'RSA-PSS+SHA256' },
]);

const withoutEffect = parametersWithoutEffect<ServerDraft>(serverSections, [
  {
    name: 'cc',
    args: '<algorithm>',
    doc: 'Congestion control of the connections.',
    why: "the kernel's choice is used",
    example: 'bbr',
  },
  {
    name: 'check-pool-conn-name',
    args: '<name>',
    doc: 'Which idle connection a check uses.',
    why: HTTP_ONLY,
    example: 'c',
  },
  { name: 'check-reuse-pool', doc: 'Checks use idle connections.', why: HTTP_ONLY },
  { name: 'no-check-reuse-pool', doc: 'Takes `check-reuse-pool` back.', why: HTTP_ONLY },
  {
    name: 'guid',
    args: '<id>',
    doc: 'A name for counters that outlive the process.',
    why: 'counters begin at 0 with the process',
    example: 'server-1',
  },
  { name: 'idle-ping', args: '<delay>', doc: 'Pings idle connections.', why: 'it is about HTTP/2', example: '5s' },
  { name: 'ktls', args: 'on | off', doc: 'TLS in the kernel.', why: NO_TLS, example: 'on' },
  { name: 'log-bufsize', args: '<size>', doc: 'Room for log lines.', why: 'it is about log servers', example: '1024' },
  { name: 'pool-conn-name', args: '<name>', doc: 'Which idle connection is used.', why: HTTP_ONLY, example: 'c' },
  { name: 'renegotiate', doc: 'TLS may be negotiated anew.', why: NO_TLS },
  { name: 'no-renegotiate', doc: 'TLS is not negotiated anew.', why: NO_TLS },
  {
    name: 'set-proxy-v2-tlv-fmt',
    args: '(<id>) <format>',
    doc: 'What a PROXY header says (written with its id: `set-proxy-v2-tlv-fmt(0x20)`).',
    why: 'no PROXY header is sent',
    takes: 1,
    example: 'text',
  },
  { name: 'shard', args: '<number>', doc: "A peer's share of the tables.", why: 'it is about peers', example: '1' },
  { name: 'sni-auto', doc: 'The name sent when TLS begins.', why: NO_TLS },
  { name: 'no-sni-auto', doc: 'Takes `sni-auto` back.', why: NO_TLS },
  {
    name: 'strict-maxconn',
    doc: '`maxconn` counts idle connections too.',
    why: 'every session is a connection here, so maxconn is strict',
  },
]);

export const serverRecentParameters: readonly ServerParameter[] = [
  ...notYet,
  ...withoutEffect,
  flag(
    'check-sni-auto',
    'Checks by HTTPS send the Host of their request when TLS begins, where no other name is written; without this word they do not, unlike in HAProxy 3.4.',
    (settings) => {
      settings.check.sniAuto = true;
    },
  ),
  flag('no-check-sni-auto', 'Takes `check-sni-auto` back.', (settings) => {
    settings.check.sniAuto = false;
  }),
  value(
    'healthcheck',
    '<section>',
    'The check is that of a `healthcheck` section.',
    { ok: [], bad: ['healthcheck', 'check healthcheck none'] },
    "'healthcheck' expects <name> as argument.",
    (settings, text, context) => {
      settings.check.section = { text, span: context.args[0]!.span };
      return undefined;
    },
  ),
  value(
    'hash-key',
    'id | addr | addr-port',
    'What `hash-type consistent` tells servers apart by (id).',
    { ok: ['hash-key id'], bad: ['hash-key', 'hash-key name', 'hash-key addr'] },
    "'hash-key' expects 'id', 'addr', or 'addr-port' value.",
    (_settings, text, context) => {
      if (text === 'addr' || text === 'addr-port') {
        const message = notSupportedYet(`'hash-key ${text}'`);
        const help =
          "Servers are told apart by their number: write 'hash-key id', and 'id <number>' where it must not change.";
        context.report({ code: 'not-supported-yet', message, word: context.args[0], help });
        return undefined;
      }
      return text === 'id' ? undefined : "'hash-key' has to be 'id', 'addr', or 'addr-port'.";
    },
  ),
];
