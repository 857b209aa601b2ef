/** Commands of HAProxy 3.4 that hapax has not: they are known, and answered as such. */
import { notSupportedYet } from '../config/not-supported.ts';

const commands = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim().replace(/\s+/g, ' '))
    .filter((each) => each !== '');

/** Asked of a process that serves. */
const worker = commands(`
  _getsocks, abort ssl ca-file, abort ssl cert, abort ssl crl-file, acme challenge_ready, acme renew, acme status, add acl,
  add backend, add map, add server, add ssl ca-file, add ssl crt-list, add ssl jwt, clear acl, clear map, clear table, commit acl,
  commit map, commit ssl ca-file, commit ssl cert, commit ssl crl-file, debug counters, debug dev hash, del acl, del backend,
  del map, del server, del ssl ca-file, del ssl cert, del ssl crl-file, del ssl crt-list, del ssl jwt,
  disable dynamic-cookie backend, disable frontend, dump ssl cert, dump stats-file,
  enable dynamic-cookie backend, enable frontend, get acl, get map, get var, new ssl ca-file, new ssl cert, new ssl crl-file,
  prepare acl, prepare map, publish backend, set anon global-key, set anon off, set anon on, set dynamic-cookie-key backend,
  set map, set maxconn global, set profiling, set rate-limit, set ssl ca-file, set ssl cert, set ssl crl-file,
  set ssl ocsp-response, set ssl tls-key, set table, show acl, show activity, show anon, show cache, show dev, show events,
  show fd, show libs, show map, show peers, show pools, show profiling, show resolvers, show servers conn, show sess,
  show ssl ca-file, show ssl cert, show ssl crl-file, show ssl crt-list, show ssl jwt, show ssl ocsp-response,
  show ssl ocsp-updates, show ssl providers, show ssl sni, show tasks, show threads, show tls-keys, show trace,
  shutdown frontend, shutdown session, trace, unpublish backend, update ssl ocsp-response, wait
`);

const expert = commands(`
  debug dev bug, debug dev check, debug dev close, debug dev deadlock, debug dev delay, debug dev exit, debug dev fd,
  debug dev hex, debug dev log, debug dev loop, debug dev panic, debug dev sched, debug dev stream, debug dev sym, debug dev task,
  debug dev tkill, debug dev warn, debug dev write, httpclient
`);

const experimental = commands('set var');

/** Asked of either process. */
const both = commands('echo, experimental-mode, expert-mode, show startup-logs');

/** Asked of the master process only, which hapax has not: to a process that serves they are unknown. */
const master = commands(`
  @!<pid>, @<relative pid>, @master, _loadstatus, _send_status, hard-reload, mcli-debug-mode, reload, show proc
`);

/** Of the commands hapax has, those that HAProxy's master process has too. */
const ofMasterToo: ReadonlySet<string> = new Set(
  commands('help, operator, prompt, quit, show cli level, show cli sockets, show env, show version, user'),
);

/** Whom a command is for, as HAProxy's list of commands writes it. */
export function commandMarks(name: string): string {
  return ofMasterToo.has(name) ? '[MASTER] [WORKER]' : '[WORKER]';
}

/** Those hapax has not, with whom they are for. */
export const missingCommands: ReadonlyMap<string, string> = new Map([
  ...worker.map((name) => [name, '[WORKER]'] as const),
  ...expert.map((name) => [name, '[WORKER] [EXPERT]'] as const),
  ...experimental.map((name) => [name, '[WORKER] [EXPERIM]'] as const),
  ...both.map((name) => [name, '[MASTER] [WORKER]'] as const),
  ...master.map((name) => [name, '[MASTER]'] as const),
]);

/** The most words one of them has. */
const LONGEST = 3;

/** What is said of a command that begins with these words, when it is one of HAProxy's; its longest name counts. */
export function missingCommandText(words: readonly string[]): string | undefined {
  for (let count = Math.min(LONGEST, words.length); count > 0; count--) {
    const name = words.slice(0, count).join(' ');
    const marks = missingCommands.get(name);
    if (marks?.includes('[WORKER]')) return notSupportedYet(`'${name}'`);
  }
  return undefined;
}
