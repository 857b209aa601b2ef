/** Parameters of `server` that act on its traffic: weight, limits, states. */
import { isIP } from 'node:net';
import { parseDuration } from '../duration.ts';
import { leadingInt32 } from '../leading-integer.ts';
import type { InitialAddressMethod, ServerSettings } from '../server-draft.ts';
import { warnAboutTrailing } from './server-check-parameters.ts';
import { flag, type ServerContext, type ServerParameter, supported, value } from './server-parameter-shapes.ts';

function setWeight(settings: ServerSettings, text: string, context: ServerContext): string | undefined {
  const weight = leadingInt32(text);
  if (weight < 0 || weight > 256) {
    return `weight of server ${context.draft.name} is not within 0 and 256 (${weight})..`;
  }
  settings.weight = weight;
  return undefined;
}

/** `maxconn`, `minconn`, `maxqueue`: read as C does; a negative one is no limit. */
function limit(name: 'maxconn' | 'minconn' | 'maxqueue', doc: string): ServerParameter {
  return value(name, '<number>', doc, { ok: [`${name} 100`], bad: [] }, undefined, (settings, text) => {
    settings[name] = Math.max(0, leadingInt32(text));
    return undefined;
  });
}

function setSlowstart(settings: ServerSettings, text: string, context: ServerContext): string | undefined {
  const delay = parseDuration(text);
  const server = context.draft.name;
  if (!delay.ok && delay.reason === 'overflow') {
    return `overflow in argument <${text}> to <slowstart> of server ${server}, maximum value is 2147483647 ms (~24.8 days)..`;
  }
  if (!delay.ok && text === '') return "unexpected character '.";
  if (!delay.ok) return `unexpected character '${delay.character}' in 'slowstart' argument of server ${server}..`;
  warnAboutTrailing(context, text, delay.trailing);
  settings.slowstart = delay.value;
  return undefined;
}

function setInitAddr(settings: ServerSettings, text: string): string | undefined {
  const methods: InitialAddressMethod[] = [];
  for (const method of text.split(',')) {
    if (method === '') continue;
    if (method === 'last' || method === 'libc' || method === 'none') methods.push(method);
    else if (isIP(method) !== 0) methods.push({ ip: method });
    else {
      return `'init-addr' : unknown init-addr method '${method}', supported methods are 'libc', 'last', 'none'..`;
    }
  }
  settings.initAddr = methods;
  return undefined;
}

function parseId(context: ServerContext): void {
  const { draft } = context;
  const word = context.args[0];
  const fail = (message: string) => context.report({ code: 'bad-value', message, word });
  if (draft.isDefault) {
    const { file, number } = context.line;
    const message = `[${file}:${number}] : 'id' option is not accepted in default-server sections`;
    context.report({ code: 'bad-value', message, word, raw: true, harmless: true });
    return;
  }
  if (word === undefined || word.text === '') {
    fail("'id' : expects an integer argument.");
    return;
  }
  const id = leadingInt32(word.text);
  const other = draft.siblings.find((sibling) => sibling.id === id);
  if (id <= 0) fail("'id' : custom id has to be > 0.");
  else if (other !== undefined) {
    const where = `${other.place.file}:${other.place.line} ('server ${other.name}')`;
    fail(`'id' : custom id ${id} already used at ${where}.`);
  } else draft.id = id;
}

function shutdown(
  name: 'on-marked-down' | 'on-marked-up',
  word: 'shutdown-sessions' | 'shutdown-backup-sessions',
  doc: string,
  set: (settings: ServerSettings) => void,
): ServerParameter {
  const examples = { ok: [`${name} ${word}`], bad: [name, `${name} restart`] };
  return value(name, word, doc, examples, undefined, (settings, text) => {
    if (text !== word) return `'${name}' expects '${word}' but got '${text}'.`;
    set(settings);
    return undefined;
  });
}

export const serverTrafficParameters: readonly ServerParameter[] = [
  value(
    'weight',
    '<0-256>',
    "The server's share (1).",
    { ok: ['weight 10', 'weight 0'], bad: ['weight 257'] },
    undefined,
    setWeight,
  ),
  limit('maxconn', 'Connections the server takes at a time; more wait in the queue.'),
  limit('minconn', 'The limit while the backend has little load; it grows to maxconn.'),
  limit('maxqueue', 'Connections that may wait for the server.'),
  value(
    'slowstart',
    '<delay>',
    "The server's weight grows for this long after it came up.",
    { ok: ['slowstart 60s'], bad: ['slowstart 5x', 'slowstart 100d'] },
    undefined,
    setSlowstart,
  ),
  flag('backup', 'Used while no other server can be.', (settings) => {
    settings.backup = true;
  }),
  flag('no-backup', 'Takes `backup` back.', (settings) => {
    settings.backup = false;
  }),
  flag('disabled', 'Starts in maintenance.', (settings) => {
    settings.disabled = true;
  }),
  flag('enabled', 'Takes `disabled` back.', (settings) => {
    settings.disabled = false;
  }),
  shutdown('on-marked-down', 'shutdown-sessions', 'Sessions end when the server goes down.', (settings) => {
    settings.shutdownSessionsOnDown = true;
  }),
  shutdown('on-marked-up', 'shutdown-backup-sessions', "Backups' sessions end when it comes up.", (settings) => {
    settings.shutdownBackupSessionsOnUp = true;
  }),
  value(
    'track',
    '[<backend>/]<server>',
    'The state follows that of another server.',
    { ok: [], bad: ['track', 'track other/nothing'] },
    "'track' expects [<proxy>/]<server> as argument..",
    (settings, text, context) => {
      settings.track = { text, span: context.args[0]!.span };
      return undefined;
    },
  ),
  value(
    'init-addr',
    '<method>[,...]',
    'How the address is found at start: last, libc, none, or an IP address to fall back to.',
    { ok: ['init-addr none', 'init-addr last,libc,none', 'init-addr libc,127.0.0.1'], bad: ['init-addr dns'] },
    undefined,
    setInitAddr,
  ),
  {
    ...supported,
    name: 'id',
    args: '<id>',
    doc: 'The number of the server in statistics.',
    takes: 1,
    examples: { ok: ['id 5'], bad: ['id', 'id 0'] },
    parse: parseId,
  },
  value(
    'cookie',
    '<value>',
    'The value of a persistence cookie (mode http).',
    { ok: ['cookie s1'], bad: ['cookie'] },
    "'cookie' expects <value> as argument..",
    (settings, text) => {
      settings.cookie = text;
      return undefined;
    },
  ),
  value(
    'redir',
    '<prefix>',
    'Redirects requests to this prefix (mode http).',
    { ok: [], bad: ['redir'] },
    "'redir' expects <prefix> as argument..",
    (settings, text) => {
      settings.redirectPrefix = text;
      return undefined;
    },
  ),
];
