/** Running a configuration inside another program. */
import { formatDiagnostics } from '../config/diagnostic-writer.ts';
import { type LoadResult, loadConfiguration, loadConfigurationText } from '../config/load.ts';
import type { Model } from '../config/model.ts';
import {
  list,
  ofKind,
  oneOf,
  optionalFlag,
  optionalFunction,
  optionalText,
  record,
} from '../health-library/arguments.ts';
import { callSafely, warnOf } from '../health-library/callbacks.ts';
import type { EventLine } from '../logging/event-line.ts';
import { systemTimers } from '../servers/clock.ts';
import { FIELDS } from '../stats/fields.ts';
import { collectRows, type FieldValue, type RowKind } from '../stats/rows.ts';
import { isIp } from '../system/address-family.ts';
import { getFileLimit } from '../system/file-limit.ts';
import { chooseEngine } from './choose-engine.ts';
import { maxconnFor } from './file-budget.ts';
import { Instance } from './instance.ts';

/** Where the configuration comes from: exactly one of `text`, `files` and `model`. */
export interface StartProxyOptions {
  readonly text?: string | undefined;
  readonly files?: readonly string[] | undefined;
  /** A model that `loadConfiguration` made; it may have been changed since. */
  readonly model?: Model | undefined;
  /**
   * 1: traffic runs in a worker thread of its own, and the caller's work does not delay it. 0: everything runs in the
   * caller's thread. Default: 1.
   */
  readonly threads?: 0 | 1 | undefined;
  /** What moves the bytes in the worker thread. Default: `HAPAX_ENGINE`, else `linux` where that runs; in the caller's thread `node`. */
  readonly engine?: 'node' | 'linux' | undefined;
  /** `free` replaces every TCP port to listen on by a free one, told by `addresses`. Default: `configured`. */
  readonly ports?: 'configured' | 'free' | undefined;
  /** HAProxy's strictness where hapax is kinder. */
  readonly strict?: boolean | undefined;
  /**
   * Told of every event (servers going up and down, ...), besides the logs of the configuration. What a callback throws or
   * rejects with is shown as a warning of the process, and touches nothing of the proxy.
   */
  readonly onEvent?: ((event: EventLine) => unknown) | undefined;
  /** Told of what hapax's own log would say. Default: nothing is logged. */
  readonly onWarning?: ((message: string) => unknown) | undefined;
  /** Told when the traffic thread dies of an error; without it the error is thrown into the caller's thread. */
  readonly onFailure?: ((error: Error) => unknown) | undefined;
}

export interface ProxyAddress {
  /** Name of the frontend or listen. */
  readonly frontend: string;
  readonly host: string;
  readonly port: number;
}

/** A row of `show stat`. */
export interface StatRow {
  readonly kind: RowKind;
  /** By column name (`svname`, `scur`, `status`, ...); a column that is empty for this kind of row is absent. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** A running proxy. It keeps the process alive, as a listening server does, until it is stopped. */
export interface RunningProxy {
  /** Where it listens. */
  readonly addresses: readonly ProxyAddress[];
  readonly model: Model;
  /** The figures of `show stat` at this moment. */
  stats(): readonly StatRow[];
  /** `set server backend/server state ...`; false when there is no such server. Throws TypeError for another state. */
  setServerState(backend: string, server: string, state: 'ready' | 'drain' | 'maint'): boolean;
  /** Accepts nothing new and resolves when the last session has ended. */
  drain(): Promise<void>;
  /** Cuts every session; resolves when nothing of the proxy is left. Safe to call twice. */
  stop(): Promise<void>;
}

/** Why a proxy did not start. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** What was found in the configuration; its `diagnostics` are empty when the sockets were the problem. */
  readonly result: LoadResult | undefined;

  constructor(message: string, result?: LoadResult) {
    super(message);
    this.result = result;
  }
}

/**
 * Starts a configuration. Rejects with a `StartError` when it has errors or something cannot be listened on, and with a
 * TypeError for options that are none.
 */
