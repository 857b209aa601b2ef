/** `tcp-check connect` and `http-check connect`: how a step of a check connects. */
import { parseAddress } from '../address.ts';
import { addressModel, invalidAddress } from '../address-resolution.ts';
import { leadingInteger } from '../leading-integer.ts';
import type { CheckConnectionModel, TcpCheckRule } from '../model.ts';
import { readSample } from './check-formats.ts';
import {
  addTcpRule,
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownHttpRules,
  ownTcpRules,
  ruleNotYet,
  ruleProblem,
  valueAfter,
  warnInFrontend,
  withHttpRule,
} from './check-shapes.ts';

type MutableRule = { -readonly [Key in keyof CheckConnectionModel]: CheckConnectionModel[Key] } & { comment?: string };

const TCP = 'tcp-check connect';
const HTTP = 'http-check connect';

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

function parseTcpConnect(context: CheckContext): void {
  warnInFrontend(context, 'tcp-check');
  const rules = ownTcpRules(context).tcpRules;
  if (rules.some(isStep) && !beginsWithConnect(rules)) {
    ruleProblem(context, TCP, FIRST_MUST_CONNECT);
    return;
  }
  const rule = readConnect(context, TCP);
  if (rule !== undefined) addTcpRule(context, { kind: 'connect', ...rule });
}

/** In HAProxy's words, which speak of tcp-check whichever it is. */
const FIRST_MUST_CONNECT =
  "first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a 'comment', " +
  "when there is a 'connect' step in the tcp-check ruleset.";

/** Each connection is for one request and its expectations; the next one closes what was begun before. */
function parseHttpConnect(context: CheckContext): void {
  warnInFrontend(context, 'http-check');
  const check = ownHttpRules(context);
  if (check.connection === undefined && (check.request?.explicit === true || check.expect.length > 0)) {
    ruleProblem(context, HTTP, FIRST_MUST_CONNECT);
    return;
  }
  const rule = readConnect(context, HTTP);
  if (rule === undefined) return;
  withHttpRule(context);
  const { comment, ...connection } = rule;
  if (check.connection === undefined) {
    // What stood before it now stands before the connection.
    check.actions = check.actions.map(({ action }) => ({ passed: -2, action }));
  } else if (check.request === undefined || check.expect.length === 0) {
    const step = check.lastHttpRule + 1;
    ruleProblem(context, HTTP, `unable to add http-check connect rule at step ${step} (missing expect rule)..`);
    return;
  } else {
    const { request, expect, actions } = check;
    check.rounds.push({ connection: check.connection, request, expect, actions });
    check.actions = [];
    delete check.request;
    check.expect = [];
  }
  delete check.comment;
  check.lastHttpRule++;
  check.connection = connection;
}

/** The parameters of the rule, or undefined after a report. */
function readConnect(context: CheckContext, keyword: string): MutableRule | undefined {
  const rule: MutableRule = { ssl: false };
  const { args } = context;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const name = word.text;
    if (name === 'ssl') rule.ssl = true;
    else if (name === 'default') delete rule.ssl;
    else if (name === 'send-proxy') rule.sendProxy = true;
    else if (name === 'linger') rule.linger = true;
    else if (name === 'via-socks4') rule.viaSocks4 = true;
    if (/^(?:ssl|default|linger|send-proxy|via-socks4)$/.test(name)) continue;
    const missing = Object.hasOwn(MISSING, name) ? MISSING[name] : undefined;
    if (missing === undefined) {
      ruleProblem(context, keyword, `${USAGE} but got '${name}' as argument..`, word);
      return undefined;
    }
    const value = valueAfter(context, keyword, args, at, missing);
    if (value === undefined || !setValue(context, keyword, rule, name, value)) return undefined;
    at++;
  }
  return rule;
}

function beginsWithConnect(rules: readonly TcpCheckRule[]): boolean {
  return rules.find(isStep)?.kind === 'connect';
}

/** Neither a comment nor something kept or forgotten: those may stand before a `connect`. */
function isStep({ kind }: TcpCheckRule): boolean {
  return kind !== 'comment' && kind !== 'set-var' && kind !== 'set-var-fmt' && kind !== 'unset-var';
}

