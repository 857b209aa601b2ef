/** The command line's meaning. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { TARGETS, type Target } from '../config/language-versions.ts';
import { FORMATS, type Format } from '../config/writers/formats.ts';

export interface Options {
  readonly files: readonly string[];
  readonly check: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** `-db`: stay in the foreground whatever the configuration says. */
  readonly foreground: boolean;
  /** `-d`: the same, and verbose. */
  readonly debug: boolean;
  readonly daemon: boolean;
  readonly masterWorker: 'no' | 'plain' | 'systemd';
  readonly zeroWarning: boolean;
  /** `-dD`. */
  readonly diagnostic: boolean;
  readonly strict: boolean;
  /** `--engine`: what moves the bytes. */
  readonly engine: 'node' | 'linux' | undefined;
  /** `--format`: how `-c` says what it found. */
  readonly format: Format | undefined;
  /** `--target`: the version of HAProxy the files are for. */
  readonly target: Target | undefined;
  /** `-cc`: a condition to evaluate instead of anything else. */
  readonly condition: string | undefined;
  /** `-dK`: classes of keywords to list. */
  readonly keywords: string | undefined;
  readonly pidfile: string | undefined;
  readonly directory: string | undefined;
  readonly localPeer: string | undefined;
  /** `-n`; undefined when absent or no positive number. */
  readonly maxconn: number | undefined;
  /** `-N`, likewise. */
  readonly proxyMaxconn: number | undefined;
}

/** The long options `rewriteSwitches` writes. Node's own reader of arguments is loaded in a fraction of commander's time. */
const OPTIONS = {
  file: { type: 'string', multiple: true },
  check: { type: 'boolean' },
  verbose: { type: 'boolean' },
  quiet: { type: 'boolean' },
  foreground: { type: 'boolean' },
  debug: { type: 'boolean' },
  daemon: { type: 'boolean' },
  'master-worker': { type: 'boolean' },
  systemd: { type: 'boolean' },
  'zero-warning': { type: 'boolean' },
  diagnostic: { type: 'boolean' },
  strict: { type: 'boolean' },
  engine: { type: 'string' },
  format: { type: 'string' },
  target: { type: 'string' },
  condition: { type: 'string' },
  keywords: { type: 'string' },
  pidfile: { type: 'string' },
  directory: { type: 'string' },
  'local-peer': { type: 'string' },
  maxconn: { type: 'string' },
  'proxy-maxconn': { type: 'string' },
  memory: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

const ENGINES = ['node', 'linux'] as const;

/** Undefined: it was not given. */
function choice<Choice extends string>(choices: readonly Choice[], text: string | undefined): Choice | undefined {
  const found = choices.find((each) => each === text);
  if (found === undefined && text !== undefined) throw new TypeError(`'${text}' is no choice`);
  return found;
}

/** HAProxy reads numbers as far as they go and takes the rest for 0, which means "not given". */
function positive(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? '', 10);
  return value > 0 ? value : undefined;
}

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
}

/** Reads arguments that `rewriteSwitches` has made. Undefined: they make no sense, show the usage. */
export function parseOptions(args: readonly string[]): Options | undefined {
  let found: ReturnType<typeof read>;
  let chosen: Pick<Options, 'engine' | 'format' | 'target'>;
  try {
    found = read(args);
    chosen = {
      engine: choice(ENGINES, found.engine),
      format: choice(FORMATS, found.format),
      target: choice(TARGETS, found.target),
    };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return {
    files: found.file ?? [],
    check: found.check === true,
    verbose: found.verbose === true,
    // -V takes back -q, wherever it stands (measured).
    quiet: found.quiet === true && found.verbose !== true,
    foreground: found.foreground === true,
    debug: found.debug === true,
    daemon: found.daemon === true,
    masterWorker: found.systemd === true ? 'systemd' : found['master-worker'] === true ? 'plain' : 'no',
    zeroWarning: found['zero-warning'] === true,
    diagnostic: found.diagnostic === true,
    strict: found.strict === true,
    ...chosen,
    condition: found.condition,
    keywords: found.keywords,
    pidfile: found.pidfile,
    directory: found.directory,
    localPeer: found['local-peer'],
    maxconn: positive(found.maxconn),
    proxyMaxconn: positive(found['proxy-maxconn']),
  };
}
