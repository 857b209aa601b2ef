/** What a condition may ask: one row a predicate. */

export interface ConditionContext {
  /** For `defined` and for variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The version `version_atleast` and `version_before` compare with: that of the configuration language. */
  readonly version: string;
  /** Options that `global` has switched off or on so far (`nosplice` gives `SPLICE` false). */
  readonly switched: ReadonlyMap<string, boolean>;
}

export interface Predicate {
  readonly count: 1 | 2;
  test(args: readonly string[], context: ConditionContext): boolean;
}

/** What HAProxy's `-vv` would list with a plus, of the things a configuration asks for. */
export const FEATURES: ReadonlySet<string> = new Set([
  ...(process.platform === 'linux' ? ['EPOLL'] : []),
  'GETADDRINFO',
  'OPENSSL',
  'POLL',
  'PROMEX',
]);

/** Options of `enabled` as they are unless `global` says otherwise. */
const ENABLED: ReadonlyMap<string, boolean> = new Map([
  ['POLL', true],
  ['EPOLL', process.platform === 'linux'],
  ['KQUEUE', false],
  ['EVPORTS', false],
  ['SPLICE', true],
  ['GETADDRINFO', true],
  ['REUSEPORT', true],
  ['FAST-FORWARD', true],
  ['SERVER-SSL-VERIFY-NONE', false],
]);

/** `global` lines that switch an option of `enabled`. */
const SWITCHES: ReadonlyMap<string, readonly [option: string, on: boolean]> = new Map([
  ['nopoll', ['POLL', false]],
  ['noepoll', ['EPOLL', false]],
  ['nokqueue', ['KQUEUE', false]],
  ['noevports', ['EVPORTS', false]],
  ['nosplice', ['SPLICE', false]],
  ['nogetaddrinfo', ['GETADDRINFO', false]],
  ['noreuseport', ['REUSEPORT', false]],
  ['tune.disable-fast-forward', ['FAST-FORWARD', false]],
  ['ssl-server-verify none', ['SERVER-SSL-VERIFY-NONE', true]],
  ['ssl-server-verify required', ['SERVER-SSL-VERIFY-NONE', false]],
] as const);

/** The option a line of `global` switches, if any. */
export function switchedBy(words: readonly string[]): readonly [option: string, on: boolean] | undefined {
  return SWITCHES.get(words[0] ?? '') ?? SWITCHES.get(words.slice(0, 2).join(' '));
}

/**
 * Whether version `a` is older than `b`: numbers between dots from left to right, those that are missing count as 0, and a
 * development version (`2.7-dev3`) comes before the version itself.
 */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [versionNumbers(a), versionNumbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function versionNumbers(text: string): readonly number[] {
  const found = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-dev(\d+))?/.exec(text);
  if (found === null) return [0, 0, 0, 0];
  const [, major, minor = '0', patch = '0', development] = found;
  // A development version sorts below every patch of its branch, as HAProxy has it.
  const last = development === undefined ? [Number(patch) + 1, 0] : [0, Number(development)];
  return [Number(major), Number(minor), ...last];
}

const openssl = (): string => process.versions.openssl ?? '0';

export const predicates: Readonly<Record<string, Predicate>> = {
  defined: { count: 1, test: ([name], { environment }) => environment[name!] !== undefined },
  streq: { count: 2, test: ([a, b]) => a === b },
  strneq: { count: 2, test: ([a, b]) => a !== b },
  strstr: { count: 2, test: ([whole, part]) => whole!.includes(part!) },
  feature: { count: 1, test: ([name]) => name === '' || FEATURES.has(name!) },
  enabled: { count: 1, test: ([name], { switched }) => switched.get(name!) ?? ENABLED.get(name!) ?? false },
  version_atleast: { count: 1, test: ([wanted], { version }) => !isOlder(version, wanted!) },
  version_before: { count: 1, test: ([wanted], { version }) => isOlder(version, wanted!) },
  openssl_version_atleast: { count: 1, test: ([wanted]) => !isOlder(openssl(), wanted!) },
  openssl_version_before: { count: 1, test: ([wanted]) => isOlder(openssl(), wanted!) },
  ssllib_name_startswith: { count: 1, test: ([name]) => 'OpenSSL'.startsWith(name!) },
  awslc_api_atleast: { count: 1, test: () => false },
  awslc_api_before: { count: 1, test: () => false },
};
