/** Everything that is measured side by side. */
import { hapax } from './hapax.mjs';
import { haproxy, haproxySplice, haproxySpliceAuto } from './haproxy.mjs';
import { nginx } from './nginx.mjs';
import { pipe } from './pipe.mjs';

/**
 * @typedef {object} Proxy
 * @property {string} name
 * @property {() => string | undefined} version Undefined when it is not installed.
 * @property {((listenPort: number, originPort: number) => string[]) | undefined} command What to run so that the one
 *   port is relayed to the other. Undefined: nothing stands between load and origin.
 */

/**
 * No proxy at all: what load and origin can do, and cost, by themselves.
 * @type {Proxy}
 */
export const none = { name: 'none', version: () => 'load and origin, directly', command: undefined };

/** What ratios are made to. */
export const REFERENCE = haproxy.name;

/** @type {readonly Proxy[]} */
export const PROXIES = [haproxy, haproxySpliceAuto, haproxySplice, hapax, nginx, pipe, none];
