/** The request of a check: `option httpchk` and `http-check send`. */
import type { HttpRequestDraft } from '../check-draft.ts';
import { type Fix, quoteWords, replaceWords } from '../fix.ts';
import type { Word } from '../keyword.ts';
import { httpRules } from './check-connect.ts';
import {
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownHttpRules,
  plainLogFormat,
  ruleNotYet,
  ruleProblem,
  selectCheck,
  valueAfter,
  warnInFrontend,
} from './check-shapes.ts';

type Request = Omit<HttpRequestDraft, 'explicit'>;
type Header = readonly [name: string, value: string];

const SEND = 'http-check send';

/** Set by the check itself, whatever the configuration says. */
const OWN_HEADERS = new Set(['content-length', 'transfer-encoding']);

function parseHttpchk(context: CheckContext): void {
  const extra = context.args[3];
  if (extra !== undefined) {
    const message = `'option httpchk' cannot handle unexpected argument '${extra.text}'.`;
    context.report({ code: 'unexpected-argument', message, word: extra });
    return;
  }
  const request = requestOfOption(context);
  if (request === undefined) return;
  const check = ownHttpRules(context);
  selectCheck(context, { kind: 'http' });
  check.request = check.request?.explicit ? mergeRequest(check.request, request) : { explicit: false, ...request };
}

/** The arguments of `option httpchk`: a URI alone, or a method, a URI and a version. */
function requestOfOption(context: CheckContext): Request | undefined {
  const words = context.args.map((word) => word.text).filter((text) => text !== '');
  const [first, uri, versionText] = words;
  if (first === undefined) return { headers: [] };
  if (uri === undefined) return { uri: first, headers: [] };
  if (versionText === undefined) return { method: first, uri, headers: [] };
  const end = versionText.indexOf('\r\n');
  if (end < 0) return { method: first, uri, version: httpVersion(versionText), headers: [] };
  const hidden = hiddenHead(context, versionText.slice(end + 2));
  return hidden && { method: first, uri, version: httpVersion(versionText.slice(0, end)), ...hidden };
}

/** Headers and body written behind the version with line ends between them, as files for old HAProxy have it. */
function hiddenHead(context: CheckContext, text: string): Pick<Request, 'headers' | 'body'> | undefined {
  const word = context.args[2];
  const blank = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
  const head = blank < 0 ? text : text.slice(0, blank);
  const body = blank < 0 ? '' : text.slice(blank + (blank === 0 ? 2 : 4));
  const headers: Header[] = [];
  for (const line of head.split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) {
      const message = `'option httpchk' : unable to parse the request '${head}'..`;
      context.report({ code: 'bad-check-rule', message, word });
      return undefined;
    }
    headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  const message =
    "'option httpchk' : hiding headers or body at the end of the version string is deprecated. " +
    "Please, consider to use 'http-check send' directive instead.";
  const kept = headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  context.report({
    code: 'deprecated',
    severity: 'warning',
    message,
    word,
    tight: true,
    fix: sendRule(context, kept, body),
  });
  return body === '' ? { headers: kept } : { headers: kept, body };
}

/** The request of `option httpchk` as a rule of its own; what it sends then is text, where `%` begins a variable. */
function sendRule(context: CheckContext, headers: readonly Header[], body: string): Fix {
  const [method, uri, version] = context.args.filter(({ text }) => text !== '').map(({ text }) => text);
  const { file, number, words } = context.line;
  const literal = (text: string) => text.replaceAll('%', '%%');
  const rule = [
    ...[
      'http-check',
      'send',
      'meth',
      method!,
      'uri',
      uri!,
      'ver',
      httpVersion(version!.slice(0, version!.indexOf('\r'))),
    ],
    ...headers.flatMap(([name, value]) => ['hdr', name, literal(value)]),
    ...(body === '' ? [] : ['body', body]),
  ];
  const text = quoteWords(rule);
  const short = replaceWords(words[0]!, words.at(-1)!, 'option httpchk');
  const below = { kind: 'insert', file, line: number, lines: [text], inSection: false } as const;
  return { title: `Write "${text}"`, edits: [...short.edits, below] };
}

/** HAProxy sends what it is given, but no version after 1.1. */
function httpVersion(text: string): string {
  return /^HTTP\/[2-9]\.\d$/.test(text) ? 'HTTP/1.1' : text;
}

