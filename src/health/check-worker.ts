/** Entry of a checking thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, systemTimers } from '../servers/clock.ts';
import { CheckLoop } from './check-loop.ts';
import type { CheckLoopSetup, CheckOrder, CheckReport, FinishedCheck } from './check-thread-setup.ts';
import { nodeDialer } from './dialer.ts';

const port = parentPort;
if (port === null) throw new Error('the checking thread is started by check-thread');
const report = (message: CheckReport) => port.postMessage(message);

let results: FinishedCheck[] = [];
function flush(): void {
  report({ report: 'finished', results });
  results = [];
}

const loop = new CheckLoop(workerData as CheckLoopSetup, {
  clock: systemClock,
  timers: systemTimers,
  dialer: nodeDialer,
  random: Math.random,
  busy: () => performance.eventLoopUtilization().active,
  report(finished) {
    // One message for all that a turn of the loop brings.
    if (results.push(finished) === 1) setImmediate(flush);
  },
});

port.on('message', (message: CheckOrder) => {
  switch (message.order) {
    case 'start': {
      const passed = Math.max(0, Date.now() - message.at);
      loop.start(message.delays.map((delay) => Math.max(0, delay - passed)));
      break;
    }
    case 'taken':
      for (const check of message.checks) loop.taken(check);
      break;
    case 'hurry':
      loop.hurry(message.check, message.longest);
      break;
    case 'stop':
      loop.stop();
      port.close();
      break;
  }
});
report({ report: 'ready' });
