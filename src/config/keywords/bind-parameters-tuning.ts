/** Parameters of `bind` lines that tune HAProxy's own process or the kernel (read, without effect), or are not built. */

import type { BindDraft } from '../bind-draft.ts';
import { removeWords, replaceWords } from '../fix.ts';
import type { KeywordDefinition, SectionKind } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { notSupportedYet } from '../not-supported.ts';
import { parametersNotYet, parametersWithoutEffect } from './parameter-shapes.ts';

/** `global` for `stats socket`, which takes the same parameters. */
export const bindSections: readonly SectionKind[] = ['frontend', 'listen', 'global'];

/** Numbers, ranges and words that stand for sets of processes or threads. */
const SET = /^(?:all|odd|even|auto|\d+(?:-\d*)?)(?:\/(?:all|odd|even|\d+(?:-\d*)?))?$/;

const THREADS = 'hapax places its listeners itself';

const rows = parametersWithoutEffect<BindDraft>(bindSections, [
  {
    name: 'cc',
    args: '<algorithm>',
    doc: 'Congestion control of the connections.',
    why: "the kernel's choice is used",
    example: 'bbr',
  },
  {
    name: 'guid-prefix',
    args: '<text>',
    doc: 'Names for counters that outlive the process.',
    why: 'counters begin at 0 with the process',
    example: 'web',
  },
  { name: 'idle-ping', args: '<delay>', doc: 'Pings idle clients.', why: 'it is about HTTP/2', example: '5s' },
  { name: 'label', args: '<text>', doc: 'A label of the sockets.', why: 'nothing refers to it', example: 'web' },
  { name: 'nbconn', args: '<number>', doc: 'Connections of reverse HTTP.', why: 'it is about mode http', example: '2' },
  { name: 'tcp-ss', args: '<mode>', doc: 'Keeps the first packet for rules.', why: 'no rule reads it', example: '1' },
  {
    name: 'nice',
    args: '<nice>',
    doc: 'Priority of the connections.',
    why: 'all connections are equal',
    missing: "'nice' : missing value",
    example: '10',
    complain: (text) => {
      const nice = leadingInteger(text);
      const good = nice >= -1024 && nice <= 1024;
      return good ? undefined : `'nice' : invalid value ${nice}, allowed range is -1024..1024`;
    },
  },
  {
    name: 'shards',
    args: '<number> | by-thread',
    doc: 'Several sockets on one address.',
    why: THREADS,
    missing: "'shards' : missing value",
    example: '2',
    complain: (text) => {
      const shards = leadingInteger(text);
      const good = text === 'by-thread' || (shards >= 1 && shards <= 64);
      return good ? undefined : `'shards' : invalid value ${shards}, allowed range is 1..64 or 'by-thread'`;
    },
  },
  {
    name: 'thread',
    args: '<set>',
    doc: 'Threads that take the connections.',
    why: THREADS,
    takes: 1,
    example: '1',
    complain: (text) => {
      if (SET.test(text)) return undefined;
      const limits = text === '' ? ' It supports numbers from 1 to 64.' : '';
      return `'${text}' : '${text}' is not a valid number/range.${limits}`;
    },
  },
]);

/** `process`, which HAProxy 2.6 warns about. */
const processParameter: KeywordDefinition<BindDraft> = {
  name: 'process',
  sections: bindSections,
  args: '<set>',
  doc: 'Processes that take the connections (there is one alone).',
  support: { kind: 'no-effect', because: THREADS },
  takes: 1,
  examples: { ok: ['process 1', 'process all'], bad: ['process x'] },
  parse: (context) => {
    const text = context.args[0]?.text ?? '';
    const beyond = leadingInteger(text) > 1;
    if (!SET.test(text) || beyond) {
      const limits = text === '' || beyond ? ' It supports numbers from 1 to 1.' : '';
      const message = `'process' : '${text}' is not a valid number/range.${limits}`;
      context.report({ code: 'bad-value', message, word: context.args[0] });
      return;
    }
    const threads = text.split('/')[1];
    const instead = threads === undefined ? '' : ` Please use 'thread ${threads}' instead.`;
    const message = `'process ${text}' on 'bind' lines is deprecated and will be removed in 2.7.${instead}`;
    const { words } = context.line;
    const at = words.indexOf(context.args[0]!);
    const [first, last] = [words[at - 1]!, words[at]!];
    const fix = threads === undefined ? removeWords(first, last) : replaceWords(first, last, `thread ${threads}`);
    context.report({ code: 'deprecated', severity: 'warning', message, word: last, fix });
  },
};

/** The prefix of answers on a stats socket: anything but `none` would change them. */
const severityOutput: KeywordDefinition<BindDraft> = {
  name: 'severity-output',
  sections: bindSections,
  args: 'none | number | string',
  doc: 'Puts a severity before every answer of a stats socket.',
  support: { kind: 'yes' },
  takes: 1,
  examples: {
    ok: ['severity-output none'],
    bad: ['severity-output', 'severity-output loud', 'severity-output number'],
  },
  parse: (context) => {
    const word = context.args[0];
    if (word === undefined || word.text === '') {
      context.report({ code: 'missing-argument', message: "'severity-output' : missing severity format" });
    } else if (word.text === 'number' || word.text === 'string') {
      const message = notSupportedYet(`'severity-output ${word.text}'`);
      context.report({ code: 'not-supported-yet', message, word });
    } else if (word.text !== 'none') {
      const message = `'severity-output' only supports 'none', 'number', and 'string' (got '${word.text}')`;
      context.report({ code: 'bad-value', message, word });
    }
  },
};

export const bindParametersWithoutEffect: readonly KeywordDefinition<BindDraft>[] = [
  ...rows,
  processParameter,
  severityOutput,
];

/** What would change where connections come from or how they begin. */
export const bindParametersNotYet: readonly KeywordDefinition<BindDraft>[] = parametersNotYet<BindDraft>(bindSections, [
  {
    name: 'accept-proxy',
    doc: 'Reads a PROXY protocol header from every client.',
    why: 'Remove it here and where the connections come from.',
  },
  {
    name: 'accept-netscaler-cip',
    args: '<magic>',
    doc: 'Reads a NetScaler client header.',
    why: 'Remove it here and on the NetScaler.',
    example: '1',
  },
  {
    name: 'tcp-md5sig',
    args: '<secret>',
    doc: 'Wants signed TCP segments.',
    why: 'Remove it here and on the clients.',
    example: 'secret',
  },
  {
    name: 'namespace',
    args: '<name>',
    doc: 'Opens the socket in a network namespace.',
    why: 'Start hapax inside the namespace.',
    example: 'blue',
  },
  { name: 'proto', args: '<name>', doc: 'Forces an HTTP protocol.', why: 'Remove it: TCP needs none.', example: 'h2' },
]);
