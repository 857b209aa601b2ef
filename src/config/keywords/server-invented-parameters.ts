/**
 * Words that guides put on a `server` line and HAProxy never had. Where their meaning is plain they are done, with a
 * warning; `--strict` refuses them as HAProxy does. The directives of the backend are made in apply-invented-checks.ts.
 */
import { replaceWord } from '../fix.ts';
import type { InventedCheck } from '../invented-check.ts';
import type { KeywordDefinition, Word } from '../keyword.ts';
import type { ServerDraft } from '../server-draft.ts';
import { suggest } from '../suggest.ts';
import { serverCheckParameters } from './server-check-parameters.ts';
import { type ServerContext, serverSections } from './server-parameter-shapes.ts';
import { serverParameters } from './server-parameters.ts';

interface Invention {
  readonly name: string;
  readonly args: string;
  readonly takes: number | ((following: readonly Word[]) => number);
  /** The real directive, for every message about the word. */
  readonly help: string;
  readonly ok: string;
  readonly bad: string;
  /** What the arguments say; undefined where that is not plain. */
  readonly meaning?: (
    args: readonly string[],
    context: ServerContext,
  ) => Omit<InventedCheck, 'first' | 'spans'> | undefined;
  /** The parameter of HAProxy that is meant. */
  readonly alias?: string;
}

const REQUEST_HELP = 'The request is the backend\'s affair: write "option httpchk GET <uri>" there.';
const EXPECT_HELP =
  'The answer wanted is the backend\'s affair: write "http-check expect status 200" or "http-check expect string <text>" there.';
const TIMEOUT_HELP = 'Write "timeout check <time>" in the backend.';
const INTERVAL_HELP = 'Write "inter <time>".';

const PATTERNS = /^!?(?:status|rstatus|string|rstring)$/;
const STATUSES = /^\d{3}(?:-\d{3})?(?:,\d{3}(?:-\d{3})?)*$/;
const METHOD = /^[A-Z]+$/;

const inventions: readonly Invention[] = [
  ...['uri', 'path'].map(
    (name): Invention => ({
      name,
      args: '<uri>',
      takes: 1,
      help: REQUEST_HELP,
      ok: `check ${name} /healthz`,
      bad: `check ${name}`,
      meaning: ([uri = '']) => (uri.startsWith('/') ? { uri } : undefined),
    }),
  ),
  {
    name: 'method',
    args: '<method>',
    takes: 1,
    help: 'The request is the backend\'s affair: write "option httpchk <method> <uri>" there.',
    ok: 'check method HEAD',
    bad: 'check method',
    meaning: ([method = '']) => (METHOD.test(method.toUpperCase()) ? { method: method.toUpperCase() } : undefined),
  },
  {
    name: 'httpchk',
    args: '[<method>] <uri> [<version>]',
    takes: (following) => {
      const at = METHOD.test(following[0]?.text ?? '') ? 1 : 0;
      return at + 1 + (/^HTTP\/\d/.test(following[at + 1]?.text ?? '') ? 1 : 0);
    },
    help: REQUEST_HELP,
    ok: 'check httpchk GET /healthz',
    bad: 'check httpchk',
    meaning: (args) => {
      const [method, uri = '', version] = METHOD.test(args[0] ?? '') ? args : [undefined, ...args];
      if (!uri.startsWith('/')) return undefined;
      return { uri, ...(method === undefined ? {} : { method }), ...(version === undefined ? {} : { version }) };
    },
  },
  {
    name: 'expect',
    args: '[status | string | rstatus | rstring] <pattern>',
    takes: (following) => {
      const at = following[0]?.text === '!' ? 1 : 0;
      return at + (PATTERNS.test(following[at]?.text ?? '') ? 2 : 1);
    },
    help: EXPECT_HELP,
    ok: 'check uri / expect string OK',
    bad: 'check uri / expect',
    meaning: (args) => {
      const [first = ''] = args;
      if (args.length > 1) return args.includes('') ? undefined : { expect: args };
      return first === '' || first === '!'
        ? undefined
        : { expect: [STATUSES.test(first) ? 'status' : 'string', first] };
    },
  },
  {
    name: 'status',
    args: '<status>',
    takes: 1,
    help: EXPECT_HELP,
    ok: 'check uri / status 200',
    bad: 'check uri / status fine',
    meaning: ([status = '']) => (STATUSES.test(status) ? { expect: ['status', status] } : undefined),
  },
  {
    name: 'timeout',
    args: '<time>',
    takes: 1,
    help: TIMEOUT_HELP,
    ok: 'check timeout 3s',
    bad: 'timeout 3s',
    // Behind `check` it can only be the check's; elsewhere it might be any.
    meaning: ([timeout = ''], { line, draft }) => {
      const before = line.words.slice(
        0,
        line.words.findIndex((word) => word.text === 'timeout'),
      );
      const ofCheck = draft.settings.check.enabled || before.some((word) => word.text === 'check');
      return ofCheck && /^\d/.test(timeout) ? { timeout } : undefined;
    },
  },
  ...['interval', 'check-interval'].map(
    (name): Invention => ({
      name,
      args: '<time>',
      takes: 1,
      help: INTERVAL_HELP,
      ok: `check ${name} 5s`,
      bad: `check ${name}`,
      alias: 'inter',
    }),
  ),
];

