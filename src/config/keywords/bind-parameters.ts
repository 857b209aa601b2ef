/** What follows the addresses of a `bind` line and acts on its sockets. */
import { findGroup, findUser } from '../accounts.ts';
import type { BindDraft } from '../bind-draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { isPlainInteger, leadingInt32, leadingInteger } from '../leading-integer.ts';
import { bindParametersNotYet, bindParametersWithoutEffect, bindSections } from './bind-parameters-tuning.ts';
import { bindSocketParameters } from './bind-socket-parameters.ts';
import { bindTlsParameters } from './bind-tls-parameters.ts';
import { requireValue } from './parameter-lines.ts';

type Definition = KeywordDefinition<BindDraft>;
type Context = LineContext<BindDraft>;

/** What C's `strtol` returns at most. */
const LONGEST = 2n ** 63n - 1n;

const base = { sections: bindSections, support: { kind: 'yes' } } as const;

function parseMode(context: Context): void {
  const text = context.args[0]?.text ?? '';
  const found = /^[ \t\n\v\f\r]*([+-]?)([0-7]+)$/.exec(text);
  if (found === null) {
    const message = `'mode' : missing or invalid mode '${text}' (octal integer expected)`;
    context.report({ code: 'bad-value', message, word: context.args[0] });
    return;
  }
  // As measured: any octal number is good, held to 64 bits and then cut to 32; 0 leaves the file as it was made, and of the
  // rest chmod takes the lowest twelve bits (-1 is 7777).
  const size = BigInt(`0o${found[2]}`);
  const held = found[1] === '-' ? -(size > LONGEST + 1n ? LONGEST + 1n : size) : size > LONGEST ? LONGEST : size;
  const mode = Number(BigInt.asUintN(32, held));
  if (mode === 0) delete context.draft.mode;
  else context.draft.mode = mode & 0o7777;
}

function parseId(context: Context): void {
  const word = requireValue(context, "'id' : expects an integer argument");
  if (word === undefined) return;
  const complaint = idComplaint(context.draft, word.text);
  if (complaint === undefined) context.draft.id = leadingInt32(word.text);
  else context.report({ code: 'bad-value', message: complaint, word });
}

function idComplaint(draft: BindDraft, text: string): string | undefined {
  if (draft.sockets.length > 1) return "'id' can only be used with a single socket";
  if (!isPlainInteger(text)) return `'id' : expects an integer argument, found '${text}'`;
  const id = leadingInt32(text);
  if (id <= 0) return "'id' : custom id has to be > 0";
  const other = draft.siblings.find((sibling) => sibling.id === id);
  if (other === undefined) return undefined;
  return `'id' : custom id ${id} already used at ${other.place.file}:${other.place.line} ('bind ${other.text}')`;
}

/** A parameter that takes a number read as C does; `set` answers HAProxy's complaint, if it has one. */
function number(
  name: string,
  doc: string,
  set: (draft: BindDraft, value: number) => string | undefined,
  examples: Definition['examples'],
): Definition {
  return {
    ...base,
    name,
    args: '<number>',
    doc,
    takes: 1,
    examples,
    parse: (context) => {
      const word = requireValue(context, `'${name}' : missing value`);
      if (word === undefined) return;
      const complaint = set(context.draft, leadingInteger(word.text));
      if (complaint !== undefined) context.report({ code: 'bad-value', message: `'${name}' : ${complaint}`, word });
    },
  };
}

/** `user` and `group`: an account of the system by name. */
function account(name: 'user' | 'group', find: (text: string) => number | undefined, key: 'uid' | 'gid'): Definition {
  return {
    ...base,
    name,
    args: '<name>',
    doc: `The ${name} that owns Unix sockets of the line.`,
    takes: 1,
    examples: { ok: [`${name} root`], bad: [name, `${name} no-such-${name}`] },
    parse: (context) => {
      const word = requireValue(context, `'${name}' : missing ${name} name`);
      if (word === undefined) return;
      const id = find(word.text);
      if (id === undefined) {
        const message = `'${name}' : unknown ${name} name '${word.text}'`;
        context.report({ code: 'unknown-account', message, word });
      } else context.draft[key] = id;
    },
  };
}

