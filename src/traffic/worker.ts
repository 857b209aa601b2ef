/** Entry of a traffic thread: an engine, the log ring and the service, told what to do by messages. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LogRingWriter } from '../logging/log-ring.ts';
import { RingSessionLog } from '../logging/session-log.ts';
import { SharedTable } from '../servers/shared-table.ts';
import { CounterBlock } from '../stats/counters.ts';
import { syscalls } from '../system/syscalls.ts';
import type { Engine } from './engine.ts';
import { EngineFigures } from './engine-figures.ts';
import { createLinuxEngine } from './engines/linux/engine.ts';
import { NodeEngine } from './engines/node/engine.ts';
import { TrafficService } from './traffic-service.ts';
import { WakeBoard } from './wake-board.ts';
import { obey } from './worker-orders.ts';
import type { TrafficOrder, TrafficReport, WorkerSetup } from './worker-setup.ts';

const setup = workerData as WorkerSetup;
if (parentPort === null) throw new Error('the traffic worker is started by worker-host');

const stopFlag = new Int32Array(setup.stopFlag);
const stopped = () => Atomics.load(stopFlag, 0) !== 0;

function createService(engine: Engine): { readonly service: TrafficService; readonly board: WakeBoard | undefined } {
  const { wakeBoard, model, logRing } = setup;
  const board =
    wakeBoard === undefined
      ? undefined
      : new WakeBoard(wakeBoard.buffer, wakeBoard.self, (fd) => void syscalls()?.signal(fd));
  const log = new RingSessionLog(model, new LogRingWriter(logRing));
  return { service: new TrafficService(engine, setup, log, board), board };
}

/** In Node's loop. */
function runNode(port: MessagePort): void {
  const { service, board } = createService(new NodeEngine());
  const report = (message: TrafficReport) => port.postMessage(message);
  const stop = () => {
    service.stopNow();
    port.close();
  };
  port.on('message', (message: TrafficOrder) => {
    if (stopped()) stop();
    else obey(message, service, report, stop);
  });
  if (board !== undefined) listen(board, service);
}

/** Hears what other threads put on the board; keeps the thread neither alive nor busy. */
function listen(board: WakeBoard, service: TrafficService): void {
  const { words, index } = board.word;
  const next = () => {
    if (stopped()) return;
    service.woken(board.take());
    const waiting = Atomics.waitAsync(words, index, 0);
    if (waiting.async) void waiting.value.then(next);
    else setImmediate(next);
  };
  next();
}

/** In a loop of its own: from here until the end nothing of Node's runs in this thread. */
function runLinux(port: MessagePort): void {
  const figures = new EngineFigures(SharedTable.attach(setup.table), CounterBlock.attach(setup.counters));
  const engine = createLinuxEngine({ gauges: figures });
  const { service, board } = createService(engine);
  const report = (message: TrafficReport) => port.postMessage(message);
  const stop = () => Atomics.store(stopFlag, 0, 1);
  const drainMessages = () => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      if (stopped()) return;
      obey(next.message as TrafficOrder, service, report, stop);
    }
    if (board !== undefined) service.woken(board.take());
  };
  engine.onSignal(setup.eventfd, drainMessages);
  board?.register(setup.eventfd);
  try {
    engine.run(stopped);
  } finally {
    board?.register(-1);
  }
}

const port = parentPort;
if (setup.engine === 'node') runNode(port);
// Once the modules are loaded: an error in the loop is then reported as one of the thread.
else setImmediate(runLinux, port);
