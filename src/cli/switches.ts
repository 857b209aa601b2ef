/**
 * HAProxy's own command line, where one dash introduces whole words (`-db`, `-dW`, `-vv`, `-sf 12 13`), rewritten into the
 * long options that options.ts reads. What HAProxy answers with its usage is answered so here too (measured on 2.6).
 */

export type Switches =
  | { readonly kind: 'arguments'; readonly args: readonly string[]; readonly notices: readonly string[] }
  /** `-v`, or `-vv` with the runtime's parts: nothing after it is looked at. */
  | { readonly kind: 'version'; readonly build: boolean }
  /** Version and usage, exit 1. */
  | { readonly kind: 'usage' }
  /** One ALERT, exit 1. */
  | { readonly kind: 'alert'; readonly message: string };

/** Switches without a value. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  '-c': ['--check'],
  '-V': ['--verbose'],
  '-q': ['--quiet'],
  '-D': ['--daemon'],
  '-W': ['--master-worker'],
  '-Ws': ['--systemd'],
  '-db': ['--foreground'],
  '-dW': ['--zero-warning'],
  '-dD': ['--diagnostic'],
  '--strict': ['--strict'],
};

/** Switches whose next word is their value. */
const VALUED: Readonly<Record<string, string>> = {
  '-f': '--file',
  '-p': '--pidfile',
  '-C': '--directory',
  '-L': '--local-peer',
  '-n': '--maxconn',
  '-N': '--proxy-maxconn',
  '-m': '--memory',
  '-cc': '--condition',
  '--format': '--format',
  '--target': '--target',
  '--engine': '--engine',
};

/** Of those, the ones HAProxy answers with its usage when the value is missing. */
const USAGE_WITHOUT_VALUE = new Set(['-cc', '--format', '--target', '--engine']);

/** Switches that tune HAProxy's own process: nothing in hapax corresponds to them. */
const WITHOUT_EFFECT = /^-d[epSGRrLC]$|^-dM/;

export function rewriteSwitches(argv: readonly string[]): Switches {
  const args: string[] = [];
  const notices: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      for (const file of argv.slice(i + 1)) args.push(`--file=${file}`);
      break;
    }
    const plain = PLAIN[word];
    const valued = VALUED[word];
    if (plain !== undefined) {
      args.push(...plain);
    } else if (valued !== undefined) {
      const value = argv[++i];
      if (value === undefined) {
        return USAGE_WITHOUT_VALUE.has(word) ? { kind: 'usage' } : { kind: 'alert', message: 'failed to copy argv.' };
      }
      args.push(`${valued}=${value}`);
    } else if (word === '-S') {
      if (argv[++i] === undefined) return { kind: 'usage' };
      notices.push("'-S' has no effect: there is no master process to talk to.");
    } else if (word === '-sf' || word === '-st') {
      const pids: string[] = [];
      while (argv[i + 1] !== undefined && !argv[i + 1]!.startsWith('-')) pids.push(argv[++i]!);
      const problem = pidProblem(word, pids);
      if (problem !== undefined) return { kind: 'alert', message: problem };
    } else if (word === '-x') {
      return { kind: 'alert', message: takeOverProblem(argv[i + 1]) };
    } else if (word === '-dV') {
      return { kind: 'alert', message: "'-dV' is not supported yet by hapax: write 'verify none' where it is meant." };
    } else if (word.startsWith('-dK')) {
      args.push(`--keywords=${word.slice(3)}`);
    } else if (/^--(?:format|target)=/.test(word)) {
      args.push(word);
    } else if (WITHOUT_EFFECT.test(word)) {
    } else if (word.startsWith('-v')) {
      return { kind: 'version', build: word === '-vv' };
    } else if (word.startsWith('-d')) {
      args.push('--debug');
    } else {
      return { kind: 'usage' };
    }
  }
  return { kind: 'arguments', args, notices };
}

/** Without process ids there is nobody to replace: so begins every reload script at its first run. */
function pidProblem(word: string, pids: readonly string[]): string | undefined {
  for (const pid of pids) {
    const rest = pid.replace(/^\d+/, '');
    if (rest !== '') return `${word} option: some bytes unconsumed in PID list {${rest}}`;
  }
  if (pids.length === 0) return undefined;
  return `'${word}' is not supported yet by hapax: stop the running process first.`;
}

function takeOverProblem(path: string | undefined): string {
  if (path === undefined) return 'Unix socket path expected with the -x flag';
  return "'-x' is not supported yet by hapax: listening sockets cannot be taken over.";
}
