/** The lab of lab.ts with its checks made as a thread of their own makes them, messages and all, on the same clock. */
import { CheckLoop } from '../../../src/health/check-loop.ts';
import { firstDelays } from '../../../src/health/check-schedule.ts';
import { CheckBoard } from '../../../src/servers/check-board.ts';
import { createLab } from '../servers/lab.ts';
import { FakeDialer } from './fake-dialer.ts';

/** Every server with `check` is checked by the loop; agents are not asked. */
export async function createThreadedLab(text: string) {
  const lab = await createLab(text);
  const { time, registry, model } = lab;
  const dialer = new FakeDialer(time);
  const servers = registry.backends.flatMap((backend) => backend?.servers ?? []).filter(({ check }) => check);
  const board = CheckBoard.create(servers.length);
  let reports = 0;
  const loop = new CheckLoop(
    {
      proxies: model.proxies,
      checks: servers.map(({ proxy, model: server }) => [
        proxy.index,
        proxy.backend?.servers.findIndex(({ name }) => name === server.name) ?? -1,
      ]),
      board: board.buffer,
      spreadChecks: model.global.spreadChecks,
    },
    {
      clock: time,
      timers: time,
      dialer,
      random: () => 0.5,
      busy: time.busy,
      report: ([check, result]) => {
        reports++;
        time.arrive(0, () => {
          const server = servers[check];
          if (server !== undefined) registry.checkFinished(server, result);
          loop.taken(check);
        });
      },
    },
  );
  registry.connect({
    checkChanged: (slot) => {
      servers.forEach((server, check) => {
        if (server.slot === slot) loop.replan(check, structuredClone(server.model));
      });
    },
  });
  servers.forEach((server, check) => {
    registry.shareCheck(server, { board, check });
  });
  return {
    ...lab,
    dialer,
    board,
    loop,
    start: () =>
      loop.start(
        firstDelays(
          servers.map(({ model: server }) => server.check.inter),
          model.global.maxSpreadChecks,
        ),
      ),
    /** As the control thread asks for it when traffic has found something. */
    hurry: (path: string) => {
      const { fastinter, inter } = lab.server(path).model.check;
      loop.hurry(servers.indexOf(lab.server(path)), fastinter ?? inter);
    },
    /** Results that were reported so far. */
    reports: () => reports,
  };
}
