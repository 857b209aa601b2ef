/** The command line's meaning. */
import { Command, CommanderError, Option } from 'commander';
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

interface Parsed {
  file?: string[];
  check?: true;
  verbose?: true;
  quiet?: true;
  foreground?: true;
  debug?: true;
  daemon?: true;
  masterWorker?: true;
  systemd?: true;
  zeroWarning?: true;
  diagnostic?: true;
  strict?: true;
  engine?: 'node' | 'linux';
  format?: Format;
  target?: Target;
  condition?: string;
  keywords?: string;
  pidfile?: string;
  directory?: string;
  localPeer?: string;
  maxconn?: string;
  proxyMaxconn?: string;
}

/** HAProxy reads numbers as far as they go and takes the rest for 0, which means "not given". */
function positive(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? '', 10);
  return value > 0 ? value : undefined;
}

/** Reads arguments that `rewriteSwitches` has made. Undefined: they make no sense, show the usage. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const program = new Command('hapax')
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .helpOption(false)
    .allowExcessArguments(false)
    .addOption(new Option('--file <path>').argParser((path, all: string[] | undefined) => [...(all ?? []), path]))
    .option('--check')
    .option('--verbose')
    .option('--quiet')
    .option('--foreground')
    .option('--debug')
    .option('--daemon')
    .option('--master-worker')
    .option('--systemd')
    .option('--zero-warning')
    .option('--diagnostic')
    .option('--strict')
    .addOption(new Option('--engine <name>').choices(['node', 'linux']))
    .addOption(new Option('--format <format>').choices(FORMATS))
    .addOption(new Option('--target <version>').choices(TARGETS))
    .option('--condition <text>')
    .option('--keywords <classes>')
    .option('--pidfile <path>')
    .option('--directory <path>')
    .option('--local-peer <name>')
    .option('--maxconn <number>')
    .option('--proxy-maxconn <number>')
    .option('--memory <megabytes>');
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw error;
  }
  const found = program.opts<Parsed>();
  return {
    files: found.file ?? [],
    check: found.check === true,
    verbose: found.verbose === true,
    // -V takes back -q, wherever it stands (measured).
    quiet: found.quiet === true && found.verbose !== true,
    foreground: found.foreground === true,
    debug: found.debug === true,
    daemon: found.daemon === true,
    masterWorker: found.systemd === true ? 'systemd' : found.masterWorker === true ? 'plain' : 'no',
    zeroWarning: found.zeroWarning === true,
    diagnostic: found.diagnostic === true,
    strict: found.strict === true,
    engine: found.engine,
    format: found.format,
    target: found.target,
    condition: found.condition,
    keywords: found.keywords,
    pidfile: found.pidfile,
    directory: found.directory,
    localPeer: found.localPeer,
    maxconn: positive(found.maxconn),
    proxyMaxconn: positive(found.proxyMaxconn),
  };
}
