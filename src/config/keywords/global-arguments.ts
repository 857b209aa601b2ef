/** What the keywords of `global` that have no effect here take: HAProxy refuses other arguments, measured with 2.6. */
import { statSync } from 'node:fs';
import type { GlobalDraft } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { cpuMapProblem } from './cpu-map.ts';
import type { GlobalContext } from './global-shapes.ts';

interface Problem {
  readonly message: string;
  readonly tight?: boolean;
}

interface Rule {
  readonly maxArgs?: number;
  /** What is wrong with the first argument (empty where there is none); `old`: to HAProxy 2.6, and nothing newer counts. */
  readonly problem?: (text: string, name: string, context: GlobalContext, old: boolean) => string | Problem | undefined;
}

const expects = (name: string, what: string) => `'${name}' expects ${what}`;

/** A number, whatever it is read from; `least` and what is said below it. */
function number(
  least = Number.NEGATIVE_INFINITY,
  below = 'a positive numeric value.',
  missing = 'an integer argument.',
) {
  return {
    maxArgs: 1,
    problem: (text, name) => {
      if (text === '') return missing === '' ? undefined : expects(name, missing);
      return leadingInteger(text) < least ? expects(name, below) : undefined;
    },
  } satisfies Rule;
}

function between(least: number, most: number, what: string, missing = what): Rule {
  return {
    maxArgs: 1,
    problem: (text, name) => {
      if (text === '') return missing === '' ? undefined : expects(name, missing);
      const value = leadingInteger(text);
      return value < least || value > most ? expects(name, what) : undefined;
    },
  };
}

/** One of these words; those in `newer` came after 2.6. */
function choice(words: readonly string[], list: string, newer: readonly string[] = []): Rule {
  return {
    maxArgs: 1,
    problem: (text, name, _context, old) =>
      words.includes(text) || (!old && newer.includes(text))
        ? undefined
        : expects(name, `either ${list} but got '${text}'.`),
  };
}

function time(missing: string | undefined, most = 0x7fffffff, unit: 'ms' | 's' = 'ms'): NonNullable<Rule['problem']> {
  return (text, name) => {
    if (text === '') return missing === undefined ? undefined : expects(name, missing);
    const parsed = parseDuration(text, unit);
    if (parsed.ok && parsed.value <= most) return undefined;
    if (parsed.ok || parsed.reason === 'overflow') {
      const limit = most === 0xffff ? '65535 ms.' : '2147483647 ms (~24.8 days).';
      return { message: `timer overflow in argument <${text}> to <${name}>, maximum value is ${limit}`, tight: true };
    }
    return { message: `unexpected character '${parsed.character}' in argument to <${name}>.`, tight: true };
  };
}

const luaTime: Rule = {
  problem: (text, name) => {
    const parsed = parseDuration(text);
    if (parsed.ok) return undefined;
    if (parsed.reason === 'unexpected') return `${name}: invalid timeout`;
    return `timer overflow in argument <${text}> to <${name}> (maximum value is 2147483647 ms or ~24.8 days)`;
  },
};

const size: Rule = {
  problem: (text, name, _context, old) =>
    /^\d*$/.test(text) || (!old && /^\d+[kmg]$/i.test(text)) || /^-\d+$/.test(text)
      ? undefined
      : `${name}: '${text}' is an invalid size`,
};

const flag: Rule = { maxArgs: 0 };
const file: NonNullable<Rule['problem']> = (text, name, { strict }) =>
  strict && !exists(text) ? `'${name}': unable to load DH parameters from file <${text}>.` : undefined;

function exists(path: string, directory = false): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (!directory || found.isDirectory());
}

const needed =
  (missing: string, next?: Rule['problem']): NonNullable<Rule['problem']> =>
  (text, name, context, old) =>
    text === '' ? missing.replace('KW', name) : next?.(text, name, context, old);

const onOff = choice(['on', 'off'], "'on' or 'off'", ['fair', 'full', 'auto']);
const percent = between(0, 100, 'an integer argument between 0 and 100.');
const ratio = between(0, 100, 'a numeric value between 0 and 100.', '');
const EXTRA_FILES = ['none', 'all', 'bundle', 'sctl', 'ocsp', 'issuer', 'key'];

function rules(names: string, rule: Rule): readonly (readonly [string, Rule])[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, rule] as const);
}

