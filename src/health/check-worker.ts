/** Entry of a checking thread. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { systemClock, systemTimers } from '../servers/clock.ts';
import { linuxProblem, syscalls } from '../system/syscalls.ts';
import { CheckLoop, type CheckLoopOptions } from './check-loop.ts';
import type { CheckOrder, CheckReport, CheckThreadSetup, FinishedCheck } from './check-thread-setup.ts';
import { nodeDialer } from './node-dialer.ts';
import { PollLoop } from './poll-loop.ts';
import { PolledDialer } from './polled-dialer.ts';
import { busyTime } from './time-limit.ts';

const port = parentPort;
if (port === null) throw new Error('the checking thread is started by check-thread');
const setup = workerData as CheckThreadSetup;
if (setup.eventfd < 0) runNode(port);
// Once the modules are loaded: an error in the loop is then reported as one of the thread.
else setImmediate(runPolled, port);

/** In Node's loop. */
function runNode(port: MessagePort): void {
  const loop = createLoop(port, setImmediate, {
    clock: systemClock,
    timers: systemTimers,
    dialer: nodeDialer,
    busy: busyTime,
  });
  port.on('message', (order: CheckOrder) => obey(order, loop, () => port.close()));
}

/** In a loop of its own: from here until the end nothing of Node's runs in this thread. */
function runPolled(port: MessagePort): void {
  const calls = syscalls();
  if (calls === undefined) throw new Error(`no loop for checks: ${linuxProblem()}`);
  const host = new PollLoop(calls);
  const dialer = new PolledDialer(host);
  const loop = createLoop(port, (task) => host.post(task), { clock: host, timers: host, dialer, busy: host.busy });
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  host.onSignal(setup.eventfd, () => {
    for (let next = receiveMessageOnPort(port); next !== undefined && !stopped; next = receiveMessageOnPort(port)) {
      obey(next.message as CheckOrder, loop, stop);
    }
  });
  host.run(() => stopped);
  port.close();
}

/** `defer`: runs a task once everything that this turn brings has been seen to. */
function createLoop(
  port: MessagePort,
  defer: (task: () => void) => void,
  options: Pick<CheckLoopOptions, 'clock' | 'timers' | 'dialer' | 'busy'>,
): CheckLoop {
  let results: FinishedCheck[] = [];
  const report = (message: CheckReport) => port.postMessage(message);
  const flush = () => {
    report({ report: 'finished', results });
    results = [];
  };
  const loop = new CheckLoop(setup, {
    ...options,
    random: Math.random,
    report(finished) {
      // One message for all that a turn of the loop brings.
      if (results.push(finished) === 1) defer(flush);
    },
  });
  report({ report: 'ready' });
  return loop;
}

function obey(order: CheckOrder, loop: CheckLoop, stop: () => void): void {
  switch (order.order) {
    case 'start': {
      const passed = Math.max(0, systemClock.monotonic() - order.at);
      loop.start(order.delays.map((delay) => Math.max(0, delay - passed)));
      break;
    }
    case 'taken':
      for (const check of order.checks) loop.taken(check);
      break;
    case 'hurry':
      loop.hurry(order.check, order.longest);
      break;
    case 'replan':
      loop.replan(order.check, order.server);
      break;
    case 'stop':
      loop.stop();
      stop();
      break;
  }
}
