/** `global`: limits, names, checks and the stats socket's settings. */
import { parseDuration } from '../duration.ts';
import { isPlainInteger, leadingInteger } from '../leading-integer.ts';
import { requireArgument } from './common-shapes.ts';
import {
  alreadySpecified,
  type GlobalContext,
  type GlobalDefinition,
  globalBase,
  globalFlag,
  warnAboutTrailing,
} from './global-shapes.ts';

function parseStatsTimeout(context: GlobalContext): void {
  const argument = context.args[0];
  const parsed = parseDuration(argument?.text ?? '');
  if (!parsed.ok && parsed.reason === 'unexpected') {
    const message = `'stats timeout' : unexpected character '${parsed.character}'`;
    context.report({ code: 'invalid-duration', message, word: argument });
  } else if (!parsed.ok) {
    const limit = '(maximum value is 2147483647 ms or ~24.8 days)';
    const message = `timer overflow in argument '${argument?.text}' to 'stats timeout' ${limit}`;
    context.report({ code: 'invalid-duration', message, word: argument });
  } else if (parsed.value === 0) {
    context.report({ code: 'invalid-duration', message: "'stats timeout' expects a positive value", word: argument });
  } else {
    warnAboutTrailing(context, argument!, parsed.trailing);
    context.draft.statsTimeout = parsed.value;
  }
}

function parseNode(context: GlobalContext): void {
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

function parseMaxSpreadChecks(context: GlobalContext): void {
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

export const globalKeywords: readonly GlobalDefinition[] = [
  {
    ...globalBase,
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
      context.draft.maxconnSpan = argument.span;
      if (value > 0) context.draft.maxconn = value;
      else delete context.draft.maxconn;
    },
  },
  {
    ...globalBase,
    name: 'node',
    args: '<name>',
    doc: 'The name of this machine on the stats page and in show info.',
    maxArgs: 1,
    examples: { ok: ['node lb-1.example'], bad: ['node', 'node a/b'] },
    parse: parseNode,
  },
  {
    ...globalBase,
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
    ...globalBase,
    name: 'nbthread',
    args: '<number>',
    doc: 'How many traffic threads. One runs so far, as -V says.',
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
    ...globalBase,
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
    ...globalBase,
    name: 'max-spread-checks',
    args: '<time>',
    doc: 'No check is moved by more than this.',
    maxArgs: 1,
    examples: { ok: ['max-spread-checks 2s'], bad: ['max-spread-checks', 'max-spread-checks 1x'] },
    parse: parseMaxSpreadChecks,
  },
  {
    ...globalBase,
    name: 'stats timeout',
    args: '<time>',
    doc: 'A stats socket client that is silent for this long is dropped.',
    examples: { ok: ['stats timeout 30s'], bad: ['stats timeout', 'stats timeout 1x', 'stats timeout 0'] },
    parse: parseStatsTimeout,
  },
  {
    ...globalBase,
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
    ...globalBase,
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
    ...globalBase,
    name: 'external-check',
    args: '',
    doc: 'Allows checks that run a program.',
    maxArgs: 0,
    examples: { ok: ['external-check'], bad: ['external-check foo'] },
    parse(context) {
      context.draft.externalCheck = true;
    },
  },
  globalFlag(
    'insecure-fork-wanted',
    'Allows programs to be started (external checks).',
    (global, on) => {
      global.insecureFork = on;
    },
    true,
  ),
];
