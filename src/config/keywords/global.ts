/** `global`: what hapax acts upon. */
import { findGroup, findUser } from '../accounts.ts';
import type { GlobalDraft } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { isPlainInteger, leadingInteger } from '../leading-integer.ts';
import { requireArgument } from './common-shapes.ts';

type Context = LineContext<GlobalDraft>;
type Definition = KeywordDefinition<GlobalDraft>;

const base = { sections: ['global'], support: { kind: 'yes' } } as const;

/** A keyword without arguments that sets something. */
function flag(
  name: string,
  doc: string,
  set: (global: GlobalDraft, on: boolean) => void,
  negatable = false,
): Definition {
  return {
    ...base,
    name,
    args: '',
    doc,
    maxArgs: 0,
    ...(negatable ? { negatable: true } : {}),
    examples: { ok: negatable ? [name, `no ${name}`] : [name], bad: [`${name} yes`] },
    parse: (context) => set(context.draft, context.line.prefix !== 'no'),
  };
}

/** HAProxy keeps the first value of some keywords, with an alert that stops nothing. Answers whether that is so. */
function alreadySpecified(context: Context, isSet: boolean, what: string): boolean {
  if (!isSet) return false;
  const message = `${what} already specified. Continuing.`;
  context.report({ code: 'duplicate-keyword', message, word: context.line.words[0], harmless: true });
  return true;
}

/** A keyword with one word. */
function word(
  name: string,
  args: string,
  doc: string,
  missing: string,
  isSet: (global: GlobalDraft) => boolean,
  set: (global: GlobalDraft, text: string, context: Context) => void,
  example: string,
): Definition {
  return {
    ...base,
    name,
    args,
    doc,
    maxArgs: 1,
    examples: { ok: [`${name} ${example}`], bad: [name, `${name} ${example} extra`] },
    parse: (context) => {
      const argument = requireArgument(context, missing);
      if (argument !== undefined && !alreadySpecified(context, isSet(context.draft), `'${name}'`)) {
        set(context.draft, argument.text, context);
      }
    },
  };
}

function parseAccountNumber(context: Context, key: 'uid' | 'gid', other: 'user' | 'group'): void {
  const argument = requireArgument(context, `'${key}' expects an integer argument.`);
  if (argument === undefined) return;
  const what = key === 'uid' ? 'user/uid' : 'group/gid';
  if (alreadySpecified(context, (context.draft[key] ?? 0) !== 0, what)) return;
  if (!isPlainInteger(argument.text)) {
    context.report({
      code: 'not-a-number',
      severity: 'warning',
      message:
        ` ${key}: string '${argument.text}' is not a number.\n` +
        `   | You might want to use the '${other}' parameter to use a system ${other} name.`,
      word: argument,
    });
    return;
  }
  context.draft[key] = leadingInteger(argument.text);
}

function parseStatsTimeout(context: Context): void {
  const argument = context.args[0];
  const parsed = parseDuration(argument?.text ?? '');
  if (!parsed.ok && parsed.reason === 'unexpected') {
    const message = `'stats timeout' : unexpected character '${parsed.character}'`;
    context.report({ code: 'invalid-duration', message, word: argument });
  } else if (!parsed.ok) {
    const limit = '(maximum value is 2147483647 ms or ~24.8 days)';
    const message = `timer overflow in argument '${argument?.text}' to 'stats timeout' ${limit}.`;
    context.report({ code: 'invalid-duration', message, word: argument });
  } else if (parsed.value === 0) {
    context.report({ code: 'invalid-duration', message: "'stats timeout' expects a positive value", word: argument });
  } else context.draft.statsTimeout = parsed.value;
}

function parseHardStop(context: Context): void {
  const argument = requireArgument(context, "'hard-stop-after' expects <time> as argument.");
  if (argument === undefined) return;
  const parsed = parseDuration(argument.text);
  if (parsed.ok) context.draft.hardStopAfter = parsed.value;
  else {
    const message =
      parsed.reason === 'overflow'
        ? `timer overflow in argument '${argument.text}' to <hard-stop-after> (maximum value is 2147483647 ms or ~24.8 days).`
        : `unexpected character '${parsed.character}' in argument to <hard-stop-after>.`;
    context.report({ code: 'invalid-duration', message, word: argument });
  }
}

function parseNode(context: Context): void {
  const name = context.args[0]?.text ?? '';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    const message =
      "'node' requires valid node name - non-empty string with digits(0-9), letters(A-Z, a-z), dot(.), " +
      'hyphen(-) or underscode(_).';
    context.report({ code: 'invalid-name', message, tight: true, word: context.args[0] });
    return;
  }
  context.draft.node = name;
}

