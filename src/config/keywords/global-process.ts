/** `global`: how the process runs, and as whom. */
import { findGroup, findUser } from '../accounts.ts';
import { parseDuration } from '../duration.ts';
import { isPlainInteger, leadingInteger } from '../leading-integer.ts';
import { requireArgument } from './common-shapes.ts';
import {
  alreadySpecified,
  type GlobalContext,
  type GlobalDefinition,
  globalBase,
  globalFlag,
  globalWord,
  warnAboutTrailing,
} from './global-shapes.ts';

function parseAccountNumber(context: GlobalContext, key: 'uid' | 'gid', other: 'user' | 'group'): void {
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

function parseHardStop(context: GlobalContext): void {
  const argument = requireArgument(context, "'hard-stop-after' expects <time> as argument.");
  if (argument === undefined) return;
  const parsed = parseDuration(argument.text);
  if (parsed.ok) {
    warnAboutTrailing(context, argument, parsed.trailing);
    context.draft.hardStopAfter = parsed.value;
  } else {
    const message =
      parsed.reason === 'overflow'
        ? `timer overflow in argument '${argument.text}' to 'hard-stop-after' (maximum value is 2147483647 ms or ~24.8 days)`
        : `unexpected character '${parsed.character}' in argument to <hard-stop-after>.`;
    context.report({ code: 'invalid-duration', message, word: argument });
  }
}

export const globalProcessKeywords: readonly GlobalDefinition[] = [
  globalFlag('daemon', 'Runs in the background.', (global) => {
    global.daemon = true;
  }),
  globalFlag('quiet', 'Prints nothing at start.', (global) => {
    global.quiet = true;
  }),
  globalFlag('noreuseport', 'Refuses to listen where another process of the same user listens already.', (global) => {
    global.noReusePort = true;
  }),
  globalFlag('zero-warning', 'Refuses to start when there was a warning.', (global) => {
    global.zeroWarning = true;
  }),
  globalWord(
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
  globalWord(
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
  globalWord(
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
    ...globalBase,
    name: 'uid',
    args: '<number>',
    doc: 'The user id of the process after start.',
    maxArgs: 1,
    examples: { ok: ['uid 65534'], bad: ['uid', 'uid nobody'] },
    parse: (context) => parseAccountNumber(context, 'uid', 'user'),
  },
  {
    ...globalBase,
    name: 'gid',
    args: '<number>',
    doc: 'The group id of the process after start.',
    maxArgs: 1,
    examples: { ok: ['gid 65534'], bad: ['gid', 'gid nogroup'] },
    parse: (context) => parseAccountNumber(context, 'gid', 'group'),
  },
  {
    ...globalBase,
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
    ...globalBase,
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
    ...globalBase,
    name: 'hard-stop-after',
    args: '<time>',
    doc: 'A soft stop ends the remaining sessions after this long.',
    examples: { ok: ['hard-stop-after 30s'], bad: ['hard-stop-after', 'hard-stop-after 1x'] },
    parse: parseHardStop,
  },
];
