import type { TrafficService } from './traffic-service.ts';
import type { TrafficOrder, TrafficReport } from './worker-setup.ts';

/** Does what the control thread asks for; `stop` ends the thread's loop. */
export function obey(
  message: TrafficOrder,
  service: TrafficService,
  report: (message: TrafficReport) => void,
  stop: () => void,
): void {
  switch (message.order) {
    case 'start':
      service.start((outcome) => report({ report: 'started', outcome }), message.listeners);
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
      report({ report: 'closed' });
      break;
    case 'stop':
      stop();
      break;
  }
}
