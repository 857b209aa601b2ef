/** Addresses as haproxy.cfg writes them, with HAProxy's words for each mistake. Nothing here asks a resolver. */
import { isIP } from 'node:net';
import { HAPAX_VERSION } from '../version.ts';
import { leadingInt32, leadingInteger } from './leading-integer.ts';

/** What a place in the configuration allows. */
export interface AddressRules {
  /** `listen`: a port from 1 is required; `server`: 0 and none are fine, and an offset; `plain`: only a fixed port. */
  readonly kind: 'listen' | 'server' | 'plain';
  /** `plain` only: a port must be written. */
  readonly portRequired?: boolean;
  /** `plain` only: a range of ports may be written. */
  readonly portRange?: boolean;
}

/** An address taken apart. */
export interface AddressParts {
  readonly family: 'ip' | 'unix' | 'abns' | 'fd';
  /** `ipv4@`/`ipv6@`: only such an address will do. */
  readonly only?: 4 | 6;
  /** IP address, socket path, abstract name or number of a descriptor; empty for every address (`*:80`, `:80`); else a name to be resolved. */
  readonly host: string;
  readonly isName: boolean;
  /** First and last port; equal unless a range was written; 0 without a port. An offset may be negative. */
  readonly port: number;
  readonly lastPort: number;
  readonly portIsOffset: boolean;
  /** As written, for messages. */
  readonly text: string;
}

export type ParsedAddress =
  | { readonly ok: true; readonly parts: AddressParts }
  /** `unsupported`: HAProxy knows such addresses and hapax does not yet. */
  | { readonly ok: false; readonly message: string; readonly unsupported?: boolean };

const VARIABLE = /\$\{?(\w*)\}?/g;

/** What fits into a sockaddr_un beside the temporary suffix HAProxy gives a socket. */
const LONGEST_PATH = 97;

const IP_PREFIXES: Readonly<Record<string, 4 | 6 | undefined>> = {
  'ipv4@': 4,
  'ipv6@': 6,
  'tcp@': undefined,
  'tcp4@': 4,
  'tcp6@': 6,
};

/** Variables an address may name. */
export type AddressEnvironment = Readonly<Record<string, string | undefined>>;

/** An address with its variables put in. */
export function expandAddress(text: string, env: AddressEnvironment): string {
  return text.includes('$') ? text.replace(VARIABLE, (_all, name: string) => env[name] ?? '') : text;
}

/** What is said of an address of which nothing is left. */
export function emptyAddress(text: string): string {
  return `'${text}' resolves to an empty address (environment variable missing?)`;
}

/**
 * Reads one address (no list: see `splitAddresses`). Unlike other words, an address may hold variables (`$PORT`,
 * `${PORT}`) outside of double quotes; one that is not in `env` is empty.
 */
export function parseAddress(text: string, rules: AddressRules, env: AddressEnvironment = {}): ParsedAddress {
  const expanded = expandAddress(text, env);
  if (expanded === '') return { ok: false, message: emptyAddress(text) };
  const transport = expanded.startsWith('stream+') ? expanded.slice('stream+'.length) : expanded;
  const at = transport.indexOf('@');
  if (at < 0 && !transport.startsWith('/') && !transport.startsWith('dgram+')) {
    return internetAddress(transport, undefined, text, rules);
  }
  const prefix = at < 0 ? '' : transport.slice(0, at + 1);
  const rest = transport.slice(prefix.length);
  if (/^(?:udp[46]?@|dgram\+)/.test(transport) || prefix === 'uxdg@') {
    return { ok: false, message: `dgram-type address not acceptable in '${text}'` };
  }
  if (/^quic[46]@$/.test(prefix)) {
    const family = prefix === 'quic6@' ? 10 : 2;
    const message =
      `unsupported stream protocol for datagram family ${family} address '${text}'; ` +
      'QUIC is not compiled in if this is what you were looking for.';
    return { ok: false, message };
  }
  if (prefix === 'fd@' || prefix === 'sockpair@') return descriptor(prefix, rest, text, rules);
  if (prefix === 'abns@') return socketPath('abns', rest, text);
  if (prefix === 'unix@' || prefix === 'uxst@') return socketPath('unix', rest, text);
  if (transport.startsWith('/')) return socketPath('unix', transport, text);
  const known = Object.hasOwn(IP_PREFIXES, prefix);
  return internetAddress(known ? rest : transport, known ? IP_PREFIXES[prefix] : undefined, text, rules);
}

/** The addresses of a comma-separated list; a last comma with nothing behind it is ignored, as in HAProxy. */
export function splitAddresses(text: string): readonly string[] {
  const all = text.split(',');
  if (all.length > 1 && all.at(-1) === '') all.pop();
  return all;
}

