/** Loads the configuration, judges it, and starts what it asks for: here, or in the background. */
import { formatDiagnostics } from '../config/diagnostic-writer.ts';
import { type LoadResult, loadConfiguration } from '../config/load.ts';
import { systemMaxconn } from '../config/maxconn.ts';
import type { Model } from '../config/model.ts';
import { verdict } from '../config/verdict.ts';
import type { Console } from '../logging/console.ts';
import { systemErrorText } from '../system/error-text.ts';
import { getFileLimit } from '../system/file-limit.ts';
import { newConsole } from './new-console.ts';
import type { Options } from './options.ts';
import { type EarlySignals, print } from './run.ts';
import { runShortly } from './short-run.ts';

export interface Start {
  readonly argv: readonly string[];
  readonly options: Options;
  readonly notices: readonly string[];
  readonly signals: EarlySignals;
}

/** Returns the exit code, or undefined when the proxy goes on running. */
export async function start({ argv, options, notices, signals }: Start): Promise<number | undefined> {
  if (options.check) runShortly();
  const console = newConsole();
  if (options.quiet) console.silence();
  const child = process.send !== undefined && (await import('../control/daemon.ts')).isDaemonChild();
  // The parent has shown what the configuration gives cause for.
  if (!child) for (const notice of notices) console.show('NOTICE', notice);
  if (!child && options.verbose) for (const notice of withoutEffect(options)) console.show('NOTICE', notice);
  const { directory } = options;
  const cwd = process.cwd();
  if (directory !== undefined) {
    try {
      process.chdir(directory);
    } catch (error) {
      const text = systemErrorText((error as NodeJS.ErrnoException).code ?? 'EIO');
      console.show('ALERT', `Could not change to directory ${directory} : ${text}`);
      return 1;
    }
  }
  const maxconnDefault = systemMaxconn();
  const result = await load(options, maxconnDefault);
  const judgement = verdict(result, options);
  const machine = options.check && options.format !== 'text' ? options.format : undefined;
  if (!child && machine === undefined) show(console, result, options);
  if (options.keywords !== undefined) {
    const { registryText } = await import('./keyword-registry.ts');
    print(1, registryText(options.keywords));
  }
  if (options.check) {
    if (machine !== undefined) {
      const { writers } = await import('../config/writers/index.ts');
      if (!options.quiet) print(1, writers[machine](result, judgement));
      return judgement.exitCode;
    }
    if (!options.quiet) print(1, judgement.stdout.map((line) => `${line}\n`).join(''));
    return judgement.exitCode;
  }
  const { model } = result;
  if (model === undefined || judgement.exitCode === 1) return 1;
  // What only a proxy needs is loaded for it.
  const { maxconnFor } = await import('../control/file-budget.ts');
  const limit = getFileLimit()?.hard;
  const { maxconn = maxconnDefault } = model.global;
  const effective =
    maxconn === maxconnDefault && limit !== undefined ? Math.min(maxconn, maxconnFor(model, limit)) : maxconn;
  if (!child && (options.verbose || options.debug)) {
    const { chooseEngine } = await import('../control/choose-engine.ts');
    print(1, `Using the ${chooseEngine(options.engine).engine} engine to move bytes${threads(model)}.\n`);
  }
  if (!child && goesToBackground(options, model)) {
    const relay = (text: Uint8Array) => console.raw(Buffer.from(text).toString());
    const { startDaemon } = await import('../control/daemon.ts');
    return startDaemon(process.argv[1]!, argv, cwd, relay, inheritedDescriptors(model));
  }
  const { runProcess } = await import('../control/process-run.ts');
  const runs = await runProcess({
    model,
    console,
    onSignal: signals.onSignal,
    maxconn: effective,
    strict: options.strict,
    engine: options.engine,
    daemon: child,
    masterWorker: options.masterWorker,
    pidfile: options.pidfile,
  });
  return runs ? undefined : 1;
}

/** What `fd@N` names, on `bind` lines and for stats sockets. */
function inheritedDescriptors(model: Model): readonly number[] {
  const listeners = model.proxies.flatMap(({ frontend }) => frontend?.listeners ?? []);
  return [...listeners, ...model.global.statsSockets].flatMap(({ address: { fd } }) => (fd === undefined ? [] : [fd]));
}

/** How many traffic threads run, told where the file asks for more than there are. */
function threads({ global: { nbthread = 1 } }: Model): string {
  return nbthread === 1 ? '' : ` in one thread ('nbthread ${nbthread}': several come in a later version)`;
}

/** Switches that were given for nothing, told to who asks for details. */
function withoutEffect({ localPeer, proxyMaxconn }: Options): readonly string[] {
  const notices: string[] = [];
  if (proxyMaxconn !== undefined) notices.push("'-N' has no effect: write 'maxconn' in the section 'defaults'.");
  if (localPeer !== undefined) notices.push("'-L' only sets HAPROXY_LOCALPEER: there are no peers yet.");
  return notices;
}

async function load(options: Options, maxconnDefault: number): Promise<LoadResult> {
  const result = await loadConfiguration({
    files: options.files,
    strict: options.strict,
    notes: options.verbose,
    maxconnDefault,
    target: options.target,
    localPeer: options.localPeer,
    masterWorker: options.masterWorker !== 'no',
    ...(options.maxconn !== undefined && { maxconn: options.maxconn }),
  });
  if (options.diagnostic) return result;
  return { ...result, diagnostics: result.diagnostics.filter(({ severity }) => severity !== 'diag') };
}

function show(console: Console, result: LoadResult, options: Options): void {
  console.raw(formatDiagnostics(result, options));
  if (result.diagnostics.some(({ severity }) => severity === 'alert' || severity === 'warning')) console.introduced();
}

/** `-D` or `daemon`; not with `-db` or `-d`, and not under systemd, which wants to see the process. */
function goesToBackground({ foreground, debug, daemon, masterWorker }: Options, model: Model): boolean {
  if (foreground || debug || masterWorker === 'systemd') return false;
  return daemon || model.global.daemon;
}