/** What a later line says wins, field by field; a list of headers as a whole. */
function mergeRequest(before: HttpRequestDraft, after: Request): HttpRequestDraft {
  const { headers, ...fields } = after;
  return { ...before, ...fields, headers: headers.length > 0 ? headers : before.headers };
}

function parseSend(context: CheckContext): void {
  warnInFrontend(context, 'http-check');
  const request = readSend(context);
  if (request === undefined) return;
  const check = ownHttpRules(context);
  const rules = httpRules(check);
  if ((check.expect.length > 0 || check.request?.explicit) && context.section !== 'frontend') {
    // Each request after the first rule needs a connection of its own.
    ruleProblem(context, SEND, `unable to add http-check send rule at step ${rules + 1} (missing connect rule)..`);
    return;
  }
  check.unusedHttpRules = check.selected.kind !== 'http';
  check.request = { ...mergeRequest(check.request ?? { explicit: true, headers: [] }, request), explicit: true };
}

/** The fields of `http-check send`, or undefined after a report. */
function readSend(context: CheckContext): Request | undefined {
  const { args } = context;
  const request: { method?: string; uri?: string; version?: string; body?: string } = {};
  const headers: Header[] = [];
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]!.text;
    if (name === 'hdr') {
      const header = readHeader(context, args, at);
      if (header === undefined) return undefined;
      if (!OWN_HEADERS.has(header[0].toLowerCase())) headers.push(header);
      at++;
      continue;
    }
    const field = FIELDS[name];
    if (field === undefined) {
      const usage = "expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf'";
      ruleProblem(context, SEND, `${usage} but got '${name}' as argument..`, args[at]);
      return undefined;
    }
    const value = valueAfter(context, SEND, args, at, `'${name}' expects a string as argument..`);
    if (value === undefined) return undefined;
    if (field === 'log-format') {
      ruleNotYet(context, SEND, name, args[at]);
      return undefined;
    }
    if (field === 'version') request.version = httpVersion(value.text);
    else if (field !== 'comment') request[field] = value.text;
  }
  return { ...request, headers };
}

const FIELDS: Readonly<Record<string, 'method' | 'uri' | 'version' | 'body' | 'comment' | 'log-format' | undefined>> = {
  meth: 'method',
  uri: 'uri',
  ver: 'version',
  body: 'body',
  comment: 'comment',
  'uri-lf': 'log-format',
  'body-lf': 'log-format',
};

function readHeader(context: CheckContext, args: readonly Word[], at: number): Header | undefined {
  const name = args[at + 1]?.text ?? '';
  const value = args[at + 2];
  if (name === '' || value === undefined || value.text === '') {
    ruleProblem(context, SEND, "'hdr' expects <name> and <value> as arguments.", args[at]);
    return undefined;
  }
  const plain = plainLogFormat(value.text);
  if (plain !== undefined) return [name, plain];
  ruleNotYet(context, SEND, 'hdr with a log-format', value);
  return undefined;
}

export const httpRequestKeywords: readonly CheckKeyword[] = [
  {
    name: 'option httpchk',
    sections: checkSections,
    args: '[<uri> | <method> <uri> [<version>]]',
    support: { kind: 'yes' },
    doc: 'Checks send an HTTP request (`OPTIONS / HTTP/1.0` unless written).',
    examples: {
      ok: [
        'option httpchk',
        'option httpchk /health',
        'option httpchk GET /v1/status',
        'option httpchk GET /health HTTP/1.1',
        'option httpchk GET /health HTTP/1.1\\r\\nHost:\\ www.example.com',
      ],
      bad: ['option httpchk GET / HTTP/1.1 extra', 'no option httpchk', 'option httpchk GET / HTTP/1.1\\r\\nHost'],
    },
    parse: parseHttpchk,
  },
  {
    name: SEND,
    sections: checkSections,
    elsewhere: 'silent',
    args: '[meth <method>] [uri <uri>] [ver <version>] [hdr <name> <value>]* [body <text>] [comment <text>]',
    support: { kind: 'yes' },
    doc: 'The request of a check, part by part.',
    examples: {
      ok: [
        'http-check send meth GET uri /health ver HTTP/1.1 hdr Host www.example.com',
        'http-check send meth POST uri / body ping comment posted',
        'http-check send',
      ],
      bad: [
        'http-check send meth',
        'http-check send hdr Host',
        'http-check send method GET',
        'http-check send uri-lf /',
      ],
    },
    parse: parseSend,
  },
];
