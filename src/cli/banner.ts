/** `-v`, `-vv` and the usage: in HAProxy's shape, about hapax. */
import { arch, machine, release, type, version } from 'node:os';
import { HAPAX_VERSION } from '../version.ts';

/** Four lines; the third word of the first is the version. */
export function versionText(releaseDate: string): string {
  return (
    `hapax version ${HAPAX_VERSION} ${releaseDate} - a TCP proxy that runs haproxy.cfg\n` +
    'Status: first release; what works and what does not yet stands in README.md.\n' +
    'Known bugs: none written down; see CHANGELOG.md.\n' +
    `Running on: ${type()} ${release()} ${version()} ${machine()}\n`
  );
}

/** What `-vv` adds. `native` says why libc cannot be called, `linux` why there is no linux engine; undefined when there is. */
export function buildText(native: string | undefined, linux: string | undefined): string {
  return (
    `Runtime      : Node ${process.versions.node} (V8 ${process.versions.v8}, libuv ${process.versions.uv}) for ${process.platform}-${arch()}\n` +
    `TLS library  : OpenSSL ${process.versions.openssl}\n` +
    `System calls : ${native === undefined ? 'koffi' : `not available: ${native}`}\n` +
    `\nAvailable engines : ${linux === undefined ? 'linux node' : `node (not linux: ${linux})`}\n` +
    'Available proxy modes : tcp; http for the statistics page only\n' +
    'Available services : stats socket, statistics page\n' +
    'Available filters : none\n'
  );
}

/** What `-h`, no argument and wrong ones are answered with, on stderr. */
export const USAGE = `
Usage : hapax [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ]
        [ -p <pidfile> ] [ -C <dir> ] [--strict] [--engine <name>] [-- <cfgfile>*]
        -f reads a file, or every *.cfg of a directory; may be repeated
        -c checks the configuration and exits: 0 valid, 1 not, 2 nothing to listen on
        -v displays the version ; -vv shows the runtime's parts too
        -d stays in the foreground and is verbose ; -db only stays in the foreground
        -V is verbose (takes -q back) ; -q prints nothing
        -D goes to the background ; -p writes the process id to a file
        -C changes to a directory before files are read
        -W, -Ws run one process like any other; -Ws tells systemd when it is ready
        -n sets the most connections at once
        -dW refuses to start when there are warnings ; -dD adds hints about the configuration
        --engine linux or node chooses what moves the bytes (HAPAX_ENGINE does too)
        --strict refuses what HAProxy refuses, and turns a server's reset into an orderly end
        --format text, json, sarif or github says how -c tells what it found
        --target 2.6, 2.8, 3.0, 3.2 or 3.4 tells what that HAProxy has not got
        -cc evaluates a condition and exits: 0 true, 1 false, 2 it cannot be read
        -dK{class[,...]} lists the keywords hapax knows ('all', or 'help' for the classes)
        -N, -m, -S and the other -d switches of HAProxy are accepted without effect
        -sf, -st, -x, -dV are not supported yet
        'hapax demo' shows it at work with servers of its own ; 'hapax demo --help' tells more
        'hapax fix <file>' rewrites old lines in today's form ; --diff shows what would change
        'hapax probe BACKEND/SERVER -f <cfgfile>' shows what a server's check sees
        'hapax health-checker --port <port>' answers load balancers over HTTP

`;
