/** Proxy keywords that act on HTTP. In mode tcp HAProxy ignores them; in mode http only the stats page exists so far. */

import { missingInCondition } from '../../expressions/support.ts';
import { readCondition, requireCondition } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext, SectionKind } from '../keyword.ts';
import { noteRule } from '../rule-order.ts';
import { backends, everyProxy, noEffect, requireArgument } from './common-shapes.ts';
import { errorFileProblem } from './error-files.ts';
import { checkAction, readRule } from './http-actions.ts';
import { readCapture, readCompression } from './http-plain-arguments.ts';
import { withArguments } from './http-setting-arguments.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;

const HTTP_ONLY = 'it acts on HTTP only, which hapax does not forward yet';

function parseErrorFile(context: Context): void {
  const problem = errorFileProblem(context.args, 'errorfile : expects <status_code> and <file> as arguments.');
  if (problem !== undefined) context.report(problem);
}

function quiet(
  name: string,
  args: string,
  sections: readonly SectionKind[],
  doc: string,
  example: string,
  /** What HAProxy says when there is no argument. */
  missing?: string,
): Definition {
  const definition = noEffect<ProxyDraft>({ name, args, sections, doc, because: HTTP_ONLY, mode: 'http', example });
  if (missing === undefined) return definition;
  const parse = (context: Context) => void requireArgument(context, missing);
  return { ...definition, examples: { ok: definition.examples.ok, bad: [name] }, parse };
}

/** `force-persist` and `ignore-persist`. */
function persistence(name: string, doc: string): Definition {
  const sections: readonly SectionKind[] = ['backend', 'listen'];
  const args = '{ if | unless } <condition>';
  return {
    ...quiet(name, args, sections, doc, `${name} if TRUE`),
    examples: { ok: [`${name} if TRUE`], bad: [name, `${name} foo`, `${name} if nosuch`] },
    parse(context) {
      const words = requireCondition(context, context.args, `'${name}'`);
      if (words === undefined) return;
      const message = (problem: string) => `error detected while parsing a '${name}' rule : ${problem}.`;
      readCondition(context, words, { place: 'backend http-request header rule', message });
    },
  };
}

const monitorFail: Definition = {
  name: 'monitor',
  sections: ['frontend', 'listen'],
  args: 'fail { if | unless } <condition>',
  support: { kind: 'yes' },
  mode: 'http',
  doc: 'When monitor-uri answers that something is wrong; without effect in mode tcp.',
  examples: { ok: ['monitor fail if TRUE'], bad: ['monitor', 'monitor fail', 'monitor fail if nosuch', 'monitor foo'] },
  parse(context) {
    const [fail, ...rest] = context.args;
    if (fail?.text !== 'fail') {
      context.report({ code: 'unknown-keyword', message: "'monitor' only supports 'fail'.", word: fail });
      return;
    }
    const words = requireCondition(context, rest, "'monitor fail'");
    if (words === undefined) return;
    const message = (problem: string) => `error detected while parsing a 'monitor fail' condition : ${problem}.`;
    noteRule(context, 'monitor fail');
    const read = readCondition(context, words, { message });
    if (read === undefined) return;
    if (missingInCondition(read) === undefined) context.draft.monitorFail.push(read);
    else context.draft.httpRules.push({ name: 'monitor fail', span: context.line.words[0]!.span });
  },
};

/** Rules on requests and answers: ignored with one warning in mode tcp, an error in mode http (checks/http-rules.ts, checks/http-forwarding.ts). */
function rule(name: string, example: string): Definition {
  return {
    name,
    sections: everyProxy,
    args: '<action> [{ if | unless } <condition>]',
    support: { kind: 'no-effect', because: 'HAProxy ignores it in mode tcp, with a warning; an error in mode http' },
    mode: 'http',
    doc: 'A rule for HTTP.',
    examples: { ok: [example], bad: name === 'redirect' ? [] : [name, `${name} frob`] },
    parse(context) {
      const { draft } = context;
      const span = context.line.words[0]!.span;
      if (!checkAction(context, name)) return;
      if (!readRule(context, name)) return;
      if (draft.kind !== 'defaults' || (draft.name !== '' && name !== 'redirect')) draft.httpRules.push({ name, span });
      else {
        const where = draft.name === '' && name !== 'redirect' ? "anonymous 'defaults'" : "'defaults'";
        const message = `'${name}' not allowed in ${where} section.`;
        context.report({ code: 'not-in-defaults', message, word: context.line.words[0] });
      }
    },
  };
}

