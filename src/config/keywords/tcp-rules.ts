/** `tcp-request` and `tcp-response`: rules on connections and on their first bytes. */
import { variableProblem } from '../../expressions/argument-rules.ts';
import { checkLogFormat } from '../../expressions/check-log-format.ts';
import { checkSample } from '../../expressions/check-sample.ts';
import { missingHere } from '../../expressions/needs.ts';
import type { Place } from '../../expressions/places.ts';
import { parseSample } from '../../grammar/expression.ts';
import { isConditionWord, readCondition } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import { reportExpression, surroundings } from '../expression-context.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import { noteRule } from '../rule-order.ts';
import { suggest } from '../suggest.ts';
import { everyProxy } from './common-shapes.ts';
import { actionNames, findAction, listedActions, type TcpAction, type TcpRuleKind } from './tcp-actions.ts';

type Context = LineContext<ProxyDraft>;
type Keyword = 'tcp-request' | 'tcp-response';

/** `proxy 'l'`, `frontend 'f'`. */
function owner({ draft }: Context): string {
  const kind = draft.kind === 'listen' ? 'proxy' : draft.kind;
  return draft.kind === 'defaults'
    ? draft.name === ''
      ? 'defaults section'
      : `defaults '${draft.name}'`
    : `${kind} '${draft.name}'`;
}

function parseRule(context: Context, keyword: Keyword): void {
  const [where, ...rest] = context.args;
  const code = 'invalid-rule';
  if (where === undefined || where.text === '') {
    context.report({ code: 'missing-argument', message: `missing argument for '${keyword}' in ${owner(context)}` });
    return;
  }
  const words =
    keyword === 'tcp-request' ? ['inspect-delay', 'connection', 'session', 'content'] : ['inspect-delay', 'content'];
  if (!words.includes(where.text)) {
    const list =
      keyword === 'tcp-request' ? "'inspect-delay', 'connection', or 'content'" : "'inspect-delay' or 'content'";
    const message = `'${keyword}' expects ${list} in ${owner(context)} (got '${where.text}')`;
    context.report({ code: 'unknown-keyword', message, word: where, suggestFrom: words });
    return;
  }
  if (where.text === 'inspect-delay') {
    parseDelay(context, keyword, rest[0]);
    if (!context.failed()) checkSection(context, keyword, where);
    return;
  }
  const kind = (keyword === 'tcp-response' ? 'response' : where.text) as TcpRuleKind;
  if (!checkSection(context, keyword, where)) return;
  const name = rest[0]?.text ?? '';
  const action = findAction(kind, name);
  const title = `${keyword} ${where.text}`;
  if (action === undefined) {
    const near = suggest(name, actionNames(kind));
    const end = near === undefined ? '.' : `. Did you mean '${near}' maybe ?`;
    const message = `'${title}' expects ${listedActions(kind)} in ${owner(context)} (got '${name}')${end}`;
    context.report({ code: 'unknown-keyword', message, word: rest[0] });
    return;
  }
  const after = readArguments(context, action, rest, title);
  if (after === undefined) return;
  const condition = rest.slice(after);
  const first = condition[0];
  if (first !== undefined && !isConditionWord(first)) {
    const message = `'${title} ${name}' only accepts 'if' or 'unless', in ${owner(context)} (got '${first.text}')`;
    context.report({ code, message, word: first });
    return;
  }
  const place = placeOf(kind, context);
  const accepted = () => {
    if (kind !== 'response') noteRule(context, `tcp-request ${kind}`);
  };
  const read =
    first === undefined
      ? undefined
      : readCondition(context, condition, {
          place,
          where: `in '${title}'`,
          message: (problem) =>
            `'${title} ${name}' : error detected in ${owner(context)} while parsing '${first.text}' condition : ${problem}`,
          accepted,
        });
  if (context.failed()) return;
  if (first === undefined) accepted();
  const { span } = context.line.words[0]!;
  context.draft.tcpRules.push({
    where: kind,
    action: name,
    span: { ...span, end: context.line.words[context.line.words.length - 1]!.span.end },
    ...(read === undefined ? {} : { condition: read }),
  });
}

function placeOf(kind: TcpRuleKind, { draft }: Context): Place {
  const side = draft.kind === 'backend' || (kind === 'response' && draft.kind !== 'frontend') ? 'backend' : 'frontend';
  return kind === 'response' ? `${side} tcp-response content rule` : (`${side} tcp-request ${kind} rule` as Place);
}

/** Sections that cannot have the rule. */
function checkSection(context: Context, keyword: Keyword, where: Word): boolean {
  const { draft } = context;
  const title = `${keyword} ${where.text}`;
  const anonymous = draft.kind === 'defaults' && draft.name === '';
  let message: string | undefined;
  if (keyword === 'tcp-response') {
    if (anonymous || draft.kind === 'frontend') {
      message = `${title} is only allowed in 'backend' sections or 'defaults' section with a name`;
    }
  } else if (anonymous) message = `${title} is not allowed in anonymous 'defaults' sections`;
  else if (draft.kind === 'backend' && (where.text === 'connection' || where.text === 'session')) {
    message = `${title} is not allowed because backend ${draft.name} is not a frontend`;
  }
  if (message === undefined) return true;
  context.report({ code: 'wrong-section', message, word: context.line.words[0], until: where });
  return false;
}