const byName: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...rules(
    `busy-polling no-memory-trimming noepoll noevports nokqueue nopoll nosplice nogetaddrinfo
     h1-accept-payload-with-any-method h2-workaround-bogus-websocket-clients insecure-setuid-wanted
     pp2-never-send-local tune.ssl.force-private-cache`,
    flag,
  ),
  ...rules(
    `tune.buffers.limit tune.buffers.reserve tune.http.cookielen tune.http.logurilen tune.maxpollevents tune.pipesize
     tune.rcvbuf.client tune.rcvbuf.server tune.recv_enough tune.runqueue-depth tune.sndbuf.client tune.sndbuf.server
     maxsslrate maxzlibmem maxpipes fd-hard-limit`,
    number(),
  ),
  ...rules(
    `tune.ssl.cachesize tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.hard-maxrecord
     tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size maxsslconn`,
    number(0),
  ),
  ['tune.maxrewrite', number(0, 'a positive integer argument.')],
  ['tune.bufsize', number(1, 'a positive integer argument.')],
  ['tune.maxaccept', number()],
  [
    'tune.ssl.default-dh-param',
    {
      maxArgs: 1,
      problem: needed("'KW' expects an integer argument.", (text, name) =>
        leadingInteger(text) >= 0 && leadingInteger(text) < 1024 ? expects(name, 'a value >= 1024.') : undefined,
      ),
    },
  ],
  [
    'set-dumpable',
    {
      problem: (text, name, _context, old) =>
        old && text !== '' ? `'${name}' cannot handle unexpected argument '${text}'.` : undefined,
    },
  ],
  ['maxcomprate', number(undefined, undefined, 'an integer argument in kb/s.')],
  ...rules('tune.h2.initial-window-size tune.h2.max-concurrent-streams', number(0, undefined, '')),
  ['tune.comp.maxlevel', between(1, 9, 'a numeric value between 1 and 9')],
  ['tune.fail-alloc', ratio],
  ['tune.h2.header-table-size', between(4096, 65536, 'a numeric value between 4096 and 65536.')],
  ['tune.h2.max-frame-size', between(16384, 16777215, 'a numeric value between 16384 and 16777215.')],
  ['tune.http.maxhdr', between(1, 32767, 'a numeric value between 1 and 32767', 'an integer argument.')],
  ...rules('tune.pool-high-fd-ratio tune.pool-low-fd-ratio maxcompcpuusage', percent),
  ['tune.peers.max-updates-at-once', between(1, Number.POSITIVE_INFINITY, 'an integer argument greater than 0.')],
  [
    'tune.pattern.cache-size',
    {
      problem: (text, name) =>
        leadingInteger(text) < 0 || text === '' ? expects(name, 'a positive numeric value') : undefined,
    },
  ],
  ...rules('tune.idle-pool.shared tune.listener.multi-queue tune.sched.low-latency tune.ssl.keylog', onOff),
  ['profiling.tasks', choice(['on', 'auto', 'off'], "'on', 'auto', or 'off'")],
  ['tune.idletimer', { maxArgs: 1, problem: time('a timer value between 0 and 65535 ms.', 65535) }],
  [
    'tune.ssl.lifetime',
    { maxArgs: 1, problem: time('ssl sessions <lifetime> in seconds as argument.', undefined, 's') },
  ],
  ...rules('tune.lua.service-timeout tune.lua.session-timeout tune.lua.task-timeout', luaTime),
  ...rules('close-spread-time grace', { problem: time('<time> as argument.') }),
  ...['check', 'global', 'proc', 'reqres', 'sess', 'txn'].map(
    (scope) => [`tune.vars.${scope}-max-size`, size] as const,
  ),
  [
    'tune.lua.forced-yield',
    { problem: (text, name) => (/^-?\d*$/.test(text) ? undefined : `${name}: invalid number`) },
  ],
  [
    'tune.lua.maxmem',
    {
      problem: needed("'KW' expects an integer argument (Lua memory size in MB).", (text, name) => {
        const odd = /^-?\d*(\D)/.exec(text)?.[1];
        return odd === undefined ? undefined : `${name}: invalid number ${text} (error at '${odd}')`;
      }),
    },
  ],
  [
    'master-worker',
    {
      maxArgs: 1,
      problem: (text, name) =>
        text === '' || text === 'no-exit-on-failure'
          ? undefined
          : `'${name}' only supports 'no-exit-on-failure' option.`,
    },
  ],
  [
    'thread-groups',
    {
      maxArgs: 1,
      problem: (text, name, _context, old) => {
        if (!/^-?\d+$/.test(text)) return `'${name}' passed a missing or unparsable integer value in '${text}'`;
        const most = old ? 1 : 64;
        const fits = Number(text) >= 1 && Number(text) <= most;
        return fits ? undefined : `'${name}' value must be between 1 and ${most} (was ${text})`;
      },
    },
  ],
  ['cpu-map', { problem: (_text, _name, { args }) => cpuMapProblem(args.map((word) => word.text)) }],
  [
    'h1-case-adjust',
    {
      maxArgs: 2,
      problem: (text, name, { args }) => {
        const to = args[1]?.text ?? '';
        if (text === '' || to === '') return expects(name, '<from> and <to> as argument.');
        return text.toLowerCase() === to.toLowerCase() ? undefined : '<from> and <to> must not differ execpt the case';
      },
    },
  ],
  ['h1-case-adjust-file', { maxArgs: 1, problem: needed("'KW' expects <file> as argument.") }],
  [
    'httpclient.resolvers.prefer',
    {
      maxArgs: 1,
      problem: (text, name) => (/^ipv[46]$/.test(text) ? undefined : expects(name, "'ipv4' or 'ipv6' as argument.")),
    },
  ],
  [
    'httpclient.ssl.verify',
    {
      maxArgs: 1,
      problem: (text, name) =>
        /^(?:none|required)$/.test(text) ? undefined : expects(name, "'none' or 'required' as argument."),
    },
  ],
  ['httpclient.resolvers.id', { maxArgs: 1 }],
  ['httpclient.ssl.ca-file', { maxArgs: 1 }],
  ['server-state-base', { problem: needed("'KW' expects one argument: a directory path.") }],
  ['cluster-secret', { maxArgs: 1, problem: needed('expects an ASCII string argument.') }],
  ['ssl-dh-param-file', { maxArgs: 1, problem: needed("'KW' expects a file path as an argument.", file) }],
  [
    'ssl-load-extra-files',
    {
      problem: (_text, name, { args }) =>
        args.length > 0 && args.every((word) => EXTRA_FILES.includes(word.text))
          ? undefined
          : expects(name, 'one or multiple arguments (none, all, bundle, sctl, ocsp, issuer).'),
    },
  ],
  ['ssl-propquery', { problem: needed("global statement 'KW' expects a property string as an argument.") }],
  ['ssl-provider', { problem: needed("global statement 'KW' expects a valid engine provider name as an argument.") }],
  ['ssl-provider-path', { problem: needed("global statement 'KW' expects a directory path as an argument.") }],
  [
    'issuers-chain-path',
    {
      maxArgs: 1,
      problem: needed("global statement 'KW' expects a directory path as an argument.", (text, name, { strict }) =>
        !strict || exists(text, true)
          ? undefined
          : `global statement '${name}'${exists(text) ? `: ${text} is not a directory.` : ' expects a directory path as an argument.'}`,
      ),
    },
  ],
]);

/** What only some builds of 2.6 have, and those of the distributions have not. */
const UNBUILT = /^(?:ssl-engine|tune\.memory-pools|profiling\.memory|51degrees-.*|deviceatlas-.*|wurfl-.*)$/;

/** The definition with its arguments looked at, where it is known what they must be. */
export function withArguments(definition: KeywordDefinition<GlobalDraft>): KeywordDefinition<GlobalDraft> {
  const { name } = definition;
  const rule = byName.get(name);
  if (rule === undefined && !UNBUILT.test(name)) return definition;
  return {
    ...definition,
    ...(rule?.maxArgs === undefined ? {} : { maxArgs: rule.maxArgs }),
    parse(context) {
      const { config, strict, args } = context;
      const old = strict && config.target === '2.6';
      if (old && UNBUILT.test(name)) {
        context.report({ code: 'unknown-keyword', message: `unknown keyword '${name}' in 'global' section` });
        return;
      }
      const found = rule?.problem?.(args[0]?.text ?? '', name, context, old);
      if (found === undefined) return;
      const problem = typeof found === 'string' ? { message: found } : found;
      const code = args[0] === undefined ? 'missing-argument' : 'invalid-argument';
      context.report({ code, word: args[0], ...problem });
    },
  };
}
