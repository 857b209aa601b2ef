/**
 * Where hapax and HAProxy 2.6 are meant to differ, each with its reason. Every comparison of the parity tests goes
 * through this one table: a difference that is not in it fails.
 */

export type Area = 'checks' | 'states' | 'mails' | 'stats' | 'info' | 'cli' | 'logs' | 'config' | 'page';

export interface Difference {
  readonly area: Area;
  /** Scenario, row, command or case. */
  readonly where: RegExp;
  /** What of it: a column, `path`, `log`, `stderr`... */
  readonly what: RegExp;
  readonly reason: string;
  /** Whether this pair of values is the difference meant; without it every pair is. */
  readonly accept?: (oracle: string, ours: string) => boolean;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    area: 'checks',
    where: /^agent_unfinished$/,
    what: /^(results|log|last_agt)$/,
    reason:
      'what is said of an unfinished line stays with the time-out it leads to; in HAProxy it comes and goes, and is not in the log',
  },
  {
    area: 'checks',
    where: /^spop_(fragment|cut_and_closed)$/,
    what: /^(results|log)$/,
    reason: 'frames in parts are not known any more, as in HAProxy 3.4, which calls them invalid',
    accept: (oracle, ours) => oracle.replaceAll('fragmentation not supported', 'invalid frame received') === ours,
  },
  {
    area: 'checks',
    where: /^(mysql|ldap|spop)_/,
    what: /^(path|results|log)$/,
    reason:
      'HAProxy 2.6 counts one success of these three twice, first with and then without what the server said: a server is up after one ' +
      'check where rise says two. Here it counts once, and what the server said stays.',
    accept: (oracle, ours) => withoutSayings(oracle) === withoutSayings(ours),
  },
  {
    area: 'checks',
    where: /^ldap_short$/,
    what: /^(results|log)$/,
    reason:
      'whether its one byte is a cut answer or no LDAP depends in HAProxy on whether the end of the connection comes with it or behind ' +
      'it; here it is a cut answer either way',
    accept: (oracle, ours) => withoutSayings(oracle.replaceAll(NOT_LDAP, '')) === withoutSayings(ours),
  },
  {
    area: 'checks',
    where: /^tcp_(send_)?binary$/,
    what: /^(results|log)$/,
    reason: 'the bytes that were waited for are shown in hexadecimal, not as they are up to the first NUL',
    accept: (oracle, ours) => withoutBytes(oracle) === withoutBytes(ours),
  },
  {
    area: 'checks',
    where: /^hostile_chunk_size_garbage_unasked$/,
    what: /./,
    reason:
      'HAProxy sees that the body is broken if it comes together with the head; here nobody looks behind a head that says all ' +
      'that was asked',
  },
  {
    area: 'checks',
    where: /^fastcgi_says_no_number$/,
    what: /^results$/,
    reason: 'a status without digits is none; HAProxy reckons with its letters',
    accept: (oracle, ours) => oracle.startsWith('L7STS/5451 ') && ours.startsWith('L7RSP/ '),
  },
  {
    area: 'checks',
    where: /^fastcgi_(says_a_(short|long)_body|asks_head_that_has_a_body)$/,
    what: /^results$/,
    reason:
      'a program says with its record where its answer ends; one whose Content-Length says otherwise, or that has a body for HEAD, is ' +
      'judged by what came. HAProxy waits for the rest, or takes the answer for none.',
    accept: (oracle, ours) => /^L7(TOUT|RSP)\/ ''/.test(oracle) && /^L7(RSP|OK)\//.test(ours),
  },
  {
    area: 'states',
    where: /./,
    what: /^status$/,
    reason:
      'steps on the way up or down are shown where there are any, not `UP -1/3`, `DOWN 0/2` or `DOWN 5/3` of a server moved by hand',
    accept: (oracle, ours) => withoutOddSteps(oracle) === ours,
  },
  {
    area: 'states',
    where: /^everything$/,
    what: /^log$/,
    reason: 'what is wrong with a weight is told without the line feed HAProxy has behind it',
    accept: (oracle, ours) => oracle.replaceAll('<0A>', '') === ours,
  },
  {
    area: 'mails',
    where: /^(greeting_lines_split|hello_lines_split|greeting_bare|forwards)$/,
    what: /^talk$/,
    reason:
      'an answer of several lines may come in pieces, a code without a text is one, and 251 is a success (RFC 5321)',
    accept: (oracle, ours) => !oracle.includes('QUIT') && ours.includes('QUIT'),
  },
  {
    area: 'stats',
    where: /./,
    what: /^need_conn_est$/,
    reason: 'an estimate of idle connections worth keeping for HTTP reuse; a TCP proxy keeps none',
  },
  {
    area: 'logs',
    where: /./,
    what: /^need_conn_est$/,
    reason: 'as above',
  },
  {
    area: 'logs',
    where: /^t_server_reset$/,
    what: /^client$/,
    reason:
      "a server's RST reaches the client as RST, so that cut data is not taken for whole (--strict: FIN, as HAProxy)",
    accept: (oracle, ours) => oracle.endsWith(' fin') && ours.endsWith(' rst'),
  },
  {
    area: 'info',
    where: /^TotalSplicdedBytesOut$/,
    what: /^name$/,
    reason: 'spelt TotalSplicedBytesOut since 3.x, whose names count',
  },
  {
    area: 'cli',
    where: /./,
    what: /^answer$/,
    reason: 'each program knows commands of its own, so one may see a likeness where the other lists everything',
    accept: (oracle, ours) => likeness(oracle) === likeness(ours),
  },
  {
    area: 'cli',
    where: /^(30 $|nothing|semicolon at the end)/,
    what: /^answer$/,
    reason: 'an empty command is answered by an empty line, as in 3.x, not by the whole help',
    accept: (oracle, ours) => ours === `${oracle.slice(0, oracle.indexOf('Unknown command'))}\n`,
  },
  {
    area: 'cli',
    where: /set server/,
    what: /^answer$/,
    reason:
      'every answer ends with a blank line, as in 3.x; 2.6 leaves it out of some about weights, addresses and ports',
    accept: (oracle, ours) => ours === `${oracle}\n` && !oracle.endsWith('\n\n'),
  },
  {
    area: 'page',
    where: /^(a length and chunks|the same length twice|a NUL in a header|a continued header|line feeds alone)$/,
    what: /^head$/,
    reason: 'what two readers may take for two different things is refused; HAProxy mends or takes it',
    accept: (_, ours) => ours.startsWith('HTTP/1.1 400 Bad request'),
  },
  {
    area: 'page',
    where: /^a method nobody knows$/,
    what: /^head$/,
    reason: "Node's parser knows the registered methods only: 400 instead of the 503 for what no page is for",
    accept: (oracle, ours) => oracle.startsWith('HTTP/1.1 503') && ours.startsWith('HTTP/1.1 400'),
  },
  {
    area: 'config',
    where: /^(mode tcp before mode http|frontend_nobackend_http|mode_mismatch2|rule_after_order|warn_plus_ok_dW)$/,
    what: /^(exit|stdout|stderr)$/,
    reason: 'forwarding HTTP comes in a later version; until then such a proxy is refused',
    accept: (_, ours) =>
      ours === '1' || ours === '' || ours.includes('would have to forward HTTP, which is not supported yet'),
  },
  {
    area: 'config',
    where: /^peers_bad$/,
    what: /^(exit|stdout|stderr)$/,
    reason: 'stick tables, which peers share, come in a later version; until then the section is refused',
    accept: (_, ours) => ours === '1' || ours === '' || ours.includes("section 'peers' is not supported yet"),
  },
  {
    area: 'config',
    where: /^bind_in_backend$/,
    what: /^(exit|stdout)$/,
    reason: 'a socket whose connections nobody would answer is none: hapax says that nothing listens, HAProxy starts',
    accept: (oracle, ours) => (oracle === '0' && ours === '2') || ours.includes('(no listener)'),
  },
  {
    area: 'config',
    where: /^bind_unknown_kw$/,
    what: /^stderr$/,
    reason: 'nobody who wrote "foo" meant "tfo": what is not alike is not suggested',
    accept: (oracle, ours) => oracle.replace("; did you mean 'tfo' maybe ?", '.') === ours,
  },
  {
    area: 'config',
    where: /^nbsp$/,
    what: /^stderr$/,
    reason:
      "a byte that is no UTF-8 is read as U+FFFD, which is told; 'timeout' is suggested, not 'contimeout', which HAProxy itself refuses",
    accept: (oracle, ours) =>
      oracle.replace("'contimeout'", "'timeout'") === ours.replace(/\[WARNING\].* that are no UTF-8 .*\n/, ''),
  },
  {
    area: 'config',
    where: /^(ctrl|ctrl_line)$/,
    what: /^stderr$/,
    reason: 'control characters of a file are shown as "?", so that the terminal does not obey them',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
    accept: (oracle, ours) => oracle.replace(/[\x01\x07]/g, '?') === ours,
  },
  {
    area: 'config',
    where: /^nonascii_name$/,
    what: /^stderr$/,
    reason: 'the whole character is shown; HAProxy shows half of it, which is none',
    accept: (oracle, ours) => oracle.replace('\ufffd', '\u00e9') === ours,
  },
  {
    area: 'config',
    where: /^acl_noarg$/,
    what: /^stderr$/,
    reason:
      "HAProxy's message breaks off where it quotes the character that is not there, and the next one follows on its line",
    accept: (oracle, ours) => oracle.includes("character '[ALERT]") && ours.includes("character '' is not permitted"),
  },
];

