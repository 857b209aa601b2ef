/** A loaded configuration as a running process: limits, sockets, process id file, privileges, signals, and every way out. */
import type { Model } from '../config/model.ts';
import type { Console } from '../logging/console.ts';
import { createProgramLog } from '../logging/program-log.ts';
import { getFileLimit, raiseFileLimit } from '../system/file-limit.ts';
import { libcProblem } from '../system/libc.ts';
import { dropPrivileges } from '../system/privileges.ts';
import { hasListeners } from './bind-failures.ts';
import { chooseEngine } from './choose-engine.ts';
import { daemonReady } from './daemon.ts';
import { neededFiles } from './file-budget.ts';
import { Instance } from './instance.ts';
import { writePidfile } from './pidfile.ts';
import { privilegedServers } from './socket-notes.ts';
import { SystemdNotifier } from './systemd.ts';

export interface ProcessOptions {
  readonly model: Model;
  readonly console: Console;
  /** Hands over every signal, those that came early first. */
  readonly onSignal: (handler: (signal: NodeJS.Signals) => void) => void;
  readonly maxconn: number;
  readonly strict: boolean;
  /** `--engine`. */
  readonly engine?: string | undefined;
  /** This is the process that was started for the background. */
  readonly daemon: boolean;
  readonly masterWorker: 'no' | 'plain' | 'systemd';
  readonly pidfile: string | undefined;
}

/** HAProxy's name for the function that speaks; scripts grep for it. */
const MAIN = '[haproxy.main()]';

/** Starts and returns when everything runs, or with false after saying why it does not. */
export async function runProcess(options: ProcessOptions): Promise<boolean> {
  const { model, console, maxconn } = options;
  const refuse = (...texts: readonly string[]): false => {
    for (const text of texts) console.show('ALERT', text);
    return false;
  };
  if (!hasListeners(model)) {
    return refuse(`${MAIN} No enabled listener found (check for 'bind' directives) ! Exiting.`);
  }
  sayWhatIsMissing(options);
  const needed = neededFiles(model, maxconn);
  const stays = raiseFileLimit(needed);
  if (stays !== undefined) {
    const text = `${MAIN} Cannot raise FD limit to ${needed}, limit is ${stays}.`;
    if (model.global.strictLimits !== false) return refuse(text);
    console.show('WARNING', text);
    console.show(
      'ALERT',
      `${MAIN} FD limit (${stays}) too low for maxconn=${maxconn}/maxsock=${needed}. Please raise 'ulimit-n' to ${needed} or more to avoid any trouble.`,
    );
  }

  const log = createProgramLog();
  const choice = chooseEngine(options.engine);
  const instance = new Instance({
    model,
    threads: 1,
    engine: choice.engine,
    strict: options.strict,
    maxconn,
    fileLimit: getFileLimit()?.soft ?? needed,
    console,
    warn: (message) => log.warn(message),
  });
  process.on('exit', () => instance.stopNow());
  // Node itself prints the error and ends the process; in the background only the logs are left to tell of it.
  process.on('uncaughtExceptionMonitor', (error) => instance.logCrash(error));
  instance.onFailure((error) => {
    const { stack = error.message } = error;
    console.show('ALERT', `the traffic thread has failed, nothing is forwarded any more: ${stack}`);
    instance.logCrash(error);
    process.exit(1);
  });
  const systemd = options.masterWorker === 'systemd' ? new SystemdNotifier() : undefined;
  const problems = await instance.open();
  if (problems.length > 0) {
    await instance.stop();
    return refuse(...problems, `${MAIN} Some protocols failed to start their listeners! Exiting.`);
  }
  const privileged = privilegedServers(model);
  if (privileged.length > 0) {
    const servers = privileged.map((name) => `'${name}'`).join(', ');
    if ((model.global.uid ?? 0) > 0) {
      await instance.stop();
      return refuse(
        `${MAIN} Some configuration options require full privileges, so global.uid cannot be changed.`,
        `The 'source' of ${servers} takes CAP_NET_ADMIN or CAP_NET_RAW, which is lost with root.`,
      );
    }
    if (process.geteuid?.() !== 0) {
      console.show('WARNING', `${MAIN} Some options which require full privileges might not work well.`);
    }
  }
  const problem = settle(options);
  if (problem !== undefined) {
    await instance.stop();
    return refuse(`${MAIN} ${problem}`);
  }
  console.started();
  instance.startChecks();
  if (options.daemon) {
    console.silence();
    daemonReady();
  }
  systemd?.notify(`READY=1\nMAINPID=${process.pid}\n`);
  options.onSignal((signal) => react(signal, instance, options, systemd));
  return true;
}

function sayWhatIsMissing({ console, masterWorker, engine }: ProcessOptions): void {
  const missing = libcProblem();
  const { notice } = chooseEngine(engine);
  if (missing !== undefined) {
    console.show(
      'NOTICE',
      `${missing}: the node engine moves the bytes, no logs to Unix sockets, no chroot, and the limit of open files stays as it is.`,
    );
  } else if (notice !== undefined) console.show('NOTICE', `${notice}.`);
  if (masterWorker !== 'no') {
    const word = masterWorker === 'systemd' ? '-Ws' : '-W';
    console.show('NOTICE', `hapax runs one process: '${word}' starts no master, and there is no reload yet.`);
  }
}

/** Process id file, then privileges: the order in which HAProxy gives up what it may. Returns what went wrong. */
function settle({ model, console, daemon, masterWorker, pidfile }: ProcessOptions): string | undefined {
  const { chroot, uid, gid } = model.global;
  const path = pidfile ?? model.global.pidfile;
  if (path !== undefined && (daemon || masterWorker !== 'no') && !writePidfile(path, process.pid)) {
    return `Cannot create pidfile ${path}`;
  }
  const chrootPossible = libcProblem() === undefined;
  if (chroot !== undefined && !chrootPossible) console.show('WARNING', `chroot to ${chroot} is left out.`);
  const failure = dropPrivileges({
    ...(chroot !== undefined && chrootPossible && { chroot }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  if (failure === undefined) return undefined;
  return failure.step === 'chroot'
    ? `Cannot chroot(${chroot}).`
    : `Cannot set ${failure.step} ${failure.step === 'uid' ? uid : gid}.`;
}

function react(
  signal: NodeJS.Signals,
  instance: Instance,
  { masterWorker, console }: ProcessOptions,
  systemd: SystemdNotifier | undefined,
): void {
  switch (signal) {
    case 'SIGTERM':
    case 'SIGINT':
      instance.stopNow();
      // A master of HAProxy ends with a code where a single process dies of the signal (measured).
      if (masterWorker !== 'no') process.exit(signal === 'SIGTERM' ? 0 : 130);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      // Only reached by the first process of a container, which its own signals do not end.
      process.exit(signal === 'SIGTERM' ? 143 : 130);
      return;
    case 'SIGUSR1':
      systemd?.notify('STOPPING=1\n');
      void instance.softStop().then(() => process.exit(0));
      return;
    case 'SIGHUP':
      if (masterWorker === 'no') instance.dumpStates();
      else console.show('WARNING', 'Reload is not supported yet by hapax: the configuration stays as it is.');
      return;
    case 'SIGUSR2':
      if (masterWorker !== 'no') {
        console.show('WARNING', 'Reload is not supported yet by hapax: the configuration stays as it is.');
      }
      return;
    default:
  }
}
