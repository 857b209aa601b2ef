/** `hapax demo`: its options, and what it answers to wrong ones. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../config/duration.ts';
import { type EarlySignals, print } from '../run.ts';

interface Parsed {
  readonly for?: number;
  readonly failEvery: number;
  readonly plain?: true;
  readonly printConfig?: true;
}

/** What a spell, two checks and the way back need, ms. */
const SHORTEST_CYCLE = 600;

/** A number without a unit is in seconds, as in sleep(1). Returns ms. */
function duration(text: string): number {
  const parsed = parseDuration(text, 's');
  if (!parsed.ok || parsed.trailing !== undefined || parsed.value === 0) {
    throw new InvalidArgumentError('It takes a time such as 20s, 500ms or 2m.');
  }
  return parsed.value;
}

function cycle(text: string): number {
  const value = duration(text);
  if (value < SHORTEST_CYCLE) throw new InvalidArgumentError(`The shortest is ${SHORTEST_CYCLE}ms.`);
  return value;
}

/** Returns the exit code. */
export async function demo(args: readonly string[], signals: EarlySignals): Promise<number> {
  const program = new Command('hapax demo')
    .description('Shows hapax at work: two TLS services, one of them unwell now and then, behind one address.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(1, text), writeErr: (text) => print(2, text) })
    .allowExcessArguments(false)
    .addOption(new Option('--for <time>', 'end after this time (20s); without it at Ctrl-C').argParser(duration))
    .addOption(
      new Option('--fail-every <time>', 'time from one failure to the next').argParser(cycle).default(12_000, '12s'),
    )
    .option('--plain', 'lines instead of a table that is redrawn, as in a pipe')
    .option('--print-config', 'show the haproxy.cfg that is used, first');
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const options = program.opts<Parsed>();
  const { runDemo } = await import('../../demo/run-demo.ts');
  try {
    return await runDemo({
      limit: options.for,
      cycle: options.failEvery,
      plain: options.plain === true,
      printConfiguration: options.printConfig === true,
      onSignal: signals.onSignal,
      out: process.stdout,
    });
  } catch (error) {
    print(2, `hapax demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
