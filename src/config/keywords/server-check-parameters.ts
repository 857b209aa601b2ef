/** Parameters of `server` that say whether, where and how often it is checked. */

import { type AddressRules, parseAddress } from '../address.ts';
import { addressModel, invalidAddress } from '../address-resolution.ts';
import { parseDuration, trailingCharacterWarning, withoutTrailing } from '../duration.ts';
import { replaceWord } from '../fix.ts';
import { leadingInt32 } from '../leading-integer.ts';
import type { CheckSettings, ServerSettings } from '../server-draft.ts';
import { flag, type ServerContext, type ServerParameter, value } from './server-parameter-shapes.ts';

const INIT_STATES = ['fully-up', 'up', 'down', 'fully-down'] as const;
const CHECK_ADDRESS: AddressRules = { kind: 'plain' };

function setAddress(settings: ServerSettings, text: string, context: ServerContext): string | undefined {
  const address = parseAddress(text, CHECK_ADDRESS, context.config.env);
  if (!address.ok) return `'addr' : ${address.message}.`;
  const model = addressModel(address.parts, context.config.hosts);
  if (model === undefined) return `'addr' : ${invalidAddress(address.parts)}.`;
  settings.check.address = model;
  return undefined;
}

/** `inter`, `fastinter`, `downinter`: HAProxy names `agent-inter` when a character is wrong. */
function delay(name: 'inter' | 'fastinter' | 'downinter', doc: string): ServerParameter {
  const examples = { ok: [`${name} 2s`, `${name} 1500`], bad: [name, `${name} 0`, `${name} 5x`, `${name} 100d`] };
  return value(name, '<delay>', doc, examples, `'${name}' expects a delay as argument..`, (settings, text, context) => {
    const server = context.draft.name;
    const delay = parseDuration(text);
    if (!delay.ok && delay.reason === 'overflow') {
      return `timer overflow in argument <${text}> to <${name}> of server ${server}, maximum value is 2147483647 ms (~24.8 days)..`;
    }
    if (!delay.ok) return `unexpected character '${delay.character}' in 'agent-inter' argument of server ${server}..`;
    if (delay.value === 0) return `invalid value 0 for argument '${name}' of server ${server}..`;
    warnAboutTrailing(context, text, delay.trailing);
    settings.check[name] = delay.value;
    return undefined;
  });
}

/** Says that characters behind a unit are ignored. */
export function warnAboutTrailing(context: ServerContext, text: string, trailing: string | undefined): void {
  if (trailing === undefined) return;
  const message = trailingCharacterWarning(text, trailing);
  const word = context.args[0];
  const fix = word && replaceWord(word, withoutTrailing(word.text));
  context.report({ code: 'trailing-characters', severity: 'warning', message, word, fix });
}

/** `rise` and `fall`. */
function count(name: 'rise' | 'fall', doc: string): ServerParameter {
  const examples = { ok: [`${name} 3`], bad: [name, `${name} 0`, `${name} many`] };
  return value(name, '<count>', doc, examples, `'${name}' expects an integer argument..`, (settings, text) => {
    const number = leadingInt32(text);
    if (number <= 0) return `'${name}' has to be > 0..`;
    settings.check[name] = number;
    return undefined;
  });
}

function set<Key extends keyof CheckSettings>(key: Key, to: CheckSettings[Key]): (settings: ServerSettings) => void {
  return (settings) => {
    settings.check[key] = to;
  };
}

export const serverCheckParameters: readonly ServerParameter[] = [
  flag('check', 'The server is checked.', set('enabled', true)),
  flag('no-check', 'Takes `check` back.', set('enabled', false)),
  delay('inter', 'Time between two checks (2s).'),
  delay('fastinter', 'The same while the server changes between up and down.'),
  delay('downinter', 'The same while the server is down.'),
  value(
    'init-state',
    'fully-up | up | down | fully-down | none',
    'What the server is before its first check, at start and after maintenance (up).',
    {
      ok: ['check init-state down', 'init-state fully-up', 'init-state none'],
      bad: ['init-state', 'init-state bogus'],
    },
    "'init-state' expects one of 'none', 'fully-up', 'up', 'down', or 'fully-down' but got ''.",
    (settings, text) => {
      const state = INIT_STATES.find((each) => each === text);
      if (state === undefined && text !== 'none') {
        return `'init-state' expects one of 'none', 'fully-up', 'up', 'down', or 'fully-down' but got '${text}'.`;
      }
      if (state === undefined) delete settings.initState;
      else settings.initState = state;
      return undefined;
    },
  ),
  flag('check-via-socks4', 'Checks go through the SOCKS4 proxy of `socks4`.', (settings) => {
    settings.check.viaSocks4 = true;
  }),
  value(
    'socks4',
    '<address>',
    'A SOCKS4 proxy for checks (`check-via-socks4`); refused where traffic would have to go through it.',
    { ok: ['socks4 127.0.0.1:1080'], bad: ['socks4', 'socks4 127.0.0.1', 'socks4 127.0.0.1:+5'] },
    "'socks4' expects <addr>:<port> as argument..",
    (settings, text, context) => {
      const address = parseAddress(text, { kind: 'plain', portRequired: true }, context.config.env);
      const model = address.ok ? addressModel(address.parts, context.config.hosts) : undefined;
      if (model === undefined) {
        return `'socks4 ${text}' : ${address.ok ? invalidAddress(address.parts) : address.message}.`;
      }
      settings.check.socks4 = { address: model, span: context.args[0]!.span };
      return undefined;
    },
  ),
  count('rise', 'Good checks that bring a server up (2).'),
  count('fall', 'Bad checks that take a server down (3).'),
  value(
    'addr',
    '<address>',
    'Checks go to this address.',
    { ok: ['addr 127.0.0.1', 'addr 127.0.0.1:8080'], bad: ['addr', 'addr 127.0.0.1:80-81', 'addr 127.0.0.1:+1'] },
    "'addr' expects <ipv4|ipv6> as argument..",
    setAddress,
  ),
  value(
    'port',
    '<port>',
    'Checks go to this port.',
    { ok: ['port 8008'], bad: ['port'] },
    "'port' expects a port number as argument..",
    (settings, text) => {
      // 16 bits, as HAProxy keeps it.
      settings.check.port = leadingInt32(text) & 0xffff;
      return undefined;
    },
  ),
];