const own: readonly Definition[] = [
  {
    ...base,
    name: 'name',
    args: '<name>',
    doc: 'The name of the sockets in statistics.',
    takes: 1,
    examples: { ok: ['name web'], bad: ['name'] },
    parse: (context) => {
      const word = requireValue(context, "'name' : missing name");
      if (word !== undefined) context.draft.name = word.text;
    },
  },
  {
    ...base,
    name: 'id',
    args: '<id>',
    doc: 'The number of the socket in statistics.',
    takes: 1,
    examples: { ok: ['id 5'], bad: ['id', 'id 0', 'id x'] },
    parse: parseId,
  },
  number(
    'maxconn',
    'How many connections each socket takes at a time; 0 is no limit but the others.',
    (draft, value) => {
      draft.maxconn = value;
      return value < 0 ? `invalid value ${value}, must be >= 0` : undefined;
    },
    { ok: ['maxconn 100', 'maxconn 0'], bad: ['maxconn', 'maxconn -1'] },
  ),
  number(
    'backlog',
    'How many connections may wait to be accepted.',
    (draft, value) => {
      draft.backlog = value;
      return value < 0 ? `invalid value ${value}, must be > 0` : undefined;
    },
    { ok: ['backlog 1000'], bad: ['backlog', 'backlog -1'] },
  ),
  {
    ...base,
    name: 'mode',
    args: '<octal>',
    doc: 'Permissions of Unix sockets.',
    takes: 1,
    examples: { ok: ['mode 600', 'mode 0660'], bad: ['mode', 'mode rw', 'mode 9'] },
    parse: parseMode,
  },
  account('user', (text) => findUser(text)?.uid, 'uid'),
  account('group', findGroup, 'gid'),
  number(
    'uid',
    'The numeric owner of Unix sockets.',
    (draft, value) => {
      draft.uid = value;
      return undefined;
    },
    {
      ok: ['uid 0'],
      bad: ['uid'],
    },
  ),
  number(
    'gid',
    'The numeric group of Unix sockets.',
    (draft, value) => {
      draft.gid = value;
      return undefined;
    },
    {
      ok: ['gid 0'],
      bad: ['gid'],
    },
  ),
  {
    ...base,
    name: 'v4v6',
    args: '',
    doc: 'An IPv6 socket for every address takes IPv4 connections as well.',
    examples: { ok: ['v4v6'], bad: [] },
    parse: (context) => {
      context.draft.v6only = false;
    },
  },
  {
    ...base,
    name: 'v6only',
    args: '',
    doc: 'An IPv6 socket takes IPv6 connections alone.',
    examples: { ok: ['v6only'], bad: [] },
    parse: (context) => {
      context.draft.v6only = true;
    },
  },
  {
    ...base,
    name: 'level',
    args: 'user | operator | admin',
    doc: 'What clients of a stats socket may do.',
    takes: 1,
    examples: { ok: ['level admin'], bad: ['level', 'level root'] },
    parse: (context) => {
      const word = requireValue(context, "'level' : missing level");
      if (word === undefined) return;
      if (word.text === 'user' || word.text === 'operator' || word.text === 'admin') context.draft.level = word.text;
      else {
        const message = `'level' only supports 'user', 'operator', and 'admin' (got '${word.text}')`;
        context.report({ code: 'bad-value', message, word });
      }
    },
  },
  {
    ...base,
    name: 'expose-fd',
    args: 'listeners',
    doc: 'The listening sockets can be handed to a successor over this stats socket.',
    takes: 1,
    examples: { ok: ['expose-fd listeners'], bad: ['expose-fd', 'expose-fd all'] },
    parse: (context) => {
      const word = requireValue(context, "'expose-fd' : missing fd type");
      if (word === undefined) return;
      if (word.text === 'listeners') context.draft.exposeFd = true;
      else {
        const message = `'expose-fd' only supports 'listeners' (got '${word.text}')`;
        context.report({ code: 'bad-value', message, word });
      }
    },
  },
];

export const bindParameters: readonly Definition[] = [
  ...own,
  ...bindSocketParameters,
  ...bindParametersNotYet,
  ...bindParametersWithoutEffect,
  ...bindTlsParameters,
];
