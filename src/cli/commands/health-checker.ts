/** `hapax health-checker`: its options, and what it answers to wrong ones. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatDiagnostics } from '../../config/diagnostic-writer.ts';
import { parseDuration } from '../../config/duration.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Model } from '../../config/model.ts';
import { CHECK_LOG_LEVELS, type CheckLogLevel } from '../../health-checker/check-log.ts';
import { splitCommand } from '../../health-checker/command-words.ts';
import { type ListenerAddress, parseListener } from '../../health-checker/listener-address.ts';
import { HAPAX_VERSION } from '../../version.ts';
import { type EarlySignals, print } from '../run.ts';

interface Parsed {
  readonly listener: ListenerAddress;
  readonly port: readonly number[];
  readonly script: readonly (readonly string[])[];
  readonly scriptTimeout: number;
  readonly singleflight?: true;
  readonly logLevel: CheckLogLevel;
  readonly file: readonly string[];
  readonly backend?: string;
}

function listener(text: string): ListenerAddress {
  const address = parseListener(text);
  if (address === undefined)
    throw new InvalidArgumentError('It takes an address and a port such as 0.0.0.0:5000, :5000 or [::1]:5000.');
  return address;
}

function port(text: string, all: readonly number[]): readonly number[] {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65535) throw new InvalidArgumentError('It takes a port from 1 to 65535.');
  return [...all, value];
}

function script(text: string, all: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const command = splitCommand(text);
  if (!command.ok) throw new InvalidArgumentError(`It takes a program with its arguments; ${command.problem}.`);
  return [...all, command.words];
}

/** A number without a unit is in seconds. Returns ms. */
function timeout(text: string): number {
  const parsed = parseDuration(text, 's');
  if (!parsed.ok || parsed.trailing !== undefined || parsed.value === 0) {
    throw new InvalidArgumentError('It takes a time such as 5, 5s or 500ms.');
  }
  return parsed.value;
}

const EXAMPLES = `
Examples:
  hapax health-checker --listener 0.0.0.0:5000 --port 5432 --port 6379
  hapax health-checker --port 8080 --script "./check.sh --deep" --script-timeout 2
  hapax health-checker -f haproxy.cfg --backend db

Any request is answered by 200 OK when every check passes and by 504 Gateway Not Found when one fails.
`;

/** Returns the exit code. */
export async function healthChecker(args: readonly string[], signals: EarlySignals): Promise<number> {
  const program = new Command('hapax health-checker')
    .description('Answers load balancers over HTTP: checks ports, scripts and servers whenever it is asked.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(1, text), writeErr: (text) => print(2, text) })
    .allowExcessArguments(true)
    .version(`hapax health-checker ${HAPAX_VERSION}`, '--version', 'show the version')
    .helpOption('-h, --help', 'show this text')
    .addOption(
      new Option('--listener <address>', 'where requests are answered')
        .argParser(listener)
        .default({ host: '0.0.0.0', port: 5000 }, '0.0.0.0:5000'),
    )
    .addOption(
      new Option('--port <port>', 'a port of this machine that must accept connections; repeatable')
        .argParser(port)
        .default([], 'none'),
    )
    .addOption(
      new Option('--script <command>', 'a program, with arguments, that must exit with 0; repeatable')
        .argParser(script)
        .default([], 'none'),
    )
    .addOption(
      new Option('--script-timeout <time>', 'after this a script fails and is killed with its children; in seconds')
        .argParser(timeout)
        .default(5000, '5'),
    )
    .option('--singleflight', 'requests that come while checks run share their result')
    .addOption(new Option('--log-level <level>', 'what is logged').choices(CHECK_LOG_LEVELS).default('info'))
    .addOption(
      new Option('-f, --file <path>', 'a haproxy.cfg; repeatable')
        .argParser((path: string, all: readonly string[]) => [...all, path])
        .default([], 'none'),
    )
    .option('--backend <name>', 'a backend of it, each of whose servers must pass its check')
    .addHelpText('after', EXAMPLES);
  try {
    program.parse(args, { from: 'user' });
    const { file, backend, port, script } = program.opts<Parsed>();
    const [stray] = program.args;
    if (stray !== undefined) program.error(`error: '${stray}' belongs to no option${quotesHint(args)}`);
    if (file.length > 0 !== (backend !== undefined)) program.error("error: '-f' and '--backend' belong together");
    if (port.length + script.length === 0 && backend === undefined) {
      program.error("error: there is nothing to check: give '--port', '--script', or '-f' with '--backend'");
    }
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === 'commander.unknownOption' && quotesHint(args) !== '')
        print(2, `(${quotesHint(args).slice(2)})\n`);
      return error.exitCode;
    }
    throw error;
  }
  const options = program.opts<Parsed>();
  const model = options.backend === undefined ? undefined : await load(options.file);
  if (model === 'refused') return 1;
  const { runHealthChecker } = await import('../../health-checker/run-health-checker.ts');
  try {
    return await runHealthChecker({
      listener: options.listener,
      ports: options.port,
      scripts: options.script,
      scriptTimeout: options.scriptTimeout,
      singleflight: options.singleflight === true,
      logLevel: options.logLevel,
      backend: model === undefined || options.backend === undefined ? undefined : { model, name: options.backend },
      onSignal: signals.onSignal,
    });
  } catch (error) {
    print(2, `hapax health-checker: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** What went wrong where the words of a script were not kept together. */
function quotesHint(args: readonly string[]): string {
  const meant = args.some((word) => word === '--script' || word.startsWith('--script='));
  return meant ? `; a script and its arguments are one word: --script "./check.sh --deep"` : '';
}

async function load(files: readonly string[]): Promise<Model | 'refused'> {
  const result = await loadConfiguration({ files });
  if (result.model !== undefined) return result.model;
  print(2, formatDiagnostics(result));
  return 'refused';
}
