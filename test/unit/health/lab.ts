/** A health service over a configuration text, on a clock that stands still and a network of scripts. */
import { HealthService } from '../../../src/health/health-service.ts';
import { createLab } from '../servers/lab.ts';
import { FakeDialer } from './fake-dialer.ts';

export async function createHealthLab(text: string, random: () => number = () => 0.5) {
  const lab = await createLab(text);
  const dialer = new FakeDialer(lab.time);
  const health = new HealthService(lab.model, lab.registry, {
    clock: lab.time,
    timers: lab.time,
    node: 'host',
    dialer,
    random,
    busy: lab.time.busy,
    report: (line) => lab.lines.push(line),
  });
  lab.registry.connect({ checkChanged: (slot) => health.replan(slot) });
  const check = (path: string) => lab.server(path).check;
  return {
    ...lab,
    dialer,
    health,
    check,
    /** `STATUS/ms` of the last check. */
    last: (path: string) => `${check(path)?.status}/${check(path)?.duration}`,
    /** When connections to the port began, ms since the start. */
    starts: (port: number) =>
      dialer.connections.filter(({ target }) => target.address.port === port).map(({ at }) => at),
  };
}
