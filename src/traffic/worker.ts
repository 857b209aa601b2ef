/** Entry of a traffic thread: the node engine, the log ring and the service, told what to do by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { LogRingWriter } from '../logging/log-ring.ts';
import { RingSessionLog } from '../logging/session-log.ts';
import { NodeEngine } from './engines/node/engine.ts';
import { TrafficService } from './traffic-service.ts';
import type { TrafficOrder, TrafficReport, WorkerSetup } from './worker-setup.ts';

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port === null) throw new Error('the traffic worker is started by worker-host');

const stopFlag = new Int32Array(setup.stopFlag);
const service = new TrafficService(
  new NodeEngine(),
  setup,
  new RingSessionLog(setup.model, new LogRingWriter(setup.logRing)),
);
const report = (message: TrafficReport) => port.postMessage(message);

function stop(): void {
  service.stopNow();
  port?.close();
}

function obey(message: TrafficOrder): void {
  if (Atomics.load(stopFlag, 0) !== 0) {
    stop();
    return;
  }
  switch (message.order) {
    case 'start':
      service.start((outcome) => report({ report: 'started', outcome }));
      break;
    case 'serverChanged':
      service.serverChanged(message.slot);
      break;
    case 'shutdownSessions':
      service.shutdownSessions(message.slot, message.cause);
      break;
    case 'shutdownBackupSessions':
      service.shutdownBackupSessions(message.slot);
      break;
    case 'shutdownEverything':
      service.shutdownEverything();
      break;
    case 'drain':
      service.drain(() => report({ report: 'drained' }));
      break;
    case 'stop':
      stop();
      break;
  }
}

port.on('message', obey);
