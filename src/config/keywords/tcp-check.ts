/** `option tcp-check` and `tcp-check`: a scripted exchange. */
import { wordBytes } from '../../grammar/line.ts';
import { parseHex } from '../hex-text.ts';
import type { TcpCheckRule } from '../model.ts';
import { tcpCheckConnect } from './check-connect.ts';
import { type ExpectGrammar, readExpect } from './check-expect.ts';
import {
  addTcpRule,
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownTcpRules,
  readPattern,
  ruleNotYet,
  ruleProblem,
  selectCheck,
  warnInFrontend,
} from './check-shapes.ts';

type ExpectRule = Extract<TcpCheckRule, { kind: 'expect' }>;

const EXPECT: ExpectGrammar = {
  keyword: 'tcp-check expect',
  kinds: ['string', 'rstring', 'binary', 'rbinary'],
  foreign: ['string-lf', 'binary-lf'],
  usage:
    "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment",
};

const RULES = "'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'";

const base = { sections: checkSections, support: { kind: 'yes' }, elsewhere: 'silent' } as const;

function parseSend(context: CheckContext, binary: boolean): void {
  warnInFrontend(context, 'tcp-check');
  const keyword = binary ? 'tcp-check send-binary' : 'tcp-check send';
  const [data, option, comment, extra] = context.args;
  if (data === undefined || data.text === '') {
    const missing = binary
      ? "'binary string' expects a send-binary as argument."
      : "'string' expects a send as argument.";
    ruleProblem(context, keyword, missing);
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
  const bytes = binary ? parseHex(data.text) : { ok: true as const, bytes: wordBytes(data.text) };
  if (!bytes.ok) {
    ruleProblem(context, keyword, `'${data.text}' invalid binary string (${bytes.message}).\n.`, data);
    return;
  }
  const remark = comment === undefined ? {} : { comment: comment.text };
  addTcpRule(context, { kind: 'send', data: bytes.bytes.toString('base64'), binary, ...remark });
}

function parseExpect(context: CheckContext): void {
  warnInFrontend(context, 'tcp-check');
  const words = readExpect(context, EXPECT);
  const type = words?.kind as ExpectRule['type'];
  const pattern = words && readExpected(context, type, words.pattern);
  if (words === undefined || pattern === undefined) return;
  addTcpRule(context, {
    kind: 'expect',
    negate: words.negate,
    type,
    pattern,
    text: words.pattern.text,
    ...words.outcome,
    ...(words.minRecv === undefined ? {} : { minRecv: words.minRecv }),
    ...(words.comment === undefined ? {} : { comment: words.comment }),
  });
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

function notYet(name: string, example: string): CheckKeyword {
  return {
    name: `tcp-check ${name}`,
    sections: checkSections,
    args: '<text>',
    support: { kind: 'not-yet', instead: 'Write the bytes themselves.' },
    doc: 'The same with values filled in.',
    examples: { ok: [], bad: [`tcp-check ${name} ${example}`] },
  };
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
    parse: (context) => parseSend(context, false),
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
    parse: (context) => parseSend(context, true),
  },
  notYet('send-lf', '%[date]'),
  notYet('send-binary-lf', '%[date]'),
  {
    ...base,
    name: 'tcp-check expect',
    args: '[min-recv <bytes>] [comment <text>] [!] { string | rstring | binary | rbinary } <pattern>',
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
      if (/^(?:set-var|set-var-fmt|unset-var)\(/.test(got?.text ?? '')) {
        ruleNotYet(context, 'tcp-check', got!.text, got);
        return;
      }
      const message = `'tcp-check' only supports ${RULES}. but got '${got?.text ?? ''}'`;
      context.report({ code: 'unknown-keyword', message, word: got });
    },
  },
];
