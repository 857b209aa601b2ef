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

const { run } = await import('./run.ts');
await run(process.argv.slice(2), {
  onSignal(handler) {
    deliver = handler;
    for (const signal of early.splice(0)) handler(signal);
  },
});

export {};