function parseMaxSpreadChecks(context: Context): void {
  const argument = requireArgument(context, "'max-spread-checks' expects an integer argument (0..50).", {
    tight: true,
  });
  if (argument === undefined) return;
  const parsed = parseDuration(argument.text);
  if (parsed.ok) context.draft.maxSpreadChecks = parsed.value;
  else {
    const character = parsed.reason === 'unexpected' ? parsed.character : '';
    const message = `unsupported character '${character}' in 'max-spread-checks' (wants an integer delay).`;
    context.report({ code: 'invalid-duration', message, word: argument, tight: true });
  }
}

export const globalKeywords: readonly Definition[] = [
  flag('daemon', 'Runs in the background.', (global) => {
    global.daemon = true;
  }),
  flag('quiet', 'Prints nothing at start.', (global) => {
    global.quiet = true;
  }),
  flag('zero-warning', 'Refuses to start when there was a warning.', (global) => {
    global.zeroWarning = true;
  }),
  {
    ...base,
    name: 'maxconn',
    args: '<number>',
    doc: 'How many connections the process accepts at a time; frontends take it over.',
    maxArgs: 1,
    examples: { ok: ['maxconn 2000'], bad: ['maxconn', 'maxconn 1 2'] },
    parse(context) {
      const argument = requireArgument(context, "'maxconn' expects an integer argument.");
      if (argument === undefined) return;
      if (alreadySpecified(context, context.draft.maxconn !== undefined, "'maxconn'")) return;
      const value = leadingInteger(argument.text);
      if (value > 0) context.draft.maxconn = value;
      else delete context.draft.maxconn;
    },
  },
  word(
    'ulimit-n',
    '<number>',
    'How many file descriptors the process may have; computed from maxconn unless written.',
    "'ulimit-n' expects an integer argument.",
    (global) => global.ulimitN !== undefined,
    (global, text) => {
      global.ulimitN = leadingInteger(text);
    },
    '65536',
  ),
  word(
    'pidfile',
    '<file>',
    'Where the process id is written.',
    "'pidfile' expects a file name as an argument.",
    (global) => global.pidfile !== undefined,
    (global, text) => {
      global.pidfile = text;
    },
    '/run/hapax.pid',
  ),
  word(
    'chroot',
    '<directory>',
    'The root directory after start.',
    "'chroot' expects a directory as an argument.",
    (global) => global.chroot !== undefined,
    (global, text) => {
      global.chroot = text;
    },
    '/var/empty',
  ),
  {
    ...base,
    name: 'uid',
    args: '<number>',
    doc: 'The user id of the process after start.',
    maxArgs: 1,
    examples: { ok: ['uid 65534'], bad: ['uid', 'uid nobody'] },
    parse: (context) => parseAccountNumber(context, 'uid', 'user'),
  },
  {
    ...base,
    name: 'gid',
    args: '<number>',
    doc: 'The group id of the process after start.',
    maxArgs: 1,
    examples: { ok: ['gid 65534'], bad: ['gid', 'gid nogroup'] },
    parse: (context) => parseAccountNumber(context, 'gid', 'group'),
  },
  {
    ...base,
    name: 'user',
    args: '<name>',
    doc: 'Like uid, by name.',
    maxArgs: 1,
    examples: { ok: ['user root'], bad: ['user', 'user no-such-user-here'] },
    parse(context) {
      const name = context.args[0]?.text ?? '';
      if (alreadySpecified(context, (context.draft.uid ?? 0) !== 0, 'user/uid')) return;
      const account = findUser(name);
      if (account === undefined) {
        const message = `cannot find user id for '${name}' (0:Success)`;
        context.report({ code: 'unknown-user', message, word: context.args[0] });
        return;
      }
      context.draft.user = name;
      context.draft.uid = account.uid;
    },
  },
  {
    ...base,
    name: 'group',
    args: '<name>',
    doc: 'Like gid, by name.',
    maxArgs: 1,
    examples: { ok: ['group root'], bad: ['group', 'group no-such-group-here'] },
    parse(context) {
      const name = context.args[0]?.text ?? '';
      if (alreadySpecified(context, (context.draft.gid ?? 0) !== 0, 'gid/group was')) return;
      const gid = findGroup(name);
      if (gid === undefined) {
        const message = `cannot find group id for '${name}' (0:Success)`;
        context.report({ code: 'unknown-group', message, word: context.args[0] });
        return;
      }
      context.draft.group = name;
      context.draft.gid = gid;
    },
  },
  {
    ...base,
    name: 'node',
    args: '<name>',
    doc: 'The name of this machine on the stats page and in show info.',
    maxArgs: 1,
    examples: { ok: ['node lb-1.example'], bad: ['node', 'node a/b'] },
    parse: parseNode,
  },
  {
    ...base,
    name: 'description',
    args: '<text>',
    doc: 'A text shown on the stats page and in show info.',
    examples: { ok: ['description main balancer'], bad: ['description'] },
    parse(context) {
      if (requireArgument(context, "'description' expects a string argument.", { tight: true }) === undefined) return;
      context.draft.description = context.args.map((each) => each.text).join(' ');
    },
  },
  {
    ...base,
    name: 'nbthread',
    args: '<number>',
    doc: 'How many traffic threads; kept for show info.',
    maxArgs: 1,
    examples: { ok: ['nbthread 4'], bad: ['nbthread', 'nbthread x', 'nbthread 0', 'nbthread 65'] },
    parse(context) {
      const text = context.args[0]?.text ?? '';
      if (!isPlainInteger(text)) {
        const message = `'nbthread' passed a missing or unparsable integer value in '${text}'`;
        context.report({ code: 'invalid-number', message, word: context.args[0] });
        return;
      }
      const value = leadingInteger(text);
      if (value < 1 || value > 64) {
        const message = `'nbthread' value must be between 1 and 64 (was ${value})`;
        context.report({ code: 'invalid-number', message, word: context.args[0] });
        return;
      }
      context.draft.nbthread = value;
    },
  },
  {
    ...base,
    name: 'spread-checks',
    args: '<0..50>',
    doc: 'Spreads checks in time by this many percent of their interval.',
    maxArgs: 1,
    examples: { ok: ['spread-checks 5'], bad: ['spread-checks', 'spread-checks 51', 'spread-checks -1'] },
    parse(context) {
      const argument = requireArgument(context, "'spread-checks' expects an integer argument (0..50).", {
        tight: true,
      });
      if (argument === undefined) return;
      const value = leadingInteger(argument.text);
      if (value < 0 || value > 50) {
        const message = "'spread-checks' needs a positive value in range 0..50.";
        context.report({ code: 'invalid-number', message, word: argument, tight: true });
        return;
      }
      context.draft.spreadChecks = value;
    },
  },
  {
    ...base,
    name: 'max-spread-checks',
    args: '<time>',
    doc: 'No check is moved by more than this.',
    maxArgs: 1,
    examples: { ok: ['max-spread-checks 2s'], bad: ['max-spread-checks', 'max-spread-checks 1x'] },
    parse: parseMaxSpreadChecks,
  },
  {
    ...base,
    name: 'hard-stop-after',
    args: '<time>',
    doc: 'A soft stop ends the remaining sessions after this long.',
    maxArgs: 1,
    examples: { ok: ['hard-stop-after 30s'], bad: ['hard-stop-after', 'hard-stop-after 1x'] },
    parse: parseHardStop,
  },
  {
    ...base,
    name: 'stats timeout',
    args: '<time>',
    doc: 'A stats socket client that is silent for this long is dropped.',
    examples: { ok: ['stats timeout 30s'], bad: ['stats timeout', 'stats timeout 1x', 'stats timeout 0'] },
    parse: parseStatsTimeout,
  },
  {
    ...base,
    name: 'stats maxconn',
    args: '<number>',
    doc: 'How many clients the stats sockets take at a time.',
    examples: { ok: ['stats maxconn 20'], bad: ['stats maxconn', 'stats maxconn 0'] },
    parse(context) {
      const value = leadingInteger(context.args[0]?.text ?? '');
      if (value > 0) context.draft.statsMaxconn = value;
      else {
        const message = "'stats maxconn' expects a positive value";
        context.report({ code: 'invalid-number', message, word: context.args[0] });
      }
    },
  },
  {
    ...base,
    name: 'stats',
    args: '',
    family: true,
    doc: 'Unknown words after stats.',
    examples: { ok: [], bad: ['stats', 'stats foo'] },
    parse(context) {
      const got = context.args[0]?.text ?? '';
      context.report({
        code: 'unknown-keyword',
        message: `'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got '${got}')`,
        word: context.args[0],
        suggestFrom: context.siblings(),
      });
    },
  },
  {
    ...base,
    name: 'external-check',
    args: '',
    doc: 'Allows checks that run a program.',
    maxArgs: 0,
    examples: { ok: ['external-check'], bad: ['external-check foo'] },
    parse(context) {
      context.draft.externalCheck = true;
    },
  },
  flag(
    'insecure-fork-wanted',
    'Allows programs to be started (external checks).',
    (global, on) => {
      global.insecureFork = on;
    },
    true,
  ),
];
