/** The actions of `tcp-request` and `tcp-response`: their names, their arguments, and which of them run. */

export type TcpRuleKind = 'connection' | 'session' | 'content' | 'response';

/**
 * What follows an action: nothing, one sample, a sample and its `len`, a sample and perhaps `table x`, a log-format string, so
 * many words, or whatever stands before `if` or `unless`.
 */
export type ActionArguments =
  | 'none'
  | 'sample'
  | 'captured sample'
  | 'tracked sample'
  | 'format'
  | { readonly words: number; readonly missing: string }
  | 'any';

export interface TcpAction {
  /** Without its parentheses. */
  readonly name: string;
  readonly args: ActionArguments;
  /** hapax runs it. */
  readonly runs: boolean;
  /** It names something in parentheses. */
  readonly named?: 'variable' | 'counter';
}

const listed: Readonly<Record<'connection' | 'content' | 'response', string>> = {
  connection:
    "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2', 'sc-inc-gpc(*)', " +
    "'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)', " +
    "'set-dst', 'set-dst-port', 'set-mark', 'set-src', 'set-src-port', 'set-tos', 'silent-drop'",
  content:
    "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2', 'ot-group', " +
    "'set-log-level', 'set-nice', 'switch-mode', 'use-service', 'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', " +
    "'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'do-resolve(*)', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)', " +
    "'set-src', 'set-src-port', 'set-dst', 'set-dst-port', 'set-mark', 'set-tos', 'silent-drop', 'set-priority-class', " +
    "'set-priority-offset'",
  response:
    "'accept', 'close', 'reject', 'ot-group', 'set-log-level', 'set-nice', 'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', " +
    "'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)', " +
    "'set-mark', 'set-tos', 'silent-drop'",
};

/** The actions of a kind of rule as HAProxy 2.6 lists them for a name that is none. */
export function listedActions(kind: TcpRuleKind): string {
  return listed[kind === 'session' ? 'connection' : kind];
}

const integer = { words: 1, missing: 'expects exactly 1 argument (integer/hex value)' };
const level = { words: 1, missing: "expects exactly 1 argument (log level name or 'silent')" };
const nice = { words: 1, missing: 'expects exactly 1 argument (integer value)' };
const service = { words: 1, missing: "'tcp-request' expects a service name." };
const group = { words: 2, missing: 'expects 2 arguments: <engine-id> <group-id>' };

const early: readonly TcpRuleKind[] = ['connection', 'session', 'content'];
const late: readonly TcpRuleKind[] = ['content', 'response'];
const every: readonly TcpRuleKind[] = ['connection', 'session', 'content', 'response'];

const rows: readonly (readonly [kinds: readonly TcpRuleKind[], action: Omit<TcpAction, 'runs'>])[] = [
  [every, { name: 'accept', args: 'none' }],
  [every, { name: 'reject', args: 'none' }],
  [every, { name: 'silent-drop', args: 'none' }],
  [['response'], { name: 'close', args: 'none' }],
  [early, { name: 'capture', args: 'captured sample' }],
  [early, { name: 'track-sc', args: 'tracked sample' }],
  [['connection'], { name: 'expect-proxy', args: 'any' }],
  [['connection'], { name: 'expect-netscaler-cip', args: 'any' }],
  ...['set-src', 'set-src-port', 'set-dst', 'set-dst-port'].map((name) => [early, { name, args: 'sample' }] as const),
  ...['set-fc-mark', 'set-fc-tos', 'set-bc-mark', 'set-bc-tos'].map((name) => [every, { name, args: 'any' }] as const),
  [every, { name: 'set-mark', args: integer }],
  [every, { name: 'set-tos', args: integer }],
  [late, { name: 'set-nice', args: nice }],
  [late, { name: 'set-log-level', args: level }],
  [every, { name: 'set-var', args: 'sample', named: 'variable' }],
  [every, { name: 'set-var-fmt', args: 'format', named: 'variable' }],
  [every, { name: 'unset-var', args: 'none', named: 'variable' }],
  ...['sc-inc-gpc', 'sc-inc-gpc0', 'sc-inc-gpc1', 'sc-add-gpc', 'sc-set-gpt', 'sc-set-gpt0'].map(
    (name) => [every, { name, args: 'any', named: 'counter' }] as const,
  ),
  [late, { name: 'send-spoe-group', args: group }],
  [late, { name: 'ot-group', args: 'any' }],
  [late, { name: 'otel-group', args: 'any' }],
  [late, { name: 'set-bandwidth-limit', args: 'any' }],
  [every, { name: 'do-log', args: 'any' }],
  [['connection', 'session', 'content'], { name: 'attach-srv', args: 'any' }],
  [['content'], { name: 'use-service', args: service }],
  [['content'], { name: 'switch-mode', args: 'any' }],
  [['content'], { name: 'do-resolve', args: 'any' }],
  [['content'], { name: 'set-retries', args: 'any' }],
  [['content'], { name: 'set-priority-class', args: 'sample' }],
  [['content'], { name: 'set-priority-offset', args: 'sample' }],
];

/** Those hapax runs; what `tcp-response` says is not looked at yet. */
const running: ReadonlySet<string> = new Set(['accept', 'reject']);

/** The action a word names, or undefined. */
export function findAction(kind: TcpRuleKind, word: string): TcpAction | undefined {
  const name = /^track-sc\d*$/.test(word) ? 'track-sc' : word.replace(/\(.*$/, '');
  const found = rows.find(([kinds, action]) => action.name === name && kinds.includes(kind));
  return found && { ...found[1], runs: kind !== 'response' && running.has(name) };
}

/** Every name, for did-you-mean. */
export function actionNames(kind: TcpRuleKind): readonly string[] {
  return rows.filter(([kinds]) => kinds.includes(kind)).map(([, action]) => action.name);
}