function socketPath(family: 'unix' | 'abns', host: string, text: string): ParsedAddress {
  if (Buffer.byteLength(host) > LONGEST_PATH) {
    return { ok: false, message: `socket path '${text}' too long (max ${LONGEST_PATH})` };
  }
  const parts: AddressParts = { family, host, isName: false, port: 0, lastPort: 0, portIsOffset: false, text };
  return { ok: true, parts };
}

function descriptor(prefix: string, rest: string, text: string, rules: AddressRules): ParsedAddress {
  if (!/^\d+$/.test(rest)) {
    return { ok: false, message: `file descriptor '${rest}' is not a valid integer in '${text}'` };
  }
  if (rules.kind === 'server' && prefix === 'fd@') {
    return { ok: false, message: `a file descriptor is not acceptable here in '${text}'` };
  }
  if (rules.kind === 'listen' && prefix === 'fd@') {
    const parts: AddressParts = {
      family: 'fd',
      host: rest,
      isName: false,
      port: 0,
      lastPort: 0,
      portIsOffset: false,
      text,
    };
    return { ok: true, parts };
  }
  return {
    ok: false,
    message: `'${prefix}' addresses are not supported yet by hapax ${HAPAX_VERSION}.`,
    unsupported: true,
  };
}

function internetAddress(address: string, only: 4 | 6 | undefined, text: string, rules: AddressRules): ParsedAddress {
  const end = Math.max(address.lastIndexOf(':'), address.lastIndexOf(']'));
  const hasPort = end >= 0 && address[end] === ':';
  const ports = parsePorts(hasPort ? address.slice(end + 1) : '', text, rules);
  if (!ports.ok) return ports;
  const { port, lastPort, portIsOffset } = ports.value;
  const written = hasPort ? address.slice(0, end) : address;
  let host = written;
  if (host.startsWith('[') && host.endsWith(']')) host = host.slice(1, -1);
  if (host === '*') host = '';
  // A zone (`fe80::1%eth0`) counts as IPv6 for Node; HAProxy takes it for a name.
  const version = host.includes('%') ? 0 : isIP(host);
  if (version !== 0 && only !== undefined && version !== only) {
    // HAProxy asks the resolver for the other family, which has none.
    return { ok: true, parts: { family: 'ip', only, host: written, isName: true, port, lastPort, portIsOffset, text } };
  }
  const isName = version === 0 && host !== '';
  const parts: AddressParts = { family: 'ip', host, isName, port, lastPort, portIsOffset, text };
  return { ok: true, parts: only === undefined ? parts : { ...parts, only } };
}

type ParsedPorts =
  | { readonly ok: true; readonly value: Pick<AddressParts, 'port' | 'lastPort' | 'portIsOffset'> }
  | { readonly ok: false; readonly message: string };

const NO_PORT: ParsedPorts = { ok: true, value: { port: 0, lastPort: 0, portIsOffset: false } };

function fail(message: string): ParsedPorts {
  return { ok: false, message };
}

function parsePorts(written: string, text: string, rules: AddressRules): ParsedPorts {
  const first = written.charAt(0);
  if (first === '') {
    if (rules.kind === 'listen' || rules.portRequired) return fail(`missing port specification in '${text}'`);
    return NO_PORT;
  }
  if (first === '+' || first === '-') {
    if (rules.kind !== 'server') return fail(`port offset not permitted here in '${text}'`);
    const offset = leadingInt32(written);
    return { ok: true, value: { port: offset, lastPort: offset, portIsOffset: true } };
  }
  if (first < '0' || first > '9') {
    return fail(`invalid character '${first}' in port number '${written}' in '${text}'`);
  }
  const dash = written.indexOf('-');
  const mayBeRange = rules.kind === 'listen' || rules.portRange;
  if (dash >= 0 && !mayBeRange) return fail(`port range not permitted here in '${text}'`);
  const lowest = rules.kind === 'listen' ? 1 : 0;
  const firstText = dash < 0 ? written : written.slice(0, dash);
  const port = leadingInteger(firstText);
  if (port < lowest || port > 65535) return fail(`invalid port '${firstText}'`);
  const lastText = dash < 0 ? firstText : written.slice(dash + 1);
  const lastPort = dash < 0 ? port : leadingInteger(lastText);
  if (lastPort < lowest || lastPort > 65535) return fail(`invalid port '${lastText}'`);
  if (lastPort < port) return fail(`invalid port range '${written}'`);
  return { ok: true, value: { port, lastPort, portIsOffset: false } };
}
