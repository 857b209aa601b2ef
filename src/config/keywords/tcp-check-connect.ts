/** `tcp-check connect`: how a step of a scripted check connects. */
import { leadingInteger } from '../leading-integer.ts';
import type { TcpCheckRule } from '../model.ts';
import {
  addTcpRule,
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownTcpRules,
  ruleNotYet,
  ruleProblem,
  valueAfter,
  warnInFrontend,
} from './check-shapes.ts';

type ConnectRule = Extract<TcpCheckRule, { kind: 'connect' }>;
type MutableRule = { -readonly [Key in keyof ConnectRule]: ConnectRule[Key] };

const KEYWORD = 'tcp-check connect';

const USAGE =
  "expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', 'default'";

/** Parameters with a value, and HAProxy's words when it is missing. */
const MISSING: Readonly<Record<string, string>> = {
  port: "'port' expects a port number or a sample expression as argument..",
  sni: "'sni' expects a string as argument..",
  comment: "'comment' expects a string as argument..",
  addr: "'addr' expects <ipv4|ipv6> as argument..",
  alpn: "'alpn' : missing the comma-delimited ALPN protocol suite.",
  proto: "'proto' expects a MUX protocol as argument..",
};

function parseConnect(context: CheckContext): void {
  warnInFrontend(context, 'tcp-check');
  const rule = readConnect(context);
  if (rule === undefined) return;
  const rules = ownTcpRules(context).tcpRules;
  if (rules.some((other) => other.kind !== 'comment') && !beginsWithConnect(rules)) {
    const message =
      "first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a 'comment', " +
      "when there is a 'connect' step in the tcp-check ruleset.";
    ruleProblem(context, KEYWORD, message);
    return;
  }
  addTcpRule(context, rule);
}

/** The parameters of the rule, or undefined after a report. */
function readConnect(context: CheckContext): ConnectRule | undefined {
  const rule: MutableRule = { kind: 'connect', ssl: false };
  const { args } = context;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const name = word.text;
    if (name === 'ssl') rule.ssl = true;
    // Every check that got what it wanted closes at once, `linger` or not; `default` says what hapax does anyway.
    if (name === 'ssl' || name === 'default' || name === 'linger') continue;
    if (name === 'send-proxy' || name === 'via-socks4') {
      ruleNotYet(context, KEYWORD, name, word);
      return undefined;
    }
    const missing = Object.hasOwn(MISSING, name) ? MISSING[name] : undefined;
    if (missing === undefined) {
      ruleProblem(context, KEYWORD, `${USAGE} but got '${name}' as argument..`, word);
      return undefined;
    }
    const value = valueAfter(context, KEYWORD, args, at, missing);
    if (value === undefined || !setValue(context, rule, name, value)) return undefined;
    at++;
  }
  return rule;
}

function beginsWithConnect(rules: readonly TcpCheckRule[]): boolean {
  return rules.find((rule) => rule.kind !== 'comment')?.kind === 'connect';
}

/** Puts a parameter into the rule; false after a report. */
function setValue(
  context: CheckContext,
  rule: MutableRule,
  name: string,
  value: CheckContext['args'][number],
): boolean {
  switch (name) {
    case 'sni':
      rule.sni = value.text;
      return true;
    case 'comment':
      rule.comment = value.text;
      return true;
    case 'port':
      return setPort(context, rule, value);
    default:
      ruleNotYet(context, KEYWORD, name, value);
      return false;
  }
}

function setPort(context: CheckContext, rule: MutableRule, value: CheckContext['args'][number]): boolean {
  if (!/^\d/.test(value.text)) {
    if (/^[a-z_.]+\(/i.test(value.text)) ruleNotYet(context, KEYWORD, 'port with an expression', value);
    else {
      const message = `error detected while parsing port expression : unknown fetch method '${value.text}'.`;
      ruleProblem(context, KEYWORD, message, value);
    }
    return false;
  }
  const port = leadingInteger(value.text);
  if (port < 1 || port > 65535) {
    const message = `expects a valid TCP port (from range 1 to 65535) or a sample expression, got ${value.text}..`;
    ruleProblem(context, KEYWORD, message, value);
    return false;
  }
  rule.port = port;
  return true;
}

export const tcpCheckConnect: CheckKeyword = {
  name: KEYWORD,
  sections: checkSections,
  elsewhere: 'silent',
  args: '[port <port>] [ssl] [sni <name>] [linger] [default] [comment <text>]',
  support: { kind: 'yes' },
  doc: 'Opens a connection; the first rule when there is one.',
  examples: {
    ok: [
      'tcp-check connect',
      'tcp-check connect port 110',
      'tcp-check connect port 995 ssl sni mail.example.com comment pop',
    ],
    bad: ['tcp-check connect port', 'tcp-check connect port 0', 'tcp-check connect port x', 'tcp-check connect foo'],
  },
  parse: parseConnect,
};
