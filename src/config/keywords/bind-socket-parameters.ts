/** Parameters of `bind` lines that set options of their TCP sockets; Unix sockets pass over them, as in HAProxy. */
import type { BindDraft } from '../bind-draft.ts';
import { parseDuration, trailingCharacterWarning } from '../duration.ts';
import type { KeywordDefinition, LineContext, SectionKind } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { notSupportedYet } from '../not-supported.ts';
import { requireValue } from './parameter-lines.ts';

type Definition = KeywordDefinition<BindDraft>;
type Context = LineContext<BindDraft>;

/** `global` for `stats socket`, which takes the same parameters. */
const sections: readonly SectionKind[] = ['frontend', 'listen', 'global'];
const base = { sections, support: { kind: 'yes' } } as const;

/** A stats socket is no place for what decides who can reach it and is not looked at there. */
function refusedOnStatsSocket(context: Context, name: string): boolean {
  if (context.section !== 'global') return false;
  const message = notSupportedYet(`'${name}' on 'stats socket'`);
  context.report({ code: 'not-supported-yet', message, word: context.line.words[0] });
  return true;
}

function flag(name: string, doc: string, set: (draft: BindDraft) => void): Definition {
  return { ...base, name, args: '', doc, examples: { ok: [name], bad: [] }, parse: ({ draft }) => set(draft) };
}

function parseMss(context: Context): void {
  const word = requireValue(context, "'mss' : missing MSS value");
  if (word === undefined) return;
  const size = leadingInteger(word.text);
  if (Math.abs(size) >= 1 && Math.abs(size) <= 65535) context.draft.mss = size;
  else {
    const message = "'mss' : expects an MSS with and absolute value between 1 and 65535";
    context.report({ code: 'bad-value', message, word });
  }
}

function parseUserTimeout(context: Context): void {
  const word = requireValue(context, "'tcp-ut' : missing TCP User Timeout value");
  if (word === undefined) return;
  const delay = parseDuration(word.text);
  if (delay.ok) {
    context.draft.userTimeout = delay.value;
    if (delay.trailing === undefined) return;
    const message = trailingCharacterWarning(word.text, delay.trailing);
    context.report({ code: 'trailing-characters', severity: 'warning', message, word, raw: true });
    return;
  }
  const message = userTimeoutComplaint(word.text, delay.reason);
  context.report({ code: 'bad-value', message, word });
}

/** HAProxy's words about a bad `tcp-ut`. */
export function userTimeoutComplaint(text: string, reason: 'unexpected' | 'overflow'): string {
  if (reason === 'unexpected') return "'tcp-ut' : expects a positive delay in milliseconds";
  return `timer overflow in argument '${text}' to 'tcp-ut' (maximum value is 2147483647 ms or ~24.8 days)`;
}

export const bindSocketParameters: readonly Definition[] = [
  {
    ...base,
    name: 'interface',
    args: '<name>',
    doc: 'Takes connections of one network interface alone.',
    takes: 1,
    examples: { ok: ['interface lo'], bad: ['interface'] },
    parse: (context) => {
      const word = requireValue(context, "'interface' : missing interface name");
      if (word === undefined || refusedOnStatsSocket(context, 'interface')) return;
      context.draft.interface = word.text;
    },
  },
  {
    ...base,
    name: 'transparent',
    args: '',
    doc: 'Takes connections to addresses that are not of this machine (with CAP_NET_ADMIN or CAP_NET_RAW).',
    examples: { ok: ['transparent'], bad: [] },
    parse: (context) => {
      if (!refusedOnStatsSocket(context, 'transparent')) context.draft.transparent = true;
    },
  },
  {
    ...base,
    name: 'mss',
    args: '<size>',
    doc: 'The largest TCP segment; a negative one: so much less than the peers would agree on.',
    takes: 1,
    examples: { ok: ['mss 1400', 'mss -100'], bad: ['mss', 'mss x', 'mss 65536'] },
    parse: parseMss,
  },
  {
    ...base,
    name: 'tcp-ut',
    args: '<delay>',
    doc: "How long sent data may stay unacknowledged; 0 is the system's choice.",
    takes: 1,
    examples: { ok: ['tcp-ut 30s', 'tcp-ut 0'], bad: ['tcp-ut', 'tcp-ut x', 'tcp-ut 100d'] },
    parse: parseUserTimeout,
  },
  flag('defer-accept', 'Connections are taken when their first data is there, or after a second.', (draft) => {
    draft.deferAccept = true;
  }),
  flag('tfo', 'TCP Fast Open: data may come with the first packet.', (draft) => {
    draft.fastOpen = true;
  }),
];
