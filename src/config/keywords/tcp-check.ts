/** `option tcp-check` and `tcp-check`: a scripted exchange. */
import { wordBytes } from '../../grammar/line.ts';
import { parseHex } from '../hex-text.ts';
import type { TcpCheckRule } from '../model.ts';
import { tcpCheckConnect } from './check-connect.ts';
import { type ExpectGrammar, readExpect } from './check-expect.ts';
import { readFormat } from './check-formats.ts';
import {
  addTcpRule,
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownTcpRules,
  readPattern,
  ruleProblem,
  selectCheck,
  warnInFrontend,
} from './check-shapes.ts';
import { isVariableRule, readVariableRule, variableKeywords } from './check-variables.ts';

type ExpectRule = Extract<TcpCheckRule, { kind: 'expect' }>;

const EXPECT: ExpectGrammar = {
  keyword: 'tcp-check expect',
  kinds: ['string', 'rstring', 'binary', 'rbinary', 'string-lf', 'binary-lf'],
  usage:
    "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment",
};

const RULES = "'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'";

const base = { sections: checkSections, support: { kind: 'yes' }, elsewhere: 'silent' } as const;

function parseSend(context: CheckContext, binary: boolean, formed: boolean): void {
  warnInFrontend(context, 'tcp-check');
  const name = `send${binary ? '-binary' : ''}${formed ? '-lf' : ''}`;
  const keyword = `tcp-check ${name}`;
  const [data, option, comment, extra] = context.args;
  if (data === undefined || data.text === '') {
    const what = binary && !formed ? 'binary string' : 'string';
    ruleProblem(context, keyword, `'${what}' expects a ${name} as argument.`);
    return;
  }
  const stray = option !== undefined && option.text !== 'comment' ? option : extra;
  if (stray !== undefined) {
    ruleProblem(context, keyword, `expects 'comment' but got '${stray.text}' as argument..`, stray);
    return;
  }
  if (option !== undefined && (comment === undefined || comment.text === '')) {
    ruleProblem(context, keyword, "'comment' expects a string as argument..", option);
    return;
  }
  const remark = comment === undefined ? {} : { comment: comment.text };
  if (formed) {
    const format = readFormat(context, keyword, data);
    if (format !== undefined) addTcpRule(context, { kind: 'send-lf', format, binary, ...remark });
    return;
  }
  const bytes = binary ? parseHex(data.text) : { ok: true as const, bytes: wordBytes(data.text) };
  if (!bytes.ok) {
    ruleProblem(context, keyword, `'${data.text}' invalid binary string (${bytes.message}).\n.`, data);
    return;
  }
  addTcpRule(context, { kind: 'send', data: bytes.bytes.toString('base64'), binary, ...remark });
}

function parseExpect(context: CheckContext): void {
  warnInFrontend(context, 'tcp-check');
  const words = readExpect(context, EXPECT);
  if (words === undefined) return;
  const base = {
    negate: words.negate,
    ...words.outcome,
    ...(words.minRecv === undefined ? {} : { minRecv: words.minRecv }),
    ...(words.comment === undefined ? {} : { comment: words.comment }),
  };
  if (words.kind === 'string-lf' || words.kind === 'binary-lf') {
    const format = readFormat(context, EXPECT.keyword, words.pattern);
    if (format !== undefined)
      addTcpRule(context, { kind: 'expect-lf', format, binary: words.kind === 'binary-lf', ...base });
    return;
  }
  const type = words.kind as ExpectRule['type'];
  const pattern = readExpected(context, type, words.pattern);
  if (pattern !== undefined) addTcpRule(context, { kind: 'expect', type, pattern, text: words.pattern.text, ...base });
}

function parseVariable(context: CheckContext): void {
  const action = readVariableRule(context, 'tcp-check');
  if (action !== undefined) addTcpRule(context, action);
}

/** The pattern as TcpCheckRule wants it, or undefined after a report. */
function readExpected(
  context: CheckContext,
  type: ExpectRule['type'],
  word: Parameters<typeof readPattern>[2],
): string | undefined {
  if (type === 'rstring' || type === 'rbinary') return readPattern(context, EXPECT.keyword, word);
  if (type === 'string') return wordBytes(word.text).toString('base64');
  const bytes = parseHex(word.text);
  if (bytes.ok) return bytes.bytes.toString('base64');
  ruleProblem(context, EXPECT.keyword, `invalid binary string (${bytes.message}).`, word);
  return undefined;
}

