/** Everything that is measured side by side. */
import { hapaxLinux, hapaxNode } from './hapax.mjs';
import { haproxy, haproxySplice, haproxySpliceAuto } from './haproxy.mjs';
import { nginx } from './nginx.mjs';
import { pipe } from './pipe.mjs';

/**
 * @typedef {object} Proxy
 * @property {string} name
 * @property {() => string | undefined} version Undefined when it is not installed.
 * @property {((listenPort: number, originPort: number, logPort?: number) => string[] | undefined) | undefined} command
 *   What to run so that the one port is relayed to the other, with a log line of each connection to `logPort` when that is
 *   asked for; it answers undefined when it does not log so. Undefined: nothing stands between load and origin.
 */

/** The name of the column without a proxy. */
export const NONE = 'none';

/**
 * No proxy at all: what load and origin can do, and cost, by themselves.
 * @type {Proxy}
 */
const none = { name: NONE, version: () => 'load and origin, directly', command: undefined };

/** What ratios are made to. */
export const REFERENCE = haproxy.name;

/** @type {readonly Proxy[]} */
export const PROXIES = [haproxy, haproxySpliceAuto, haproxySplice, hapaxLinux, hapaxNode, nginx, pipe, none];
