/** What the system calls its errors: the texts of `strerror` on Linux, which `last_chk` quotes. */
import { getSystemErrorMap } from 'node:util';

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ECONNABORTED: 'Software caused connection abort',
  EHOSTUNREACH: 'No route to host',
  EHOSTDOWN: 'Host is down',
  ENETUNREACH: 'Network is unreachable',
  ENETDOWN: 'Network is down',
  ETIMEDOUT: 'Connection timed out',
  EPIPE: 'Broken pipe',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ENOTSOCK: 'Socket operation on non-socket',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EADDRINUSE: 'Address already in use',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  ENFILE: 'Too many open files in system',
  ENOBUFS: 'No buffer space available',
  ENOMEM: 'Cannot allocate memory',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EAGAIN: 'Resource temporarily unavailable',
};

/** The text of an errno's name; '' where there is none. An error of TLS is told as HAProxy tells it. */
export function systemText(code: string): string {
  if (code.startsWith('ERR_SSL_')) return 'SSL fatal error';
  // Of a name that does not resolve: Node's own words have the name in them.
  if (code.startsWith('EAI_')) return '';
  const known = TEXTS[code];
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
/** Errors that `connect` itself reports before anything goes out. */
const LOCAL = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EINVAL', 'EAFNOSUPPORT']);

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
  const general = `General socket error (${systemText(code) || code})`;
  if (unix || RESOURCES.has(code)) return { status: 'SOCKERR', text: general };
  return { status: 'L4CON', text: LOCAL.has(code) ? general : systemText(code) };
}