export async function startProxy(options: StartProxyOptions): Promise<RunningProxy> {
  checkOptions(options);
  const loaded = await modelOf(options);
  const model = options.ports === 'free' ? withFreePorts(loaded) : loaded;
  const fileLimit = getFileLimit()?.soft ?? 1024;
  const instance = new Instance({
    model,
    threads: options.threads ?? 1,
    engine: chooseEngine(options.engine).engine,
    strict: options.strict ?? false,
    maxconn: Math.min(model.global.maxconn ?? Number.POSITIVE_INFINITY, maxconnFor(model, fileLimit)),
    fileLimit,
    ...(options.onEvent !== undefined && { onEvent: guarded(options.onEvent) }),
    ...(options.onWarning !== undefined && { warn: guarded(options.onWarning) }),
  });
  const atExit = () => instance.stopNow();
  process.once('exit', atExit);
  let starting = true;
  instance.onFailure((error) => {
    // While starting, the failure is what `open` rejects with.
    if (starting) return;
    if (options.onFailure !== undefined) guarded(options.onFailure)(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  });
  const stop = async () => {
    process.removeListener('exit', atExit);
    await instance.stop();
    // The socket of a check that has just ended is closed by the next turn of the loop.
    await new Promise<void>((resolve) => {
      systemTimers.afterArrivals(resolve);
    });
  };
  try {
    const problems = await instance.open();
    if (problems.length > 0) throw new StartError(problems.join('\n'));
  } catch (error) {
    await stop();
    throw error;
  } finally {
    starting = false;
  }
  instance.startChecks();
  return {
    model,
    addresses: instance.listeners.map(({ proxy, host, port }) => ({
      frontend: model.proxies[proxy]!.name,
      host,
      port,
    })),
    stats: () => statRows(instance),
    setServerState(backend, name, state) {
      oneOf('state', ['ready', 'drain', 'maint'], state);
      const server = instance.registry.find(backend, name);
      if (server !== undefined) instance.registry.setAdministrative(server, state);
      return server !== undefined;
    },
    async drain() {
      await instance.softStop();
      process.removeListener('exit', atExit);
    },
    stop,
  };
}

/** The kinds of the options; what a configuration says is looked at by those who read it. */
function checkOptions(options: StartProxyOptions): void {
  const { text, files, model, threads, engine, ports, strict, onEvent, onWarning, onFailure } = record(
    'options',
    options,
  );
  if (text !== undefined) ofKind('text', 'a string', text, (each) => typeof each === 'string');
  if (files !== undefined) for (const file of list('files', files)) optionalText('a file', file);
  if (model !== undefined) list('model.proxies', record('model', model).proxies);
  oneOf('threads', [0, 1, undefined], threads);
  oneOf('engine', ['node', 'linux', undefined], engine);
  oneOf('ports', ['configured', 'free', undefined], ports);
  optionalFlag('strict', strict);
  optionalFunction('onEvent', onEvent);
  optionalFunction('onWarning', onWarning);
  optionalFunction('onFailure', onFailure);
}

/** The caller's own errors end nothing of ours halfway. */
function guarded<T>(callback: (value: T) => unknown): (value: T) => void {
  return (value) => callSafely(() => callback(value), warnOf);
}

async function modelOf(options: StartProxyOptions): Promise<Model> {
  const given = [options.text, options.files, options.model].filter((each) => each !== undefined);
  if (given.length !== 1) throw new TypeError('startProxy takes exactly one of text, files and model');
  if (options.model !== undefined) return options.model;
  const strict = options.strict ?? false;
  const result =
    options.files !== undefined
      ? await loadConfiguration({ files: options.files, strict })
      : await loadConfigurationText(options.text ?? '', 'configuration', { strict });
  if (result.model === undefined) throw new StartError(formatDiagnostics(result), result);
  return result.model;
}

/** The same model with port 0 wherever a frontend listens on TCP. */
function withFreePorts(model: Model): Model {
  return {
    ...model,
    proxies: model.proxies.map((proxy) => {
      const { frontend } = proxy;
      if (frontend === undefined) return proxy;
      const listeners = frontend.listeners.map((listener) => {
        const { address } = listener;
        if (!isIp(address.family) || address.fd !== undefined) return listener;
        return { ...listener, address: { ...address, port: 0 } };
      });
      return { ...proxy, frontend: { ...frontend, listeners } };
    }),
  };
}

function statRows(instance: Instance): readonly StatRow[] {
  return collectRows(instance.view).map(({ kind, values }) => {
    const present = values
      .map((value: FieldValue, index): [string, FieldValue] => [FIELDS[index]!.name, value])
      .filter((entry): entry is [string, string | number] => entry[1] !== undefined);
    return { kind, fields: Object.fromEntries(present) };
  });
}
