/** What the command does with its arguments. Loads the rest of the program only where it is needed. */
import { writeSync } from 'node:fs';
import { USAGE, versionText } from './banner.ts';
import { rewriteSwitches } from './switches.ts';

export interface EarlySignals {
  /** Hands over every signal from now on, and those that came before. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void;
}

/** Text to a descriptor; whoever closed it does not want to know. */
export function print(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(fd, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

async function version(): Promise<string> {
  const { RELEASE_DATE } = await import('../stats/product.ts');
  return versionText(RELEASE_DATE);
}

async function showVersion(build: boolean): Promise<number> {
  print(1, await version());
  if (!build) return 0;
  const [{ buildText }, { libcProblem }, { linuxProblem }] = await Promise.all([
    import('./banner.ts'),
    import('../system/libc.ts'),
    import('../system/syscalls.ts'),
  ]);
  print(1, buildText(libcProblem(), linuxProblem()));
  return 0;
}

async function usage(): Promise<number> {
  print(1, await version());
  print(2, USAGE);
  return 1;
}

/** Runs the command; sets `process.exitCode` unless the proxy goes on running. */
export async function run(argv: readonly string[], signals: EarlySignals): Promise<void> {
  const code = await execute(argv, signals);
  if (code !== undefined) process.exitCode = code;
}

type Command = (args: readonly string[], signals: EarlySignals) => Promise<number>;

/** HAProxy has no commands: only these very words, in front of everything, are ones. */
const COMMANDS: ReadonlyMap<string | undefined, () => Promise<Command>> = new Map([
  ['demo', async () => (await import('./commands/demo.ts')).demo],
  ['fix', async () => (await import('./commands/fix.ts')).fix],
  ['health-checker', async () => (await import('./commands/health-checker.ts')).healthChecker],
  ['probe', async () => (await import('./commands/probe.ts')).probe],
]);

async function execute(argv: readonly string[], signals: EarlySignals): Promise<number | undefined> {
  const command = COMMANDS.get(argv[0]);
  if (command !== undefined) return (await command())(argv.slice(1), signals);
  const switches = rewriteSwitches(argv);
  if (switches.kind === 'usage') return usage();
  if (switches.kind === 'version') return showVersion(switches.build);
  if (switches.kind === 'alert') {
    const { newConsole } = await import('./new-console.ts');
    newConsole().show('ALERT', switches.message);
    return 1;
  }
  const { parseOptions } = await import('./options.ts');
  const options = parseOptions(switches.args);
  if (options === undefined) return usage();
  if (options.condition !== undefined) {
    const { checkCondition } = await import('./check-condition.ts');
    return checkCondition(options.condition, options);
  }
  if (options.files.length === 0) return usage();
  const { start } = await import('./start.ts');
  return start({ argv, options, notices: switches.notices, signals });
}
