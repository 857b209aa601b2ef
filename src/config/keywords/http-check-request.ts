/** The request of a check: `option httpchk` and `http-check send`. */
import type { LogFormatModel } from '../../expressions/model.ts';
import type { HttpRequestDraft } from '../check-draft.ts';
import { type Fix, quoteWords, replaceWords } from '../fix.ts';
import type { Word } from '../keyword.ts';
import type { HttpRequestForms } from '../model.ts';
import { plainText, readFormat } from './check-formats.ts';
import {
  type CheckContext,
  type CheckKeyword,
  checkSections,
  ownHttpRules,
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
  const extra = context.args[4];
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
  const [first, uri, versionText, host] = words;
  if (first === undefined) return { headers: [] };
  if (uri === undefined) return { uri: first, headers: [] };
  if (versionText === undefined) return { method: first, uri, headers: [] };
  const end = versionText.indexOf('\r\n');
  if (end < 0) {
    const base = { method: first, uri, version: httpVersion(versionText) };
    return host === undefined ? { ...base, headers: [] } : withHost(context, base);
  }
  const hidden = hiddenHead(context, versionText.slice(end + 2));
  return hidden && { method: first, uri, version: httpVersion(versionText.slice(0, end)), ...hidden };
}

/** A host behind the version is the value of the Host header (HAProxy 3.x; 2.6 refuses it). */
function withHost(context: CheckContext, request: Omit<Request, 'headers'>): Request | undefined {
  const word = context.args[3]!;
  const format = readFormat(context, 'option httpchk', word);
  if (format === undefined) return undefined;
  const plain = plainText(format);
  const headers: readonly Header[] = [['host', plain ?? word.text]];
  return { ...request, headers, ...(plain === undefined ? { forms: { headers: { 0: format } } } : {}) };
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
  const { headers, forms, ...fields } = after;
  const known = { ...before.forms };
  // A text takes the place of what was to be put together, and the other way round.
  if (after.uri !== undefined) delete known.uri;
  if (after.body !== undefined) delete known.body;
  if (headers.length > 0) delete known.headers;
  const merged: HttpRequestForms = { ...known, ...forms };
  const { forms: _, ...rest } = before;
  return {
    ...rest,
    ...fields,
    headers: headers.length > 0 ? headers : before.headers,
    ...(Object.keys(merged).length === 0 ? {} : { forms: merged }),
  };
}

function parseSend(context: CheckContext): void {
  warnInFrontend(context, 'http-check');
  const request = readSend(context);
  if (request === undefined) return;
  const check = ownHttpRules(context);
  if ((check.expect.length > 0 || check.request?.explicit) && context.section !== 'frontend') {
    // Each request after the first rule needs a connection of its own.
    const step = check.lastHttpRule + 1;
    ruleProblem(context, SEND, `unable to add http-check send rule at step ${step} (missing connect rule)..`);
    return;
  }
  check.unusedHttpRules = check.selected.kind !== 'http';
  delete check.comment;
  // Whatever stands before a request, messages count from it.
  check.lastHttpRule = 1;
  check.request = { ...mergeRequest(check.request ?? { explicit: true, headers: [] }, request), explicit: true };
}