/** Puts a parameter into the rule; false after a report. */
function setValue(
  context: CheckContext,
  keyword: string,
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
      return setPort(context, keyword, rule, value);
    case 'alpn':
      rule.alpn = value.text.split(',').filter((each) => each !== '');
      return true;
    case 'addr': {
      const address = parseAddress(value.text, { kind: 'plain' }, context.config.env);
      const model = address.ok ? addressModel(address.parts, context.config.hosts) : undefined;
      if (model === undefined) {
        const reason = address.ok ? invalidAddress(address.parts) : address.message;
        ruleProblem(context, keyword, `'addr' : ${reason}.`, value);
        return false;
      }
      rule.address = model;
      return true;
    }
    default:
      return checkProtocol(context, keyword, rule, value);
  }
}

/** The protocol a connection is to speak: one that carries what the rules say. */
function checkProtocol(
  context: CheckContext,
  keyword: string,
  rule: MutableRule,
  word: CheckContext['args'][number],
): boolean {
  const { text } = word;
  if (keyword === TCP && text === 'none') return true;
  if (keyword === HTTP && (text === 'h1' || text === 'h2' || text === 'fcgi')) {
    rule.protocol = text;
    return true;
  }
  if (!/^(?:none|h1|h2|fcgi|quic|spop)$/.test(text)) {
    ruleProblem(context, keyword, `'proto' : unknown MUX protocol '${text}'..`, word);
  } else if (keyword === TCP || text === 'none' || text === 'spop') {
    const ruleset = keyword === TCP ? 'tcp-check' : 'http-check';
    ruleProblem(context, keyword, `'proto' : invalid MUX protocol '${text}' for ${ruleset}.`, word);
  } else ruleNotYet(context, keyword, `proto ${text}`, word);
  return false;
}

function setPort(
  context: CheckContext,
  keyword: string,
  rule: MutableRule,
  value: CheckContext['args'][number],
): boolean {
  if (!/^\d/.test(value.text)) {
    const sample = readSample(
      context,
      keyword,
      value,
      (problem) => `error detected while parsing port expression : ${problem}.`,
    );
    if (sample === undefined) return false;
    rule.portSample = sample;
    delete rule.port;
    return true;
  }
  const port = leadingInteger(value.text);
  if (port < 1 || port > 65535) {
    const message = `expects a valid TCP port (from range 1 to 65535) or a sample expression, got ${value.text}..`;
    ruleProblem(context, keyword, message, value);
    return false;
  }
  rule.port = port;
  return true;
}

const shared = {
  sections: checkSections,
  elsewhere: 'silent',
  args: '[default] [port <port> | port <expression>] [addr <address>] [send-proxy] [via-socks4] [ssl] [sni <name>] [alpn <list>] [linger] [proto <name>] [comment <text>]',
  support: { kind: 'yes' },
} as const;

export const tcpCheckConnect: CheckKeyword = {
  ...shared,
  name: TCP,
  doc: 'Opens a connection; the first rule when there is one.',
  examples: {
    ok: [
      'tcp-check connect',
      'tcp-check connect port 110',
      'tcp-check connect addr 127.0.0.1 port 25 send-proxy linger',
      'tcp-check connect port 995 ssl sni mail.example.com comment pop',
      'tcp-check connect port var(check.port) via-socks4',
    ],
    bad: ['tcp-check connect port', 'tcp-check connect port 0', 'tcp-check connect port x', 'tcp-check connect foo'],
  },
  parse: parseTcpConnect,
};

export const httpCheckConnect: CheckKeyword = {
  ...shared,
  name: HTTP,
  doc: 'Where and how to connect for the next request.',
  examples: {
    ok: [
      'http-check connect',
      'http-check connect port 8443 ssl sni www.example.com alpn http/1.1',
      'http-check connect send-proxy comment first',
      'http-check connect ssl alpn h2 proto h2',
    ],
    bad: ['http-check connect port', 'http-check connect foo', 'http-check connect proto h9'],
  },
  parse: parseHttpConnect,
};
