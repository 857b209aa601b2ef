/** `log` and what shapes log lines, in `global` and in proxies. */

import type { GlobalDraft, ProxyDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { parseLogTarget } from '../log-target.ts';
import type { LogTargetModel } from '../model.ts';
import { notSupportedYet } from '../not-supported.ts';
import { everyProxy, requireArgument } from './common-shapes.ts';
import { chooseLogLine } from './log-line-override.ts';

const logExamples = [
  'log /dev/log local0',
  'log 127.0.0.1:514 len 2048 format rfc5424 local1 notice err',
  'log stdout format raw daemon',
];
const badLogs = [
  'log',
  'log 127.0.0.1',
  'log 127.0.0.1 foo',
  'log 127.0.0.1 local0 foo',
  'log 127.0.0.1 len 10 local0',
];
const logArgs = '<address> [len <bytes>] [format <format>] <facility> [<level> [<minimum level>]]';

function samePlace(a: LogTargetModel, b: LogTargetModel): boolean {
  return a.place.file === b.place.file && a.place.line === b.place.line;
}

/** `no log`: true when it was one. */
function readNoLog(context: LineContext<unknown>): boolean {
  if (context.line.prefix !== 'no') return false;
  if (context.args.length > 0) {
    context.report({
      code: 'unexpected-argument',
      message: "log : 'no log' does not expect arguments",
      word: context.args[0],
    });
  }
  return true;
}

/** hapax writes the line of `option tcplog` where a format of its own was asked for. */
function formatKeyword(
  name: 'log-format' | 'log-format-sd' | 'error-log-format',
  effect: string,
): KeywordDefinition<ProxyDraft> {
  return {
    name,
    sections: everyProxy,
    args: '<format>',
    support: { kind: 'no-effect', because: `own formats are not built yet; ${effect}` },
    doc: 'The form of log lines.',
    elsewhere: 'silent',
    examples: { ok: [`${name} %ci`], bad: [name, `${name} a b`, `${name} %nosuch`, `${name} %[srcc]`] },
    parse(context) {
      if (requireArgument(context, `${name} expects an argument.`) === undefined) return;
      const { draft } = context;
      const common = { code: 'ignored-keyword', severity: 'warning', word: context.line.words[0] } as const;
      if (draft.kind === 'backend') {
        const message = `backend '${draft.name}' : '${name}' directive is ignored in backends.`;
        context.report({ ...common, message, fix: removeLine(placeOf(context)) });
        return;
      }
      const [format, extra] = context.args;
      if (extra !== undefined && extra.text !== '') {
        const message = `${name} expects only one argument, don't forget to escape spaces!`;
        context.report({ code: 'unexpected-argument', message, word: extra });
        return;
      }
      draft.settings.formats[name] = { name: format!.text, span: format!.span };
      if (name === 'log-format') {
        chooseLogLine(context, name);
        draft.settings.log.line = 'tcp';
        draft.settings.log.lineSpan = context.line.words[0]!.span;
      }
      context.report({
        ...common,
        code: 'not-supported-yet',
        message: notSupportedYet(`'${name}'`),
        help: `${effect[0]!.toUpperCase()}${effect.slice(1)}.`,
      });
    },
  };
}

export const globalLoggingKeywords: readonly KeywordDefinition<GlobalDraft>[] = [
  {
    name: 'log',
    sections: ['global'],
    args: logArgs,
    support: { kind: 'yes' },
    doc: 'Where events go, and the traffic lines of proxies with "log global".',
    negatable: true,
    examples: { ok: [...logExamples, 'no log'], bad: [...badLogs, 'log global', 'no log x'] },
    parse(context) {
      if (readNoLog(context)) {
        if (!context.failed()) context.draft.logs.length = 0;
        return;
      }
      const first = context.args[0];
      if (first?.text === 'global' && context.args.length === 1) {
        const message = "log : 'global' is not supported for a global syslog server";
        context.report({ code: 'invalid-log', message, word: first });
        return;
      }
      const expectation = 'expects <address> and <facility>  as arguments';
      const target = parseLogTarget(context.args, context.config, context.line, context.report, expectation);
      if (target !== undefined) context.draft.logs.push(target);
    },
  },
  {
    name: 'log-tag',
    sections: ['global'],
    args: '<text>',
    support: { kind: 'yes' },
    doc: 'The program name in syslog lines.',
    maxArgs: 1,
    examples: { ok: ['log-tag balancer'], bad: ['log-tag', 'log-tag a b'] },
    parse(context) {
      const argument = requireArgument(context, "'log-tag' expects a tag for use in syslog.");
      if (argument !== undefined) context.draft.logTag = argument.text;
    },
  },
  {
    name: 'log-send-hostname',
    sections: ['global'],
    args: '[<name>]',
    support: { kind: 'yes' },
    doc: "Puts a host name into syslog lines; the machine's unless one is given.",
    examples: { ok: ['log-send-hostname', 'log-send-hostname lb1'], bad: [] },
    parse(context) {
      if (context.draft.logSendHostname === undefined) context.draft.logSendHostname = context.args[0]?.text ?? '';
      else {
        const message = "'log-send-hostname' already specified. Continuing.";
        context.report({ code: 'duplicate-keyword', message, word: context.line.words[0], harmless: true });
      }
    },
  },
];

export const loggingKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'log',
    sections: everyProxy,
    args: `{ global | ${logArgs} }`,
    support: { kind: 'yes' },
    doc: 'Where the lines of this proxy go; "log global" takes the targets of the global section.',
    negatable: true,
    examples: { ok: [...logExamples, 'log global', 'no log'], bad: [...badLogs, 'log global x', 'no log global'] },
    parse(context) {
      const log = context.draft.settings.log;
      if (readNoLog(context)) {
        if (!context.failed()) log.targets = [];
        return;
      }
      if (context.args.length === 1 && context.args[0]!.text === 'global') {
        // HAProxy copies the targets known so far; a global section further down adds nothing.
        log.targets.push(
          ...context.config.global.logs.filter((target) => !log.targets.some((has) => samePlace(has, target))),
        );
        return;
      }
      const expectation = 'expects <address> and <facility> or global as arguments';
      const target = parseLogTarget(context.args, context.config, context.line, context.report, expectation);
      if (target !== undefined) log.targets.push(target);
    },
  },
  {
    name: 'log-tag',
    sections: everyProxy,
    args: '<text>',
    support: { kind: 'yes' },
    doc: 'The program name in syslog lines of this proxy.',
    examples: { ok: ['log-tag web'], bad: ['log-tag'] },
    parse(context) {
      const argument = requireArgument(context, "'log-tag' expects a tag for use in syslog.");
      if (argument !== undefined) context.draft.settings.log.tag = argument.text;
    },
  },
  formatKeyword('log-format', 'the line of "option tcplog" is written instead'),
  formatKeyword('log-format-sd', 'RFC 5424 lines have no structured data'),
  formatKeyword('error-log-format', 'failed connections are logged in the usual form'),
];