export const tcpCheckKeywords: readonly CheckKeyword[] = [
  {
    name: 'option tcp-check',
    sections: checkSections,
    args: '',
    support: { kind: 'yes' },
    doc: 'Checks follow the `tcp-check` rules; without rules they only connect.',
    maxArgs: 0,
    examples: { ok: ['option tcp-check'], bad: ['option tcp-check now'] },
    parse: (context) => {
      ownTcpRules(context);
      selectCheck(context, { kind: 'tcp' });
    },
  },
  tcpCheckConnect,
  {
    ...base,
    name: 'tcp-check send',
    args: '<text> [comment <text>]',
    doc: 'Sends text.',
    examples: {
      ok: ['tcp-check send PING\\r\\n', 'tcp-check send "info replication\\r\\n" comment role'],
      bad: ['tcp-check send', 'tcp-check send a b', 'tcp-check send a comment'],
    },
    parse: (context) => parseSend(context, false, false),
  },
  {
    ...base,
    name: 'tcp-check send-binary',
    args: '<hex> [comment <text>]',
    doc: 'Sends bytes.',
    examples: {
      ok: ['tcp-check send-binary 050100'],
      bad: ['tcp-check send-binary', 'tcp-check send-binary 5', 'tcp-check send-binary 5g'],
    },
    parse: (context) => parseSend(context, true, false),
  },
  {
    ...base,
    name: 'tcp-check send-lf',
    args: '<format> [comment <text>]',
    doc: 'Sends text with values filled in.',
    examples: {
      ok: ['tcp-check send-lf "hello from %[be_name]/%[srv_name]\\r\\n"'],
      bad: ['tcp-check send-lf', 'tcp-check send-lf %[none]', 'tcp-check send-lf a b'],
    },
    parse: (context) => parseSend(context, false, true),
  },
  {
    ...base,
    name: 'tcp-check send-binary-lf',
    args: '<format> [comment <text>]',
    doc: 'Sends the bytes whose hexadecimal digits a log-format string gives.',
    examples: {
      ok: ['tcp-check send-binary-lf "00%[srv_name,hex]"'],
      bad: ['tcp-check send-binary-lf', 'tcp-check send-binary-lf %[none]'],
    },
    parse: (context) => parseSend(context, true, true),
  },
  ...variableKeywords('tcp-check', parseVariable),
  {
    ...base,
    name: 'tcp-check expect',
    args: '[min-recv <bytes>] [comment <text>] [ok-status <code>] [error-status <code>] [tout-status <code>] [on-success <format>] [on-error <format>] [status-code <expression>] [!] { string | rstring | binary | rbinary | string-lf | binary-lf } <pattern>',
    doc: 'What the server must have sent.',
    examples: {
      ok: [
        'tcp-check expect string role:master',
        'tcp-check expect rstring ^HTTP/1.0\\ 204',
        'tcp-check expect ! binary 0500',
        'tcp-check expect min-recv 5 string +PONG comment pong',
      ],
      bad: ['tcp-check expect', 'tcp-check expect string', 'tcp-check expect binary 0g', 'tcp-check expect status 200'],
    },
    parse: parseExpect,
  },
  {
    ...base,
    name: 'tcp-check comment',
    args: '<text>',
    doc: 'A remark, shown when the rule after it fails.',
    examples: { ok: ['tcp-check comment ready'], bad: ['tcp-check comment'] },
    parse: (context) => {
      warnInFrontend(context, 'tcp-check');
      const comment = context.args[0]?.text ?? '';
      if (comment === '') ruleProblem(context, 'tcp-check comment', 'expects a string as argument.');
      else addTcpRule(context, { kind: 'comment', comment });
    },
  },
  {
    ...base,
    name: 'tcp-check',
    family: true,
    args: '<rule>',
    doc: 'Rules of scripted checks.',
    examples: { ok: [], bad: ['tcp-check', 'tcp-check foo'] },
    parse: (context) => {
      warnInFrontend(context, 'tcp-check');
      const got = context.args[0];
      if (isVariableRule(got?.text ?? '')) {
        parseVariable(context);
        return;
      }
      const message = `'tcp-check' only supports ${RULES}. but got '${got?.text ?? ''}'`;
      context.report({ code: 'unknown-keyword', message, word: got });
    },
  },
];