/** Words that have no plain meaning here, and where to look instead. */
const elsewhere: Readonly<Record<string, string>> = {
  header: 'Write "http-check send meth GET uri / ver HTTP/1.1 hdr <name> <value>" in the backend.',
  host: 'Write "http-check send meth GET uri / ver HTTP/1.1 hdr Host <name>" in the backend.',
  http: 'Write "option httpchk GET /" in the backend, and "check" here.',
  https: 'Write "option httpchk GET /" in the backend, and "check check-ssl" here.',
  tcp: '"check" alone connects by TCP.',
  string: EXPECT_HELP,
  'connect-timeout':
    'No directive limits the connection of a check alone: "timeout connect" limits it for sessions and checks, "timeout check" the whole check.',
  fails: 'Write "fall <count>".',
  failures: 'Write "fall <count>".',
  retries:
    'Bad checks before a server is down are "fall <count>"; attempts to connect are "retries <count>" in the backend.',
  'http-check': REQUEST_HELP,
  option: 'Options are lines of their own in the backend.',
};

/** What to say about a word that is no parameter: the real directive. */
export function helpForUnknownParameter(word: string): string | undefined {
  const known = inventions.find((each) => each.name === word);
  if (known !== undefined) return known.help;
  if (Object.hasOwn(elsewhere, word)) return elsewhere[word];
  if (word.startsWith('/')) return REQUEST_HELP;
  const [name = '', assigned] = word.split('=');
  if (assigned === undefined) return undefined;
  if (name === 'max_fails') return 'That is nginx: write "check fall <count>".';
  if (name === 'fail_timeout') return 'That is nginx: write "check inter <time>".';
  const real = serverParameters.find((each) => each.name === name);
  return real === undefined ? undefined : `Write "${assigned === '' ? name : `${name} ${assigned}`}".`;
}

/** HAProxy's words for a parameter it does not know, without the frame of the line. */
export function unknownParameter(word: string): string {
  const near = suggest(
    word,
    serverParameters.map((definition) => definition.name),
  );
  return near === undefined
    ? `unknown keyword '${word}'.`
    : `unknown keyword '${word}'; did you mean '${near}' maybe ?`;
}

function parse(invention: Invention, context: ServerContext): void {
  const { draft, line, args } = context;
  const message = unknownParameter(invention.name);
  const position = line.words.findIndex((word) => word.span === args[0]?.span) - 1;
  const word = position < 0 ? line.words.findLast((each) => each.text === invention.name) : line.words[position];
  const until = args.at(-1) ?? word;
  if (invention.alias !== undefined) {
    const failed = args.length === 0;
    const help = failed ? invention.help : `Taken as "${invention.alias} ${args[0]!.text}".`;
    const severity = failed ? 'alert' : 'warning';
    const fix = failed || word === undefined ? undefined : replaceWord(word, invention.alias);
    context.report({ code: 'invented-keyword', severity, message, word, until, help, fix });
    const real = serverCheckParameters.find((each) => each.name === invention.alias);
    if (!failed) real?.parse?.(context);
    return;
  }
  const texts = args.map((each) => each.text);
  const meaning = invention.meaning?.(texts, context);
  const { settings } = draft;
  if (meaning === undefined || word === undefined) {
    context.report({ code: 'unknown-keyword', message, word, until, help: invention.help });
    return;
  }
  const span = { ...word.span, end: until?.span.end ?? word.span.end };
  const first =
    settings.invented?.first.span.line === line.number ? settings.invented.first : { text: word.text, span };
  const spans = [...(settings.invented?.spans ?? []), span];
  settings.invented = { ...settings.invented, ...meaning, first, spans };
}

/** Read where HAProxy's own parameters are, but not with `--strict`. */
export const serverInventedParameters: readonly KeywordDefinition<ServerDraft>[] = inventions.map((invention) => ({
  name: invention.name,
  sections: serverSections,
  args: invention.args,
  support: { kind: 'yes' },
  doc: invention.help,
  takes: invention.takes,
  examples: { ok: [invention.ok], bad: [invention.bad] },
  parse: (context) => parse(invention, context),
}));
