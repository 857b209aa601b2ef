/** What the actions of `http-request` and its kin take, and what HAProxy says of it. None of them runs yet. */
import { variableProblem } from '../../expressions/argument-rules.ts';
import { isConditionWord } from '../conditions.ts';
import { redirectArguments } from './http-redirect.ts';
import { replyArguments } from './http-reply.ts';
import { filled, formatProblem, type ReadArguments, sampleProblem } from './http-rule-context.ts';
import { bodyWait, capture, headerDeletion, newTimeout, patternProblem } from './http-value-arguments.ts';

const none: ReadArguments = () => 0;

const words =
  (count: number, message: string): ReadArguments =>
  (args) =>
    args.slice(0, count).filter(filled).length < count ? { message } : count;

/** So many words, the last of them a format. */
const format =
  (count: number, message: string): ReadArguments =>
  (args, rule) => {
    if (args.slice(0, count).filter(filled).length < count) return { message };
    return formatProblem(args[count - 1]!, rule) ?? count;
  };

/** So many words, the last a format, and nothing behind them but a condition. */
const exactly =
  (count: number, message: string): ReadArguments =>
  (args, rule) => {
    const wanted = args.slice(0, count);
    const after = args[count];
    const bad = wanted.filter(filled).length < count || (after !== undefined && !isConditionWord(after));
    if (bad || isConditionWord(wanted[0])) return { message };
    const pattern = count === 2 ? patternProblem(wanted[0]!, 'failed to parse the regex : ') : undefined;
    return pattern ?? formatProblem(wanted[count - 1]!, rule) ?? count;
  };

const replacement: ReadArguments = (args, rule) => {
  if (args.slice(0, 3).filter(filled).length < 3) return { message: 'expects exactly 3 arguments' };
  return patternProblem(args[1]!) ?? formatProblem(args[2]!, rule) ?? 3;
};

const sample: ReadArguments = (args, rule) => sampleProblem(args[0], rule) ?? 1;

const trackedSample: ReadArguments = (args, rule) => {
  const number = Number(/\d+$/.exec(rule.action.text)?.[0] ?? 0);
  if (number > 2) return { message: `${number} track-sc number exceeding 2 (MAX_SESS_STKCTR-1) value` };
  return sampleProblem(args[0], rule) ?? (args[1]?.text === 'table' ? 3 : 1);
};

const mark: ReadArguments = (args, rule) => {
  const [word] = args;
  if (!filled(word)) return { message: 'expects exactly 1 argument (integer/hex value)' };
  const odd = /^(?:0x[0-9a-f]*|\d*)(.*)$/is.exec(word.text)?.[1] ?? '';
  if (odd === '') return 1;
  if (!rule.old && sampleProblem(word, rule) === undefined) return 1;
  return { message: `invalid character starting at '${odd}' (integer/hex value expected)`, word };
};

const LEVELS = new Set('silent emerg alert crit err warning notice info debug'.split(' '));

const logLevel: ReadArguments = ([word]) =>
  LEVELS.has(word?.text ?? '') ? 1 : { message: "expects exactly 1 argument (log level name or 'silent')", word };

const onOff: ReadArguments = ([word]) => {
  if (!filled(word)) return { message: 'expects exactly 1 arguments' };
  if (word.text === 'on' || word.text === 'off') return 1;
  return { message: `Unexpected value '${word.text}'. Only 'on' and 'off' are supported`, word };
};

const service: ReadArguments = ([word]) => {
  if (!filled(word)) return { message: "'use-service' expects a service name." };
  const known = word.text === 'prometheus-exporter' || word.text.startsWith('lua.');
  return known ? 1 : { message: `'${word.text}' unknown service name.`, word };
};

const status: ReadArguments = (args) => {
  const [code, reason, text] = args;
  if (!/^[1-9]\d\d$/.test(code?.text ?? '')) {
    return { message: 'expects an integer status code between 100 and 999', word: code };
  }
  return reason?.text === 'reason' && filled(text) ? 3 : 1;
};

const authentication: ReadArguments = ([realm, text]) => {
  if (realm?.text !== 'realm') return 0;
  return filled(text) ? 2 : { message: 'missing realm value.\n', word: realm };
};

/** `set-var(txn.a)`: the name in parentheses. */
const variable =
  (next: ReadArguments): ReadArguments =>
  (args, rule) => {
    const { text } = rule.action;
    const name = /^[\w-]+\(([^,)]*)/.exec(text)?.[1];
    if (name === undefined) {
      const expects = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";
      return { message: `invalid or incomplete action '${text}'. ${expects}`, word: rule.action };
    }
    const wrong = variableProblem(name);
    return wrong === undefined ? next(args, rule) : { message: wrong, word: rule.action };
  };