function parseDelay(context: Context, keyword: Keyword, word: Word | undefined): void {
  const name = `${keyword} inspect-delay`;
  const expects = `'${name}' expects a positive delay in milliseconds, in ${owner(context)}`;
  const code = 'invalid-duration';
  if (word === undefined || word.text === '') {
    context.report({ code: 'missing-argument', message: expects });
    return;
  }
  const parsed = parseDuration(word.text);
  if (!parsed.ok) {
    const reason =
      parsed.reason === 'overflow'
        ? `timer overflow in '${word.text}', maximum value is 2147483647 ms or ~24.8 days`
        : `unexpected character '${parsed.character}'`;
    context.report({ code, message: `${expects} (${reason})`, word });
    return;
  }
  if (parsed.trailing !== undefined) {
    context.report({ code, message: `${expects} (unexpected character '${parsed.trailing}')`, word });
    return;
  }
  const { draft } = context;
  const before = keyword === 'tcp-request' ? draft.inspectDelay : draft.responseInspectDelay;
  if (before !== undefined) {
    const message = `ignoring ${name} (was already defined) in ${owner(context)}`;
    context.report({ code: 'duplicate-keyword', severity: 'warning', message, word: context.line.words[0] });
  } else if (keyword === 'tcp-request') draft.inspectDelay = parsed.value;
  else draft.responseInspectDelay = parsed.value;
}

/** Reads what an action takes; gives the position of the word after it, or undefined after reporting. */
function readArguments(context: Context, action: TcpAction, words: readonly Word[], title: string): number | undefined {
  const word = words[1];
  const code = 'invalid-rule';
  const fail = (message: string, at: Word | undefined = words[0]) => {
    context.report({ code, message, word: at });
    return undefined;
  };
  if (action.named === 'variable') {
    const name = /^[\w-]+\(([^,)]*)/.exec(words[0]!.text)?.[1];
    if (name === undefined) {
      const expects = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";
      return fail(`invalid or incomplete action '${words[0]!.text}'. ${expects}`);
    }
    const wrong = variableProblem(name);
    if (wrong !== undefined) return fail(wrong);
  }
  const { args } = action;
  if (args === 'none') return 1;
  if (args === 'any') {
    const at = words.findIndex((each, index) => index > 0 && isConditionWord(each));
    return at < 0 ? words.length : at;
  }
  if (typeof args === 'object') {
    if (words.length <= args.words || isConditionWord(words[args.words])) return fail(args.missing, words[0]);
    return args.words + 1;
  }
  const usedBy = `${title} expression`;
  if (args === 'format') {
    if (word === undefined) return 1;
    const place = placeOf(title.startsWith('tcp-response') ? 'response' : 'content', context);
    const mode = context.draft.settings.mode;
    const checked = checkLogFormat(word.text, { place, mode }, surroundings(context, usedBy));
    if (!checked.ok) reportExpression(context, [word], checked.problem, (problem) => problem);
    return checked.ok ? 2 : undefined;
  }
  const text = word === undefined || isConditionWord(word) ? '' : word.text;
  const checked = checkSample(text, parseSample(text), { inAcl: false }, surroundings(context, usedBy));
  if (!checked.ok) {
    const before = args === 'sample' ? '' : `'${title} ${words[0]!.text}' : `;
    reportExpression(context, word === undefined ? [] : [word], checked.problem, (problem) => `${before}${problem}`);
    return undefined;
  }
  const place = placeOf(title.startsWith('tcp-response') ? 'response' : (title.split(' ')[1] as TcpRuleKind), context);
  const missing = missingHere(checked.definition, place, action.named === 'variable' ? words[0]!.text : text);
  if (missing !== undefined)
    return fail(args === 'sample' ? missing : `'${title} ${words[0]!.text}' : ${missing}`, word);
  if (args === 'sample') return 2;
  if (args === 'tracked sample') return words[2]?.text === 'table' ? 4 : 2;
  if (words[2]?.text !== 'len')
    return fail(`'${title} capture' : a positive 'len' argument is mandatory`, words[2] ?? word);
  if (!(Number(words[3]?.text) > 0)) return fail(`'${title} capture' : length must be > 0`, words[3] ?? words[2]);
  return 4;
}

export const tcpRuleKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'tcp-request',
    sections: everyProxy,
    args: '{ connection | session | content | inspect-delay } <action> [{ if | unless } <condition>]',
    support: { kind: 'yes' },
    doc: 'Rules on connections and on their first bytes, in mode tcp; the actions that run are accept and reject, in frontends.',
    elsewhere: 'silent',
    examples: {
      ok: [
        'tcp-request connection reject if { src 10.0.0.0/8 }',
        'tcp-request inspect-delay 5s',
        'tcp-request content accept if { req.ssl_hello_type 1 }',
      ],
      bad: [
        'tcp-request',
        'tcp-request foo',
        'tcp-request connection',
        'tcp-request content acept',
        'tcp-request content reject foo',
        'tcp-request inspect-delay 5x',
        'tcp-request content reject if nosuch',
      ],
    },
    parse: (context) => parseRule(context, 'tcp-request'),
  },
  {
    name: 'tcp-response',
    sections: everyProxy,
    args: '{ content | inspect-delay } <action> [{ if | unless } <condition>]',
    support: { kind: 'yes' },
    listedAs: { kind: 'not-yet' },
    doc: 'Rules on the first bytes of answers.',
    elsewhere: 'silent',
    examples: {
      ok: [],
      bad: ['tcp-response', 'tcp-response foo', 'tcp-response content foo', 'tcp-response inspect-delay 5x'],
    },
    parse: (context) => parseRule(context, 'tcp-response'),
  },
];
