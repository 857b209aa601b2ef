import { type AddressParts, type AddressRules, parseAddress } from '../address.ts';
import { createTable } from '../dispatch.ts';
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import { leadingInt32 } from '../leading-integer.ts';
import { agentPort, copyServerSettings, type ServerDraft } from '../server-draft.ts';
import { type ParameterWording, readParameters } from './parameter-lines.ts';
import { helpForUnknownParameter, serverInventedParameters, unknownParameter } from './server-invented-parameters.ts';
import { serverParameters } from './server-parameters.ts';

type Context = LineContext<ProxyDraft>;

const strictTable = createTable(serverParameters);
const lenientTable = createTable([...serverParameters, ...serverInventedParameters]);
const RULES: AddressRules = { kind: 'server' };

/** Most servers one `server-template` line makes here; HAProxy has no bound, and every server costs memory. */
const LARGEST_TEMPLATE = 65536;

/** `server` lines bring their own place, and say where they are not welcome. Answers whether the line may be read. */
function allowed(context: Context): boolean {
  const { draft, section } = context;
  const keyword = context.line.words[0]!.text;
  if (section === 'defaults' && keyword !== 'default-server') {
    reportRaw(context, 'not-in-defaults', `'${keyword}' not allowed in 'defaults' section.`, context.line.words[0]);
    return false;
  }
  if (section === 'frontend') {
    const message = `parsing ${place(context)} : '${keyword}' not allowed because frontend '${draft.name}' has no backend capability.`;
    reportRaw(context, 'wrong-section', message, context.line.words[0]);
    return false;
  }
  return true;
}

function tableFor(context: Context): typeof strictTable {
  return context.config.strict ? strictTable : lenientTable;
}

function place(context: Context): string {
  return `[${context.line.file}:${context.line.number}]`;
}

function reportRaw(context: Context, code: string, message: string, word?: Word): void {
  context.report({ code, message: `${place(context)} : ${message}`, raw: true, word });
}

function wordingFor(context: Context, name: string): ParameterWording {
  const frame = () => `${place(context)} : 'server ${context.draft.name}/${name}' : `;
  return {
    raw: true,
    problem: (message) => frame() + message,
    unknown: (word) => frame() + unknownParameter(word),
    helpForUnknown: helpForUnknownParameter,
  };
}

/** Reads the address of a server (`parts` is absent where hapax cannot connect to it yet), or reports what is wrong with it. */
function readAddress(
  context: Context,
  name: string,
  word: Word,
): { readonly parts: AddressParts | undefined } | undefined {
  const address = parseAddress(word.text, RULES, context.config.env);
  const frame = () => `'server ${context.draft.name}/${name}' : `;
  if (!address.ok) {
    reportRaw(context, address.unsupported ? 'not-supported-yet' : 'bad-address', frame() + address.message, word);
    return address.unsupported ? { parts: undefined } : undefined;
  }
  const { host, isName } = address.parts;
  if (isName && (host.startsWith('.') || host.includes('..') || host.length > 253)) {
    reportRaw(context, 'bad-address', `${frame()}Can't create DNS resolution for server '${name}'`, word);
    return undefined;
  }
  return address;
}

function parseServer(context: Context): void {
  if (!allowed(context)) return;
  const [name, address] = context.args;
  if (name === undefined || address === undefined || address.text === '') {
    reportRaw(context, 'missing-argument', "'server' expects <name> and <addr>[:<port>] as arguments.");
    return;
  }
  if (strangeName(context, 'server name', name)) return;
  addServer(context, name.text, name, address, 3);
}

/** Refuses a name with other than letters, digits and `_-.:`. */
function strangeName(context: Context, what: string, name: Word): boolean {
  const strange = /[^A-Za-z0-9_:.-]/.exec(name.text);
  if (strange === null) return false;
  reportRaw(context, 'bad-name', `character '${strange[0]}' is not permitted in ${what} '${name.text}'.`, name);
  return true;
}

