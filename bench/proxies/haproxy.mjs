/** HAProxy with one thread, plain and with splicing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../children.mjs';
import { versionOf } from './version.mjs';

/**
 * Writes a configuration that relays one port to another, and returns its path. No check.
 * @param {string} name
 * @param {number} listenPort
 * @param {number} originPort
 * @param {readonly string[]} options Lines to add to `defaults`.
 * @param {number} [logPort] Where a line of every connection goes, by UDP.
 */
export function writeRelayFile(name, listenPort, originPort, options, logPort) {
  const file = join(scratch, `${name}-${listenPort}.cfg`);
  const lines = [
    'global',
    '    nbthread 1',
    '    maxconn 9500',
    // Otherwise HAProxy reckons with a pipe for every other connection, and with descriptors that may not be had.
    '    maxpipes 100',
    ...(logPort === undefined ? [] : [`    log 127.0.0.1:${logPort} local0`]),
    'defaults',
    '    mode tcp',
    '    timeout connect 5s',
    '    timeout client 1m',
    '    timeout server 1m',
    ...(logPort === undefined ? [] : ['    log global', '    option tcplog']),
    ...options.map((option) => `    ${option}`),
    'listen relay',
    `    bind 127.0.0.1:${listenPort}`,
    `    server origin 127.0.0.1:${originPort}`,
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

const version = () => versionOf(['haproxy', '-v'], /version (\S+)/);

/** The command line that runs HAProxy on a configuration file. */
export function haproxyCommand(file) {
  return ['haproxy', '-db', '-f', file];
}

/**
 * @param {string} name
 * @param {readonly string[]} options
 * @returns {import('./index.mjs').Proxy}
 */
function variant(name, options) {
  return {
    name,
    version,
    command: (listenPort, originPort, logPort) =>
      haproxyCommand(writeRelayFile(name, listenPort, originPort, options, logPort)),
  };
}

export const haproxy = variant('haproxy', []);

/** It splices when it takes the traffic for bulk, which depends on how that comes in: with this load it seldom does. */
export const haproxySpliceAuto = variant('haproxy-splice-auto', ['option splice-auto']);

/** It splices whatever comes. */
export const haproxySplice = variant('haproxy-splice', ['option splice-request', 'option splice-response']);
