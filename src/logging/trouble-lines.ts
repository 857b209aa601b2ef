/** What a proxy lacked for a connection, to a client or to a server: HAProxy's lines, and words of ours where it was never seen. */
import type { ProxyModel } from '../config/model.ts';
import { getFileLimit } from '../system/file-limit.ts';
import { type EventLine, Level } from './event-line.ts';

type Owner = Pick<ProxyModel, 'index' | 'name'>;

const SHORT_OF: Readonly<Record<string, string>> = { ENFILE: 'file descriptors', ENOBUFS: 'memory', ENOMEM: 'memory' };

/** No socket was to be had; `code` names the errno. `cannot` says what is not done for want of it. */
export function socketShortage({ index, name }: Owner, code: string, cannot: string): EventLine {
  const limit = code === 'EMFILE' ? getFileLimit()?.soft : undefined;
  const text =
    code === 'EMFILE'
      ? `Proxy ${name} reached process FD limit (maxsock=${limit ?? 'unknown'}). Please check 'ulimit-n' and restart.`
      : `Proxy ${name} cannot ${cannot}: the system is short of ${SHORT_OF[code] ?? 'something'} (${code}).`;
  return { proxy: index, level: Level.emerg, text };
}

/** A connection could not come from where the configuration wants it to. */
export function sourceRefused({ index, name }: Owner, kind: 'source' | 'tproxy source'): EventLine {
  const text = `Cannot bind to ${kind} address before connect() for backend ${name}.`;
  return { proxy: index, level: Level.emerg, text };
}

/** The machine has no port left for a connection to that server. */
export function portsExhausted({ index, name }: Owner): EventLine {
  return { proxy: index, level: Level.err, text: `Connect() failed for backend ${name}: no free ports.` };
}
