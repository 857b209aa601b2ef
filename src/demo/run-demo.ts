/** Runs the demonstration from the first certificate to the last goodbye. */
import { once } from 'node:events';
import { type Audience, newAudience } from './audience.ts';
import { Chronicle } from './chronicle.ts';
import { Stage } from './stage.ts';

export interface DemoOptions {
  /** Ends by itself after this, ms; absent: never. */
  readonly limit: number | undefined;
  /** From one sick spell to the next, ms. */
  readonly cycle: number;
  /** Lines even on a terminal. */
  readonly plain: boolean;
  /** Shows the configuration before anything else. */
  readonly printConfiguration: boolean;
  /** Hands over every signal, those that came early first. */
  readonly onSignal: (handler: (signal: NodeJS.Signals) => void) => void;
  readonly out: NodeJS.WriteStream;
}

/** Time between two looks at the statistics, ms. */
const TICK = 200;
const ENDING = new Set<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
/** npm passes on the Ctrl-C that the terminal has sent already: only one that comes later is impatience, ms. */
const IMPATIENT_AFTER = 1000;

/** Resolves with the exit code when nothing of it is left; rejects when it could not start, or broke. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { out, cycle, limit } = options;
  const ending = new AbortController();
  endOnSignals(options.onSignal, ending);
  // Nobody reads any more: a closed pipe, a terminal that is gone.
  out.on('error', () => ending.abort());
  let failure: Error | undefined;
  let look = () => {};
  const stage = new Stage({
    cycle,
    // Each change is looked at when it happens, as soon as the statistics know of it too.
    onEvent: () => queueMicrotask(() => look()),
    onFailure(error) {
      failure = error;
      ending.abort();
    },
  });
  try {
    const audience = newAudience(out, options);
    audience.say('Making keys and certificates ...\n\n');
    await stage.open();
    if (options.printConfiguration) audience.say(`${stage.configuration}\n`);
    if (!ending.signal.aborted) {
      const chronicle = new Chronicle(stage, limit);
      look = () => audience.show(chronicle.look());
      await perform(audience, chronicle, { limit, ending });
      look = () => {};
    }
  } finally {
    await stage.close();
  }
  if (failure !== undefined) throw failure;
  return 0;
}

function endOnSignals(onSignal: DemoOptions['onSignal'], ending: AbortController): void {
  let first: number | undefined;
  onSignal((signal) => {
    if (!ENDING.has(signal)) return;
    if (first !== undefined && performance.now() - first > IMPATIENT_AFTER) process.exit(1);
    first ??= performance.now();
    ending.abort();
  });
}

interface Length {
  readonly limit: number | undefined;
  readonly ending: AbortController;
}

async function perform(audience: Audience, chronicle: Chronicle, { limit, ending }: Length): Promise<void> {
  audience.begin(chronicle.look());
  const ticking = setInterval(() => audience.show(chronicle.look()), TICK);
  const timeout = limit === undefined ? undefined : setTimeout(() => ending.abort(), limit);
  if (!ending.signal.aborted) await once(ending.signal, 'abort');
  clearInterval(ticking);
  clearTimeout(timeout);
  audience.end(chronicle.look());
}
