#!/usr/bin/env node
/**
 * The command. Handlers stand before anything else is loaded: Node answers an early SIGUSR1 by opening its debugger, and
 * dies of others. That is why nothing is imported statically here.
 */
const early: NodeJS.Signals[] = [];
const dieOf = (signal: 'SIGTERM' | 'SIGINT') => {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Only reached by the first process of a container, which its own signals do not end.
  process.exit(signal === 'SIGTERM' ? 143 : 130);
};
let deliver: (signal: NodeJS.Signals) => void = (signal) => {
  // Nothing runs yet that could be ended in good order.
  if (signal === 'SIGTERM' || signal === 'SIGINT') {
    dieOf(signal);
    return;
  }
  early.push(signal);
};
for (const signal of ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGQUIT', 'SIGPIPE'] as const) {
  process.on(signal, () => deliver(signal));
}

const inspector = process.features.inspector ? process.getBuiltinModule('node:inspector') : undefined;
const debuggingIsMeant = [...process.execArgv, process.env.NODE_OPTIONS].some((word) => word?.includes('--inspect'));
/** A SIGUSR1 that came before the handlers has opened the debugger, to anyone on this machine: it is closed, and the signal counts. */
const takeBackDebugger = () => {
  if (debuggingIsMeant || inspector?.url() === undefined) return;
  inspector.close();
  deliver('SIGUSR1');
};

takeBackDebugger();
const { run } = await import('./run.ts');
takeBackDebugger();
await run(process.argv.slice(2), {
  onSignal(handler) {
    deliver = handler;
    for (const signal of early.splice(0)) handler(signal);
    takeBackDebugger();
  },
});

export {};
