/** Parameters of `bind` lines that tune HAProxy's own process or the kernel: read, without effect. */

import type { BindDraft } from '../bind-draft.ts';
import type { KeywordDefinition, SectionKind } from '../keyword.ts';
import { notSupportedYet } from '../not-supported.ts';
import { parametersWithoutEffect } from './parameter-shapes.ts';

/** `global` for `stats socket`, which takes the same parameters. */
export const bindSections: readonly SectionKind[] = ['frontend', 'listen', 'global'];

const THREADS = 'hapax places its listeners itself';

const rows = parametersWithoutEffect<BindDraft>(bindSections, [
  { name: 'defer-accept', doc: 'Wakes up only when a client has sent data.', why: 'connections are taken at once' },
  {
    name: 'mss',
    args: '<size>',
    doc: 'The largest TCP segment to announce.',
    why: "the kernel's choice is used",
    missing: "'mss' : missing MSS value",
    example: '1400',
  },
  {
    name: 'nice',
    args: '<nice>',
    doc: 'Priority of the connections.',
    why: 'all connections are equal',
    missing: "'nice' : missing value",
    example: '10',
  },
  {
    name: 'shards',
    args: '<number> | by-thread',
    doc: 'Several sockets on one address.',
    why: THREADS,
    missing: "'shards' : missing value",
    example: '2',
  },
  {
    name: 'tcp-ut',
    args: '<delay>',
    doc: 'How long sent data may stay unacknowledged.',
    why: "the kernel's limit is used",
    missing: "'tcp-ut' : missing TCP User Timeout value",
    example: '30s',
  },
  { name: 'tfo', doc: 'TCP Fast Open.', why: 'data arrives after the handshake, as without it' },
  { name: 'thread', args: '<set>', doc: 'Threads that take the connections.', why: THREADS, example: '1' },
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
    if (!/^(?:all|odd|even|auto|\d+(?:-\d*)?)(?:\/(?:all|odd|even|\d+(?:-\d*)?))?$/.test(text)) {
      const limits = text === '' ? ' It supports numbers from 1 to 1.' : '';
      const message = `'process' : '${text}' is not a valid number/range.${limits}`;
      context.report({ code: 'bad-value', message, word: context.args[0] });
      return;
    }
    const threads = text.split('/')[1];
    const instead = threads === undefined ? '' : ` Please use 'thread ${threads}' instead.`;
    const message = `'process ${text}' on 'bind' lines is deprecated and will be removed in 2.7.${instead}`;
    context.report({ code: 'deprecated', severity: 'warning', message, word: context.args[0] });
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
