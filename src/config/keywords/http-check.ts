/** `option httpchk` and `http-check`: checks by an HTTP request. */
import { quoteWords, replaceLine } from '../fix.ts';
import type { HttpExpectModel } from '../model.ts';
import { parseStatusRanges } from '../status-ranges.ts';
import { httpCheckConnect } from './check-connect.ts';
import { type ExpectGrammar, type ExpectWords, readExpect } from './check-expect.ts';
import { readFormat } from './check-formats.ts';
import {
  type CheckContext,
  type CheckKeyword,
  checkSections,
  readPattern,
  ruleProblem,
  warnInFrontend,
  withHttpRule,
} from './check-shapes.ts';
import { isVariableRule, readVariableRule, variableKeywords } from './check-variables.ts';
import { inventedRule, inventedRuleHelp } from './http-check-invented.ts';
import { httpRequestKeywords } from './http-check-request.ts';

const EXPECT: ExpectGrammar = {
  keyword: 'http-check expect',
  kinds: ['status', 'rstatus', 'string', 'rstring', 'string-lf'],
  headers: true,
  usage:
    "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment",
};

const RULES =
  "'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'";

const base = { sections: checkSections, support: { kind: 'yes' }, elsewhere: 'silent' } as const;

function parseExpect(context: CheckContext): void {
  warnInFrontend(context, 'http-check');
  const words = readExpect(context, EXPECT);
  const match = words && expectMatch(context, words);
  if (words === undefined || match === undefined) return;
  const check = withHttpRule(context);
  if (check.connection !== undefined && check.request?.explicit !== true) {
    const step = check.lastHttpRule + 1;
    ruleProblem(context, EXPECT.keyword, `unable to add http-check expect rule at step ${step} (missing send rule)..`);
    return;
  }
  const { minRecv, outcome } = words;
  const comment = words.comment ?? check.comment;
  check.lastHttpRule++;
  check.expect.push({
    negate: words.negate,
    match,
    ...outcome,
    ...(minRecv === undefined ? {} : { minRecv }),
    ...(comment === undefined ? {} : { comment }),
  });
}

function expectMatch(context: CheckContext, words: ExpectWords): HttpExpectModel['match'] | undefined {
  const { keyword } = EXPECT;
  const { kind, pattern, header } = words;
  if (header !== undefined) return { kind: kind === 'hdr' ? 'hdr' : 'fhdr', ...header };
  if (kind === 'status') {
    const parsed = parseStatusRanges(pattern.text);
    if (parsed.ok) return { kind: 'status', ranges: parsed.ranges };
    ruleProblem(context, keyword, `${parsed.message}.`, pattern);
    return undefined;
  }
  if (kind === 'rstatus' || kind === 'rstring') {
    const source = readPattern(context, keyword, pattern);
    if (source === undefined) return undefined;
    return { kind, pattern: source, ...(source === pattern.text ? {} : { text: pattern.text }) };
  }
  if (kind === 'string') return { kind, text: pattern.text };
  const format = readFormat(context, keyword, pattern);
  return format && { kind: 'string', text: pattern.text, format };
}

function parseVariable(context: CheckContext): void {
  const action = readVariableRule(context, 'http-check');
  if (action === undefined) return;
  const check = withHttpRule(context);
  delete check.comment;
  check.lastHttpRule++;
  const passed = check.request?.explicit === true || check.expect.length > 0 ? check.expect.length : -1;
  check.actions.push({ passed, action });
}

/** `http-check disable-on-404` and `send-state`: flags that stay when rules are written anew. */
function flag(name: 'disable-on-404' | 'send-state', key: 'disableOn404' | 'sendState', doc: string): CheckKeyword {
  return {
    ...base,
    name: `http-check ${name}`,
    args: '',
    doc,
    examples: { ok: [`http-check ${name}`], bad: [`http-check ${name} now`] },
    parse: (context) => {
      warnInFrontend(context, 'http-check');
      const extra = context.args[0];
      if (extra === undefined) context.draft.settings.check[key] = true;
      else {
        const message = `'http-check' cannot handle unexpected argument '${extra.text}'.`;
        context.report({ code: 'unexpected-argument', message, word: extra });
      }
    },
  };
}

export const httpCheckKeywords: readonly CheckKeyword[] = [
  ...httpRequestKeywords,
  {
    ...base,
    name: 'http-check expect',
    args: '[min-recv <bytes>] [comment <text>] [ok-status <code>] [error-status <code>] [tout-status <code>] [on-success <format>] [on-error <format>] [status-code <expression>] [!] { { status | rstatus | string | rstring | string-lf } <pattern> | { hdr | fhdr } { name | name-lf } [-m <how>] <name> [{ value | value-lf } [-m <how>] <value>] }',
    doc: 'What the answer to a check must be; without it, a status from 200 to 399.',
    examples: {
      ok: [
        'http-check expect status 200',
        'http-check expect status 200-299,401',
        'http-check expect ! rstatus ^5',
        'http-check expect !string error',
        'http-check expect comment ready rstring (?i)ok$',
        'http-check expect hdr name X-Up value -m beg yes',
        'http-check expect ! fhdr name -m sub error',
        'http-check expect min-recv 100 string ready on-error "not ready" error-status L7STS',
      ],
      bad: [
        'http-check expect',
        'http-check expect status',
        'http-check expect status abc',
        'http-check expect rstring [a-',
        'http-check expect foo 200',
        'http-check expect hdr X-Up',
        'http-check expect hdr name X-Up value -m odd x',
        'http-check expect status 200 ok-status L9',
        'http-check expect status 200 status 300',
      ],
    },
    parse: parseExpect,
  },
  flag('disable-on-404', 'disableOn404', 'A server that answers 404 finishes its sessions and gets no new ones.'),
  flag('send-state', 'sendState', 'Tells the server its state in a header of the request.'),
  {
    ...base,
    name: 'http-check comment',
    args: '<text>',
    doc: 'A remark in the list of rules.',
    examples: { ok: ['http-check comment ready'], bad: ['http-check comment'] },
    parse: (context) => {
      warnInFrontend(context, 'http-check');
      if (context.args.length === 0) ruleProblem(context, 'http-check comment', 'expects a string as argument.');
      else {
        const check = withHttpRule(context);
        check.comment = context.args[0]!.text;
        check.lastHttpRule++;
      }
    },
  },
  httpCheckConnect,
  ...variableKeywords('http-check', parseVariable),
  {
    ...base,
    name: 'http-check',
    family: true,
    args: '<rule>',
    doc: 'Rules of checks by HTTP.',
    examples: { ok: [], bad: ['http-check', 'http-check frob'] },
    parse: (context) => {
      warnInFrontend(context, 'http-check');
      const got = context.args[0];
      if (isVariableRule(got?.text ?? '')) {
        parseVariable(context);
        return;
      }
      const message = `'http-check' only supports ${RULES}. but got '${got?.text ?? ''}'`;
      const invented = context.strict ? undefined : inventedRule(context.args);
      if (invented !== undefined) {
        const help = `Taken as "${invented.map((word) => word.text).join(' ')}".`;
        const fix = replaceLine(context.line, quoteWords(invented.map((word) => word.text)));
        context.report({ code: 'invented-keyword', severity: 'warning', message, word: got, help, fix });
        context.readInstead(invented.map((word) => ({ ...word, span: got!.span })));
        return;
      }
      const help = got === undefined ? undefined : inventedRuleHelp(got.text);
      context.report({ code: 'unknown-keyword', message, word: got, help });
    },
  },
];
