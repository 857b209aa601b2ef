/** `set server b/s check-addr|check-port|agent-addr|agent-port`: what the words mean, and what HAProxy says of wrong ones. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { chooseAddress, type LookupHost } from '../config/address-resolution.ts';
import type { AddressModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import type { ServerRecord } from '../servers/server-record.ts';
import { done, failure, type Reply } from './command.ts';

/** `[value, 'port', port]`: the words behind the setting. */
type Words = readonly (string | undefined)[];

/** A port, 0 for the server's own; a string is what is wrong with it. */
type Port = number | string;

/** Checks go to a numeric address, unlike everything else. */
export function changeCheckAddress(control: ServerControl, server: ServerRecord, words: Words): Reply {
  const [text] = words;
  if (text === undefined) return failure('set server <b>/<s> check-addr requires an address and optionally a port.');
  if (server.check === undefined) return failure('health checks are not enabled on this server');
  const address = numericAddress(text);
  if (address === undefined) return invalidAddress(text);
  return moveChecks(control, server, address, portBehind(words));
}

export function changeCheckPort(control: ServerControl, server: ServerRecord, [text]: Words): Reply {
  if (text === undefined) return failure('set server <b>/<s> check-port requires a port.');
  if (server.check === undefined) return failure('health checks are not enabled on this server');
  return moveChecks(control, server, undefined, readPort(text));
}

function moveChecks(
  control: ServerControl,
  server: ServerRecord,
  address: AddressModel | undefined,
  port: Port | undefined,
): Reply {
  if (typeof port === 'string') return failure(port);
  if (port === 0 && !hasFixedPort(server)) return failure("can't unset 'port' since MAPPORTS is in use");
  control.moveChecks(server, { address, port });
  return done;
}

/** An agent may be named: then the answer waits for the system's resolver. */
export function changeAgentAddress(
  control: ServerControl,
  server: ServerRecord,
  words: Words,
  lookup: LookupHost,
): Reply {
  const [text] = words;
  if (text === undefined) return failure('set server <b>/<s> agent-addr requires an address and optionally a port.');
  if (server.agent === undefined) return failure('agent checks are not enabled on this server');
  const move = (address: AddressModel | undefined): Reply => {
    if (address === undefined) return invalidAddress(text);
    const port = portBehind(words);
    if (typeof port === 'string') return failure(port);
    control.moveAgent(server, { address, port });
    return done;
  };
  const address = numericAddress(text);
  if (address !== undefined || !/^[\w.-]+$/.test(text)) return move(address);
  return { text: '', later: lookup(text).then((answer) => move(chooseAddress(answer))) };
}

export function changeAgentPort(control: ServerControl, server: ServerRecord, [text]: Words): Reply {
  if (text === undefined) return failure('set server <b>/<s> agent-port requires a port.');
  if (server.agent === undefined) return failure('agent checks are not enabled on this server');
  const port = readPort(text);
  if (typeof port === 'string') return failure(port);
  control.moveAgent(server, { port });
  return done;
}

function invalidAddress(text: string): Reply {
  return failure(`invalid addr '${text}'`);
}

/** An IP, an IPv6 in brackets or not; `*`: the server's own. */
function numericAddress(text: string): AddressModel | undefined {
  const host = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  if (host === '*') return { family: 'ipv4', host: '0.0.0.0', port: 0 };
  if (isIPv4(host)) return { family: 'ipv4', host, port: 0 };
  if (!isIPv6(host) || host.includes('%')) return undefined;
  return { family: 'ipv6', host: new SocketAddress({ address: host, family: 'ipv6' }).address, port: 0 };
}

/** That of `port P` behind an address; undefined where there is no such word. */
function portBehind([, word, text]: Words): Port | undefined {
  return word === 'port' ? readPort(text ?? '') : undefined;
}

function readPort(text: string): Port {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= -(2 ** 31) && value < 2 ** 31)) return 'provided port is not an integer';
  return value >= 0 && value <= 65_535 ? Math.abs(value) : 'provided port is invalid';
}

/** The server's own port is a port, not that of the client or at a distance from it. */
function hasFixedPort({ address }: ServerRecord): boolean {
  const inet = address.family === 'ipv4' || address.family === 'ipv6';
  return inet && address.port !== 0 && address.portIsOffset !== true;
}