/** Reads one server whose parameters begin at word `start`, and adds it to the section. */
function addServer(context: Context, name: string, word: Word, address: Word, start: number): ServerDraft | undefined {
  const { draft, line } = context;
  const parsed = readAddress(context, name, address);
  if (parsed === undefined) return undefined;
  const server: ServerDraft = {
    name,
    isDefault: false,
    mode: draft.settings.mode,
    numbered: word.text !== name,
    address: parsed.parts,
    place: { file: line.file, line: line.number },
    span: word.span,
    siblings: draft.servers,
    settings: copyServerSettings(draft.settings.defaultServer),
  };
  const good = readParameters(context, tableFor(context), server, start, wordingFor(context, name));
  if (good && server.settings.agent.enabled && agentPort(server.settings) === 0) {
    const message = `'server ${draft.name}/${name}' : server ${name} does not have agent port. Agent check has been disabled.`;
    reportRaw(context, 'agent-port', message);
    server.settings.agent.enabled = false;
  }
  if (good && (server.settings.check.enabled || server.settings.agent.enabled) && server.settings.track !== undefined) {
    const message = `'server ${draft.name}/${name}' : unable to enable checks and tracking at the same time!`;
    reportRaw(context, 'check-and-track', message, word);
  }
  if (good && server.settings.weight === 0) {
    // Told under `-dD`.
    context.report({
      code: 'never-selected',
      severity: 'diag',
      message: `${place(context)} : 'server ${draft.name}/${name}' : configured with weight of 0 will never be selected by load balancing algorithms`,
      raw: true,
      word,
    });
  }
  draft.servers.push(server);
  return good && parsed.parts !== undefined ? server : undefined;
}

/** `3` is 1 to 3, `4-6` what it says; numbers are read as C does. */
function templateRange(text: string): readonly [first: number, last: number] {
  const [, number = '', rest = ''] = /^(\s*[+-]?\d*)(.*)$/s.exec(text) ?? [];
  const start = leadingInt32(number);
  return rest.startsWith('-') ? [start, leadingInt32(rest.slice(1))] : [1, start];
}

function parseTemplate(context: Context): void {
  if (!allowed(context)) return;
  const [prefix, count, address] = context.args;
  if (prefix === undefined || count === undefined || address === undefined || address.text === '') {
    const message = "'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments.";
    reportRaw(context, 'missing-argument', message);
    return;
  }
  if (strangeName(context, 'server-template prefix', prefix)) return;
  const [first, last] = templateRange(count.text);
  if (first < 0 || last < first || last - first >= LARGEST_TEMPLATE) {
    reportRaw(context, 'bad-value', `Wrong server-template number or range arg '${count.text}'.`, count);
    return;
  }
  const model = addServer(context, `${prefix.text}${first}`, prefix, address, 4);
  if (model === undefined) return;
  // A number of its own, like every parameter, is read once: it is the first server's.
  const { id, ...others } = model;
  for (let number = first + 1; number <= last; number++) {
    const settings = copyServerSettings(model.settings);
    context.draft.servers.push({ ...others, name: `${prefix.text}${number}`, settings });
  }
}

function parseDefaultServer(context: Context): void {
  if (!allowed(context)) return;
  const { draft, line } = context;
  const server: ServerDraft = {
    name: 'default-server',
    isDefault: true,
    mode: draft.settings.mode,
    numbered: false,
    address: undefined,
    place: { file: line.file, line: line.number },
    span: line.words[0]!.span,
    siblings: [],
    settings: draft.settings.defaultServer,
  };
  const frame = `${place(context)} : `;
  readParameters(context, tableFor(context), server, 1, {
    raw: true,
    problem: (message) => frame + message,
    unknown: (word) => `${frame}${unknownParameter(word)} Hint: no address was expected for this server.`,
    helpForUnknown: helpForUnknownParameter,
  });
}

export const serverKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'server',
    sections: ['backend', 'listen'],
    elsewhere: 'silent',
    args: '<name> <address>[:<port>] [param*]',
    support: { kind: 'yes' },
    doc: 'A server of the backend.',
    examples: {
      ok: [
        'server s 127.0.0.1:8080',
        'server s [::1]:8080 check inter 3s fall 3 rise 2',
        'server s 127.0.0.1 check port 8008',
        'server s 127.0.0.1:+100',
        'server s /run/app.sock backup',
      ],
      bad: ['server', 'server s', 'server s/x 127.0.0.1:80', 'server s 127.0.0.1:99999', 'server s 127.0.0.1:80 chekc'],
    },
    parse: parseServer,
  },
  {
    name: 'server-template',
    sections: ['backend', 'listen'],
    elsewhere: 'silent',
    args: '<prefix> <number | range> <address>[:<port>] [param*]',
    support: { kind: 'yes' },
    doc: 'Several servers with one address; their names are the prefix and a number.',
    examples: {
      ok: ['server-template s 3 127.0.0.1:8080', 'server-template s 4-6 127.0.0.1:8080 check'],
      bad: ['server-template s', 'server-template s x 127.0.0.1:80'],
    },
    parse: parseTemplate,
  },
  {
    name: 'default-server',
    sections: ['defaults', 'backend', 'listen'],
    elsewhere: 'silent',
    args: '[param*]',
    support: { kind: 'yes' },
    doc: 'Parameters of the servers after it.',
    examples: {
      ok: ['default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions', 'default-server'],
      bad: ['default-server 127.0.0.1:80', 'default-server inter 5x', 'default-server id 5'],
    },
    parse: parseDefaultServer,
  },
];
