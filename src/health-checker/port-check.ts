import { TcpChecker } from '../health-library/index.ts';
import type { NamedCheck } from './check-outcome.ts';

/** ms a connection to this machine may take. */
const CONNECT_TIMEOUT = 5000;

/** Passes when a connection to the port can be made on this machine. */
export function portCheck(port: number): NamedCheck {
  const checker = new TcpChecker(CONNECT_TIMEOUT);
  const target = { id: `${port}`, appName: '', ip: '127.0.0.1', port, healthCheckPath: '' };
  return {
    name: `port ${port}`,
    program: false,
    async run(signal) {
      const { healthy, text, status, duration } = await checker.check(target, { signal });
      return {
        passed: healthy,
        reason: healthy ? 'accepts connections' : text || (status === 'L4TOUT' ? 'timed out' : status),
        duration,
      };
    },
  };
}