/** The fields of `http-check send`, or undefined after a report. */
function readSend(context: CheckContext): Request | undefined {
  const { args } = context;
  const request: { method?: string; uri?: string; version?: string; body?: string } = {};
  const forms: { uri?: LogFormatModel; body?: LogFormatModel; headers?: Record<number, LogFormatModel> } = {};
  const headers: Header[] = [];
  let host: string | undefined;
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]!.text;
    if (name === 'hdr') {
      const header = readHeader(context, args, at);
      if (header === undefined) return undefined;
      if (/^host$/i.test(header.name)) {
        if (host !== undefined) {
          ruleProblem(
            context,
            SEND,
            `'${header.name}' header already defined (previous value is '${host}').`,
            args[at],
          );
          return undefined;
        }
        host = args[at + 2]!.text;
      }
      if (!OWN_HEADERS.has(header.name.toLowerCase())) {
        if (header.format !== undefined) forms.headers = { ...forms.headers, [headers.length]: header.format };
        headers.push([header.name, header.text]);
      }
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
    if (field === 'comment') continue;
    if (field === 'version') request.version = httpVersion(value.text);
    else if (field === 'uri-lf' || field === 'body-lf') {
      const key = field === 'uri-lf' ? 'uri' : 'body';
      const format = readFormat(context, SEND, value);
      if (format === undefined) return undefined;
      const plain = plainText(format);
      request[key] = plain ?? value.text;
      if (plain === undefined) forms[key] = format;
      else delete forms[key];
    } else {
      request[field] = value.text;
      if (field === 'uri' || field === 'body') delete forms[field];
    }
  }
  return { ...request, headers, ...(Object.keys(forms).length === 0 ? {} : { forms }) };
}

type Field = 'method' | 'uri' | 'version' | 'body' | 'comment' | 'uri-lf' | 'body-lf';

const FIELDS: Readonly<Record<string, Field | undefined>> = {
  meth: 'method',
  uri: 'uri',
  ver: 'version',
  body: 'body',
  comment: 'comment',
  'uri-lf': 'uri-lf',
  'body-lf': 'body-lf',
};

interface ReadHeader {
  readonly name: string;
  readonly text: string;
  /** Present where there is something to fill in. */
  readonly format?: LogFormatModel;
}

function readHeader(context: CheckContext, args: readonly Word[], at: number): ReadHeader | undefined {
  const name = args[at + 1]?.text ?? '';
  const value = args[at + 2];
  if (name === '' || value === undefined || value.text === '') {
    ruleProblem(context, SEND, "'hdr' expects <name> and <value> as arguments.", args[at]);
    return undefined;
  }
  const format = readFormat(context, SEND, value, (problem) => `${problem}.`);
  if (format === undefined) return undefined;
  const plain = plainText(format);
  return plain === undefined ? { name, text: value.text, format } : { name, text: plain };
}

export const httpRequestKeywords: readonly CheckKeyword[] = [
  {
    name: 'option httpchk',
    sections: checkSections,
    args: '[<uri> | <method> <uri> [<version> [<host>]]]',
    support: { kind: 'yes' },
    doc: 'Checks send an HTTP request (`OPTIONS / HTTP/1.0` unless written).',
    examples: {
      ok: [
        'option httpchk',
        'option httpchk /health',
        'option httpchk GET /v1/status',
        'option httpchk GET /health HTTP/1.1',
        'option httpchk GET /health HTTP/1.1 www.example.com',
        'option httpchk GET /health HTTP/1.1\\r\\nHost:\\ www.example.com',
      ],
      bad: ['option httpchk GET / HTTP/1.1 host extra', 'no option httpchk', 'option httpchk GET / HTTP/1.1\\r\\nHost'],
    },
    parse: parseHttpchk,
  },
  {
    name: SEND,
    sections: checkSections,
    elsewhere: 'silent',
    args: '[meth <method>] [uri <uri> | uri-lf <format>] [ver <version>] [hdr <name> <format>]* [body <text> | body-lf <format>] [comment <text>]',
    support: { kind: 'yes' },
    doc: 'The request of a check, part by part.',
    examples: {
      ok: [
        'http-check send meth GET uri /health ver HTTP/1.1 hdr Host www.example.com',
        'http-check send meth POST uri / body ping comment posted',
        'http-check send',
        'http-check send uri-lf "/ready/%[srv_name]" hdr Host %[be_name]',
      ],
      bad: [
        'http-check send meth',
        'http-check send hdr Host',
        'http-check send method GET',
        'http-check send uri-lf %[none]',
      ],
    },
    parse: parseSend,
  },
];