/** `sc-inc-gpc(0,1)`: a counter and what it counts. */
const counter =
  (next: ReadArguments): ReadArguments =>
  (args, rule) => {
    const { text } = rule.action;
    const [, name = '', list] = /^([\w-]+)(?:\(([^)]*)\)?)?/.exec(text) ?? [];
    const word = rule.action;
    const gpt = name.includes('gpt');
    if (/[01]$/.test(name)) {
      if (list === undefined || (list === '' && text.endsWith(')')) || /^[0-2]$/.test(list)) return next(args, rule);
      const shown = gpt ? `'${text}'. Expects ${name}` : `. Expects ${text}`;
      return { message: `invalid stick table track ID${gpt ? ' ' : ''}${shown}(<Track ID>)`, word };
    }
    const kind = gpt ? 'gpt' : 'gpc';
    const expects = `Expects ${name}(<${kind.toUpperCase()} ID>,<Track ID>)`;
    if (list === undefined) return { message: `invalid ${kind} ID '${text}'. ${expects}`, word };
    if (!list.includes(',')) return { message: `Missing ${kind} ID '${text}'. ${expects}`, word };
    if (/^\d+,[0-2]$/.test(list)) return next(args, rule);
    return { message: `invalid ${kind} ID '${text}'. ${expects}`, word };
  };

const numberOrSample: ReadArguments = (args, rule) =>
  /^\d+$/.test(args[0]?.text ?? '') || args[0] === undefined ? Math.min(1, args.length) : sample(args, rule);

const resolution: ReadArguments = (args, rule) => {
  const expects = "Expects 'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'";
  const options = "Available options are 'ipv4' and 'ipv6'";
  const told = /^do-resolve\([^,)]+,[^,)]+(?:,[^)]*)?\)$/.test(rule.action.text);
  if (!told) return { message: `Can't parse '${rule.action.text}'. ${expects}. ${options}`, word: rule.action };
  if (!filled(args[0])) return { message: `Can't parse ''. ${expects}. ${options}` };
  return sample(args, rule);
};

const silence: ReadArguments = (args, { old }) => (args[0]?.text === 'rst-ttl' && !old ? 2 : 0);

/** By name without parentheses; what is missing here is of a later HAProxy, and not looked at. */
const readers: Readonly<Record<string, ReadArguments | undefined>> = {
  'wait-for-handshake': none,
  allow: none,
  reject: none,
  'disable-l7-retry': none,
  'silent-drop': silence,
  deny: replyArguments,
  tarpit: replyArguments,
  return: replyArguments,
  auth: authentication,
  redirect: redirectArguments,
  'set-log-level': logLevel,
  'set-nice': words(1, 'expects exactly 1 argument (integer value)'),
  'use-service': service,
  'send-spoe-group': words(2, 'expects 2 arguments: <engine-id> <group-id>'),
  'ot-group': words(2, 'expects: <filter-id> <group-id> [{ if | unless } ...]'),
  'do-resolve': resolution,
  'cache-use': words(1, 'expects a cache name'),
  'cache-store': words(1, 'expects a cache name'),
  'add-acl': format(1, 'expects exactly 1 arguments'),
  'del-acl': format(1, 'expects exactly 1 arguments'),
  'del-map': format(1, 'expects exactly 1 arguments'),
  'set-map': format(2, 'expects exactly 2 arguments'),
  'add-header': format(2, 'expects exactly 2 arguments'),
  'set-header': format(2, 'expects exactly 2 arguments'),
  'early-hint': format(2, 'expects exactly 2 arguments'),
  'replace-header': replacement,
  'replace-value': replacement,
  'replace-path': exactly(2, 'expects exactly 2 arguments <match-regex> and <replace-format>'),
  'replace-pathq': exactly(2, 'expects exactly 2 arguments <match-regex> and <replace-format>'),
  'replace-uri': exactly(2, 'expects exactly 2 arguments <match-regex> and <replace-format>'),
  'set-method': exactly(1, 'expects exactly 1 argument <format>'),
  'set-path': exactly(1, 'expects exactly 1 argument <format>'),
  'set-pathq': exactly(1, 'expects exactly 1 argument <format>'),
  'set-query': exactly(1, 'expects exactly 1 argument <format>'),
  'set-uri': exactly(1, 'expects exactly 1 argument <format>'),
  'del-header': headerDeletion,
  capture,
  'strict-mode': onOff,
  'set-timeout': newTimeout,
  'wait-for-body': bodyWait,
  'set-status': status,
  'set-mark': mark,
  'set-tos': mark,
  'track-sc': trackedSample,
  'set-var': variable((args, rule) => sampleProblem(args[0], rule, rule.action.text) ?? 1),
  'set-var-fmt': variable(format(1, 'expects exactly 1 arguments')),
  'unset-var': variable(none),
  'sc-inc-gpc': counter(none),
  'sc-inc-gpc0': counter(none),
  'sc-inc-gpc1': counter(none),
  'sc-set-gpt': counter(numberOrSample),
  'sc-set-gpt0': counter(numberOrSample),
  'set-dst': sample,
  'set-dst-port': sample,
  'set-src': sample,
  'set-src-port': sample,
  'set-priority-class': sample,
  'set-priority-offset': sample,
};

/** The reader of an action's arguments; undefined where hapax does not look at them. */
export function argumentsOf(action: string): ReadArguments | undefined {
  return readers[/^track-sc\d+$/.test(action) ? 'track-sc' : action.replace(/\(.*$/s, '')];
}
