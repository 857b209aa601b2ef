/** What a failed connection is called: in the words of `strerror` on Linux, which `last_chk` quotes, or in those of TLS. */
import { getSystemErrorMap } from 'node:util';
import { knownErrorText } from '../system/error-text.ts';

/** The text of an errno's name; '' where there is none. An error of TLS is told as HAProxy tells it. */
export function systemText(code: string): string {
  if (code.startsWith('ERR_SSL_')) return 'SSL fatal error';
  // Of a name that does not resolve: Node's own words have the name in them.
  if (code.startsWith('EAI_')) return '';
  const known = knownErrorText(code);
  if (known !== undefined) return known;
  for (const [name, message] of getSystemErrorMap().values()) {
    if (name === code) return `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  }
  return '';
}

/** Why a connection failed, in the words of the system, or of Node; of OpenSSL's line of numbers and files the part that says something. */
export function failureReason(code: string, message = ''): string {
  const ofTls = /^[\dA-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1];
  const known = code.startsWith('ERR_') ? '' : systemText(code);
  // From version 24 on Node adds what to do about an unknown authority: a switch of its own, which our users do not start.
  return ofTls ?? (known || message.replace(/; if the root CA is installed locally,.*/, ''));
}

/** Errors of this process's own means, not of the server. */
const RESOURCES = new Set(['ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN']);

/** What was missing on our side for a connection: a socket, the address to come from, or a port. */
export type LocalLack = 'socket' | 'source' | 'port';

/** Undefined: it is the server's, or the network's. `source`: the address to come from could not be had. */
export function localLack(code: string, source = false): LocalLack | undefined {
  if (source) return 'source';
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'ENOBUFS' || code === 'ENOMEM') return 'socket';
  return code === 'EADDRNOTAVAIL' ? 'port' : undefined;
}

/** Errors that `connect` itself reports before anything goes out. */
const LOCAL = new Set(['ENETUNREACH', 'ENETDOWN', 'EACCES', 'EPERM', 'EINVAL', 'EAFNOSUPPORT']);

/**
 * How a failed connection counts. On a Unix socket every failure is the system's, as it is for lack of descriptors.
 * `source`: the address to come from could not be had.
 */
export function connectFailure(
  code: string,
  unix: boolean,
  source = false,
): { status: 'L4CON' | 'SOCKERR'; text: string } {
  if (source) return { status: 'L4CON', text: `Can't bind to source address (${systemText(code) || code})` };
  if (code === 'EMFILE' && !unix) {
    return { status: 'L4CON', text: `Too many sockets on the process (${systemText(code)})` };
  }
  if (code === 'EADDRNOTAVAIL') {
    return { status: 'L4CON', text: `Out of local source ports on the system (${systemText(code)})` };
  }
  const general = `General socket error (${systemText(code) || code})`;
  if (unix || RESOURCES.has(code)) return { status: 'SOCKERR', text: general };
  return { status: 'L4CON', text: LOCAL.has(code) ? general : systemText(code) };
}