const definitions: readonly Definition[] = [
  {
    ...quiet(
      'errorfile',
      '<code> <file>',
      everyProxy,
      'The answer to failed HTTP requests.',
      'errorfile 503 /dev/null',
    ),
    examples: {
      ok: ['errorfile 503 /dev/null'],
      bad: ['errorfile', 'errorfile 503 /nonexistent', 'errorfile 299 /dev/null'],
    },
    parse: parseErrorFile,
  },
  quiet(
    'errorfiles',
    '<section> [<code>*]',
    everyProxy,
    'Answers of an http-errors section.',
    'errorfiles pages',
    'errorfiles : expects <name> as argument.',
  ),
  quiet(
    'errorloc',
    '<code> <url>',
    everyProxy,
    'Redirects failed requests.',
    'errorloc 503 http://x/',
    'errorloc : expects <status_code> and <url> as arguments.',
  ),
  quiet(
    'errorloc302',
    '<code> <url>',
    everyProxy,
    'Redirects failed requests.',
    'errorloc302 503 http://x/',
    'errorloc302 : expects <status_code> and <url> as arguments.',
  ),
  quiet(
    'errorloc303',
    '<code> <url>',
    everyProxy,
    'Redirects failed requests.',
    'errorloc303 503 http://x/',
    'errorloc303 : expects <status_code> and <url> as arguments.',
  ),
  quiet(
    'http-error',
    'status <code> ...',
    everyProxy,
    'An answer of hapax.',
    'http-error status 503',
    'http-error : expects at least a <status> as arguments.',
  ),
  {
    ...quiet(
      'compression',
      '{ algo | type | offload } ...',
      everyProxy,
      'Compresses answers.',
      'compression algo gzip',
    ),
    examples: { ok: ['compression algo gzip', 'compression offload'], bad: ['compression', 'compression algo zip'] },
    parse: readCompression,
  },
  {
    ...quiet(
      'capture',
      '{ request | response } header <name> len <n>',
      ['frontend', 'listen'],
      'Logs headers.',
      'capture request header Host len 10',
    ),
    examples: {
      ok: ['capture request header Host len 10', 'capture cookie x len 5'],
      bad: ['capture request header Host'],
    },
    parse: readCapture,
  },
  quiet(
    'declare',
    'capture ...',
    ['frontend', 'listen'],
    'Reserves room for captures.',
    'declare capture request len 10',
  ),
  {
    name: 'unique-id-format',
    sections: everyProxy,
    args: '<format>',
    support: { kind: 'yes' },
    doc: 'The id of a check, `%[unique-id]` in its rules. Requests get none: hapax does not forward HTTP yet.',
    examples: { ok: ['unique-id-format %pid'], bad: ['unique-id-format', 'unique-id-format %nosuch'] },
    parse(context) {
      const format = requireArgument(context, 'unique-id-format expects an argument.');
      if (format === undefined) return;
      context.draft.settings.formats['unique-id-format'] = { name: format.text, span: format.span };
    },
  },
  quiet(
    'unique-id-header',
    '<name>',
    everyProxy,
    'Sends the id of the request.',
    'unique-id-header X-Id',
    'unique-id-header expects an argument.',
  ),
  quiet(
    'http-send-name-header',
    '<name>',
    backends,
    'Tells a server its name.',
    'http-send-name-header X-Server',
    "'http-send-name-header' requires a header string.",
  ),
  quiet(
    'http-reuse',
    '{ never | safe | aggressive | always }',
    backends,
    'Shares connections.',
    'http-reuse safe',
    "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.",
  ),
  quiet(
    'max-keep-alive-queue',
    '<number>',
    backends,
    'When to leave a server.',
    'max-keep-alive-queue 10',
    "'max-keep-alive-queue' expects expects an integer value (or -1 to disable)",
  ),
  quiet(
    'dynamic-cookie-key',
    '<key>',
    backends,
    'Key of generated cookies.',
    'dynamic-cookie-key x',
    "'dynamic-cookie-key' expects <secret_key> as argument.",
  ),
  quiet(
    'retry-on',
    '<event*>',
    backends,
    'What is retried in HTTP.',
    'retry-on all-retryable-errors',
    "'retry-on' needs at least one keyword to specify when to retry",
  ),
  persistence('force-persist', 'Obeys cookies of servers that are down.'),
  persistence('ignore-persist', 'Ignores cookies.'),
  monitorFail,
  quiet('log-steps', '<steps>', everyProxy, 'When HTTP lines are written.', 'log-steps accept'),
  {
    ...quiet(
      'cookie',
      '<name> [option*]',
      backends,
      'Keeps a client on its server by a cookie.',
      'cookie SRV insert indirect',
    ),
    examples: { ok: ['cookie SRV insert indirect nocache'], bad: ['cookie'] },
    parse(context) {
      const name = requireArgument(context, "'cookie' expects <cookie_name> as argument.");
      if (name !== undefined) context.draft.settings.cookie = name.text;
    },
  },
  rule('http-request', 'http-request deny'),
  rule('http-response', 'http-response set-header a b'),
  rule('http-after-response', 'http-after-response set-header a b'),
  rule('redirect', 'redirect scheme https'),
];

export const httpOnlyKeywords: readonly Definition[] = definitions.map(withArguments);
