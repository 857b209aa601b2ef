/** What could not be listened to, in HAProxy's words and order. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AddressModel, ListenerModel, Model, ProxyModel } from '../config/model.ts';
import { isIp } from '../system/address-family.ts';
import { systemErrorText } from '../system/error-text.ts';

/** A message with what it is sorted by; problems of the stats sockets come first in the list. */
export interface BindProblem {
  readonly address: AddressModel;
  /** To follow `[ALERT]    (pid) : `. */
  readonly message: string;
}

/** HAProxy goes through its protocols one after the other, and through the configuration in each (measured). */
const PROTOCOL_ORDER: Readonly<Record<AddressModel['family'], number>> = { ipv6: 0, ipv4: 1, unix: 2, abns: 3 };

export function inOrder(problems: readonly BindProblem[]): readonly string[] {
  return [...problems]
    .sort((a, b) => PROTOCOL_ORDER[a.address.family] - PROTOCOL_ORDER[b.address.family])
    .map((problem) => problem.message);
}

/** `Binding [a.cfg:12] for proxy l: cannot bind socket (Address already in use) for [127.0.0.1:27002]`. */
export function listenerProblem(proxy: ProxyModel, listener: ListenerModel, code: string): BindProblem {
  const { file, line } = listener.place;
  const kind = proxy.kind === 'listen' ? 'proxy' : proxy.kind;
  if (listener.address.fd !== undefined) {
    // An inherited socket is bound already; HAProxy says nothing behind the colon here.
    const message = `Starting [${file}:${line}] for ${kind} ${proxy.name}: cannot listen to socket (${systemErrorText(code)}) for [fd@${listener.address.fd}]`;
    return { address: listener.address, message };
  }
  return {
    address: listener.address,
    message: `Binding [${file}:${line}] for ${kind} ${proxy.name}: ${reason(listener.address, code)}`,
  };
}

function reason({ family, host, port }: AddressModel, code: string): string {
  if (isIp(family)) {
    return `cannot bind socket (${systemErrorText(code)}) for [${host}:${port}]`;
  }
  if (code === 'EISDIR') {
    return `error when trying to preserve previous UNIX socket (${systemErrorText('EPERM')}) [${host}]`;
  }
  // libuv says EACCES where the directory does not exist.
  const real = code === 'EACCES' && family === 'unix' && !existsSync(dirname(host)) ? 'ENOENT' : code;
  return `cannot bind UNIX socket (${systemErrorText(real)}) [${family === 'abns' ? '' : host}]`;
}

/** Whether there is anything to listen on: what HAProxy calls an enabled listener. Stats sockets do not count. */
export function hasListeners(model: Model): boolean {
  if (model.global.statsSockets.length > 0) return true;
  return model.proxies.some((proxy) => !proxy.disabled && (proxy.frontend?.listeners.length ?? 0) > 0);
}
