/** The health checker: an address that load balancers ask, and checks that are made when they do. */
import { accessSync, constants, statSync } from 'node:fs';
import type { Model } from '../config/model.ts';
import { errorCode, systemErrorText } from '../system/error-text.ts';
import { backendChecks } from './backend-checks.ts';
import { type CheckLogLevel, createCheckLog } from './check-log.ts';
import { type NamedCheck, type RoundResult, runRound } from './check-outcome.ts';
import { Endpoint } from './endpoint.ts';
import { formatListener, type ListenerAddress } from './listener-address.ts';
import { portCheck } from './port-check.ts';
import { RoundSharing } from './round-sharing.ts';
import { runScript } from './script-check.ts';

export interface HealthCheckerOptions {
  readonly listener: ListenerAddress;
  /** Of this machine. */
  readonly ports: readonly number[];
  /** Programs with their arguments. */
  readonly scripts: readonly (readonly string[])[];
  /** ms a script may take. */
  readonly scriptTimeout: number;
  readonly singleflight: boolean;
  readonly logLevel: CheckLogLevel;
  /** The servers of this backend are checked too. */
  readonly backend?: { readonly model: Model; readonly name: string } | undefined;
  /** The first SIGTERM, SIGINT, SIGHUP or SIGQUIT ends it. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void;
}

/** Programs, and connections, that rounds may have under way together. */
const MOST_PROGRAMS = 32;
const MOST_CONNECTIONS = 512;

/** Runs until a signal comes. Returns the exit code; throws an Error that is meant for the user when it cannot start. */
export async function runHealthChecker(options: HealthCheckerOptions): Promise<number> {
  const log = createCheckLog(options.logLevel);
  const checks = checksOf(options);
  const rounds = new RoundSharing({
    singleflight: options.singleflight,
    most: mostRounds(checks),
    run: (signal) => runRound(checks, signal),
  });
  const endpoint = new Endpoint({
    rounds,
    onProblem: (problem) => log.error({ problem }, 'a request could not be answered'),
    onRound: ({ passed, checks }: RoundResult) => {
      if (passed) log.debug({ checks }, 'all checks passed');
      else log.warn({ checks: checks.filter((each) => !each.passed) }, 'at least one check failed');
    },
  });
  for (const [file = ''] of options.scripts) {
    const problem = scriptProblem(file);
    if (problem !== undefined) log.warn({ script: file, problem }, 'this script cannot be run now');
  }
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    options.onSignal((signal) => {
      if (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'].includes(signal)) resolve(signal);
    });
  });
  const address = await endpoint.listen(options.listener.host, options.listener.port).catch((error: unknown) => {
    const wanted = formatListener(options.listener);
    throw new Error(`cannot listen on ${wanted}: ${listenFailure(errorCode(error))}`);
  });
  log.info({ listener: formatListener(address), checks: checks.map(({ name }) => name) }, 'ready');
  const signal = await stopped;
  await endpoint.close();
  log.info({ signal }, 'ended');
  return 0;
}

function checksOf({ ports, scripts, scriptTimeout, backend }: HealthCheckerOptions): readonly NamedCheck[] {
  const checks: NamedCheck[] = ports.map(portCheck);
  for (const [index, words] of scripts.entries()) {
    // Its arguments may be secrets, and the answer is for everybody.
    const same = scripts.filter(([file]) => file === words[0]).length > 1;
    checks.push({
      name: same ? `script ${index + 1} (${words[0]})` : `script ${words[0]}`,
      program: true,
      run: (signal) => runScript({ words, timeout: scriptTimeout, signal }),
    });
  }
  if (backend !== undefined) {
    const found = backendChecks(backend.model, backend.name);
    if (!found.ok) throw new Error(found.problem);
    checks.push(...found.checks);
  }
  return checks;
}

function mostRounds(checks: readonly NamedCheck[]): number {
  const programs = checks.filter(({ program }) => program).length;
  const byPrograms = programs === 0 ? Number.POSITIVE_INFINITY : MOST_PROGRAMS / programs;
  return Math.max(1, Math.floor(Math.min(byPrograms, MOST_CONNECTIONS / checks.length)));
}

/** What can be seen of it beforehand; a name without a slash is looked for in PATH when it is run. */
function scriptProblem(file: string): string | undefined {
  if (!file.includes('/')) return undefined;
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? undefined : 'It is not a file';
  } catch (error) {
    return systemErrorText(errorCode(error));
  }
}

function listenFailure(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'this name has no address';
    case 'EAI_AGAIN':
      return 'no name server has answered for this name';
    case 'EACCES':
      return `${systemErrorText(code)}; ports below 1024 are for root, or whoever has CAP_NET_BIND_SERVICE`;
    case 'EADDRINUSE':
      return `${systemErrorText(code)}; choose another port with '--listener', or 0 for any that is free`;
    case 'EADDRNOTAVAIL':
      return `${systemErrorText(code)}: no interface of this machine has it`;
    default:
      return systemErrorText(code);
  }
}
