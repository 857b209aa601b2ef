/** Parameters of `server` about what else than its own checks judges it: its agent, and traffic. */
import { isIPv6 } from 'node:net';
import { wordBytes } from '../../grammar/line.ts';
import { type AddressRules, parseAddress } from '../address.ts';
import { addressModel } from '../address-resolution.ts';
import { parseDuration } from '../duration.ts';
import { leadingInt32 } from '../leading-integer.ts';
import type { ServerSettings } from '../server-draft.ts';
import { warnAboutTrailing } from './server-check-parameters.ts';
import { flag, type ServerContext, type ServerParameter, value } from './server-parameter-shapes.ts';

const HOST_ONLY: AddressRules = { kind: 'plain' };
const ON_ERROR = ['fastinter', 'fail-check', 'sudden-death', 'mark-down'] as const;

function setInterval(settings: ServerSettings, text: string, context: ServerContext): string | undefined {
  const server = context.draft.name;
  const delay = parseDuration(text);
  if (!delay.ok && delay.reason === 'overflow') {
    return `timer overflow in argument <${text}> to <agent-inter> of server ${server}, maximum value is 2147483647 ms (~24.8 days)..`;
  }
  if (!delay.ok) return `unexpected character '${delay.character}' in 'agent-inter' argument of server ${server}..`;
  if (delay.value === 0) return `invalid value 0 for argument 'agent-inter' of server ${server}..`;
  warnAboutTrailing(context, text, delay.trailing);
  settings.agent.inter = delay.value;
  return undefined;
}

function setAddress(settings: ServerSettings, text: string, context: ServerContext): string | undefined {
  const wrong = `parsing agent-addr failed. Check if '${text}' is correct address..`;
  // Unlike elsewhere it is a host and nothing else: `::1` stands without brackets, and there is no `ipv4@`.
  const host = isIPv6(text) ? `[${text}]` : text;
  if (/[@/$]/.test(host) || (host.includes(':') && !host.endsWith(']'))) return wrong;
  const address = parseAddress(host, HOST_ONLY, context.config.env);
  if (!address.ok) return wrong;
  const model = addressModel(address.parts, context.config.hosts);
  if (model === undefined || model.port !== 0) return wrong;
  settings.agent.address = model;
  return undefined;
}

export const serverAgentParameters: readonly ServerParameter[] = [
  {
    ...flag('agent-check', 'A program on the server says how it is.', (settings) => {
      settings.agent.enabled = true;
    }),
    examples: {
      ok: ['agent-check agent-port 99', 'agent-port 99 agent-check', 'agent-check port 99'],
      bad: ['agent-check'],
    },
  },
  flag('no-agent-check', 'Takes `agent-check` back.', (settings) => {
    settings.agent.enabled = false;
  }),
  value(
    'agent-addr',
    '<address>',
    "Where the agent listens (that of `addr`, else the server's).",
    {
      ok: ['agent-addr 127.0.0.1', 'agent-addr ::1', 'agent-addr [::1]'],
      bad: [
        'agent-addr',
        'agent-addr 127.0.0.1:88',
        'agent-addr 127.0.0.1:',
        'agent-addr ipv4@127.0.0.1',
        'agent-addr unix@/x',
      ],
    },
    "'agent-addr' expects an address as argument..",
    setAddress,
  ),
  value(
    'agent-inter',
    '<delay>',
    'Time between two questions to the agent (2s).',
    { ok: ['agent-inter 5s'], bad: ['agent-inter', 'agent-inter 0', 'agent-inter 5x', 'agent-inter 100d'] },
    "'agent-inter' expects a delay as argument..",
    setInterval,
  ),
  value(
    'agent-port',
    '<port>',
    'Where the agent listens (that of `port`).',
    { ok: ['agent-port 99'], bad: ['agent-port'] },
    "'agent-port' expects a port number as argument..",
    (settings, text) => {
      settings.agent.port = leadingInt32(text) & 0xffff;
      return undefined;
    },
  ),
  value(
    'agent-send',
    '<text>',
    'What is said to the agent.',
    { ok: ['agent-send hello', 'agent-send "be/s1\\n"'], bad: ['agent-send'] },
    "'agent-send' expects a string as argument..",
    (settings, text) => {
      settings.agent.send = wordBytes(text).toString('base64');
      return undefined;
    },
  ),
  value(
    'observe',
    'none | layer4 | layer7',
    'Connections of traffic count as checks (nothing without `check`; layer7 is about mode http).',
    { ok: ['observe none', 'observe layer4', 'check observe layer4'], bad: ['observe', 'observe layer9'] },
    "'observe' expects <mode> as argument..",
    (settings, text, context) => {
      delete settings.observe;
      if (text === 'layer7' && context.draft.mode !== 'http') {
        // HAProxy calls it an alert, and starts.
        const message = "'layer7' can only be used in http proxies..";
        context.report({ code: 'observe-layer7', message, word: context.args[0], harmless: true });
      }
      if (text === 'layer4' || text === 'layer7') settings.observe = text;
      else if (text !== 'none') return `'observe' expects one of 'none', 'layer4', 'layer7' but got '${text}'.`;
      return undefined;
    },
  ),
  value(
    'on-error',
    'fastinter | fail-check | sudden-death | mark-down',
    'What `observe` does (fail-check).',
    { ok: ['on-error mark-down'], bad: ['on-error', 'on-error panic'] },
    undefined,
    (settings, text) => {
      const action = ON_ERROR.find((each) => each === text);
      if (action === undefined) {
        return `'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '${text}'.`;
      }
      settings.onError = action;
      return undefined;
    },
  ),
  value(
    'error-limit',
    '<count>',
    'Errors in a row before `observe` acts (10).',
    { ok: ['error-limit 10'], bad: ['error-limit', 'error-limit 0'] },
    "'error-limit' expects an integer argument..",
    (settings, text) => {
      const limit = leadingInt32(text);
      if (limit <= 0) return 'error-limit has to be > 0..';
      settings.errorLimit = limit;
      return undefined;
    },
  ),
];