/** Without counts below 1 or, of a server that is down, not below its rise. */
function withoutOddSteps(status: string): string {
  const [, word = '', passed, needed] = /^(\S+) (-?\d+)\/(\d+)$/.exec(status) ?? [];
  const odd = Number(passed) < 1 || (word === 'DOWN' && Number(passed) >= Number(needed));
  return odd ? word : status;
}

/** As `last_chk` and the log have it. */
const NOT_LDAP = /(?<=L7RSP {2})Not LDAPv3 protocol(?= )|, info: "Not LDAPv3 protocol"/g;

/** Paths, results or lines without what a database or directory said of itself, and without the step half up. */
function withoutSayings(text: string): string {
  return text
    .replace(' > DOWN 1/2', '')
    .replace(/(succeeded, .*code: 0), info: "[^"]*"/g, '$1')
    .split('\n')
    .map((line) => line.replace(/^L7OK 0 .* \(/, 'L7OK 0 ('))
    .filter((line, at, all) => line !== all[at - 1])
    .join('\n');
}

function withoutBytes(text: string): string {
  return text.replace(/expect binary '[^']*'/g, 'expect binary');
}

/** Both beginnings of the answer to an unknown command as one. */
function likeness(answer: string): string {
  return answer
    .replaceAll('Unknown command, but maybe one of the following ones is a better match:', 'Unknown command')
    .replaceAll('Unknown command. Please enter one of the following commands only:', 'Unknown command');
}

export interface Comparison {
  readonly area: Area;
  readonly where: string;
  readonly what: string;
  readonly oracle: string;
  readonly ours: string;
}

/** The entry that explains why the two values differ, `undefined` when none does. */
export function explain(comparison: Comparison): Difference | undefined {
  return DIFFERENCES.find(
    (entry) =>
      entry.area === comparison.area &&
      entry.where.test(comparison.where) &&
      entry.what.test(comparison.what) &&
      (entry.accept === undefined || entry.accept(comparison.oracle, comparison.ours)),
  );
}

/** A list of the comparisons whose values differ without being explained, as text for an assertion; empty is good. */
export function unexplained(comparisons: readonly Comparison[]): string[] {
  return comparisons
    .filter((comparison) => comparison.oracle !== comparison.ours && explain(comparison) === undefined)
    .map(
      ({ where, what, oracle, ours }) =>
        `${where}, ${what}:\n  HAProxy: ${JSON.stringify(oracle)}\n  hapax:   ${JSON.stringify(ours)}`,
    );
}
