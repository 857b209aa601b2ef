/** Health by hand, checks switched off and on, sessions killed: states and lines as HAProxy 2.6 told them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ForcedHealth } from '../../../src/servers/server-control.ts';
import { createLab, type Lab } from './lab.ts';

const CONFIG = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  default-server fall 2 rise 2
  server up 127.0.0.1:1 check
  server down 127.0.0.1:1 check
  server plain 127.0.0.1:1
  server bk 127.0.0.1:1 backup
backend t
  server via 127.0.0.1:1 track b/down
`;

let lab: Lab;
beforeEach(async () => {
  lab = await createLab(CONFIG);
  lab.check('b/up', 'L7OK', 200);
  lab.check('b/down', 'L7STS', 500, 'Internal Server Error');
  lab.told();
});

const force = (path: string, health: ForcedHealth) => lab.registry.setHealth(lab.server(path), health, 'Web interface');
const checks = (path: string, enabled: boolean) => lab.registry.setHealthChecks(lab.server(path), enabled);

describe('health by hand', () => {
  it('moves a server through DOWN, UP and NOLB with the words of the page', () => {
    expect(force('b/up', 'down')).toBe(true);
    expect(lab.status('b/up')).toBe('DOWN');
    expect(lab.usable('b/up')).toBe(false);
    expect(lab.told()).toEqual([
      '1 Server b/up is DOWN, changed from Web interface. 1 active and 1 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
    ]);
    force('b/up', 'up');
    expect([lab.status('b/up'), lab.usable('b/up')]).toEqual(['UP', true]);
    expect(lab.told()).toEqual([
      '5 Server b/up is UP, changed from Web interface. 2 active and 1 backup servers online. 0 sessions requeued, 0 total in queue.',
    ]);
    force('b/up', 'stopping');
    expect([lab.status('b/up'), lab.usable('b/up')]).toEqual(['NOLB', false]);
    expect(lab.told()).toEqual([
      '5 Server b/up is stopping, changed from Web interface. 1 active and 1 backup servers online. 0 sessions requeued, 0 total in queue.',
    ]);
    expect(lab.server('b/up').downs).toBe(1);
  });

  it('says nothing when it is so already', () => {
    for (const [path, health] of [
      ['b/up', 'up'],
      ['b/down', 'down'],
      ['b/plain', 'up'],
    ] as const) {
      expect(force(path, health)).toBe(true);
    }
    expect(lab.told()).toEqual([]);
  });

  it('holds until checks find otherwise', () => {
    force('b/up', 'down');
    lab.check('b/up', 'L7OK', 200);
    expect(lab.status('b/up')).toBe('DOWN 1/2');
    lab.check('b/up', 'L7OK', 200);
    expect(lab.status('b/up')).toBe('UP');
    force('b/down', 'up');
    lab.check('b/down', 'L7STS', 500);
    expect(lab.status('b/down')).toBe('UP 1/2');
    lab.check('b/down', 'L7STS', 500);
    expect(lab.status('b/down')).toBe('DOWN');
    force('b/up', 'stopping');
    lab.check('b/up', 'L7OK', 200);
    expect(lab.status('b/up')).toBe('UP');
  });

  it('holds for good on a server without checks', () => {
    force('b/plain', 'down');
    expect(lab.status('b/plain')).toBe('DOWN');
    force('b/plain', 'stopping');
    expect(lab.status('b/plain')).toBe('NOLB');
    force('b/plain', 'up');
    expect(lab.status('b/plain')).toBe('no check');
  });

  it('takes those along who track the server, and is not for them', () => {
    force('b/down', 'up');
    expect(lab.status('t/via')).toBe('UP');
    expect(lab.told().map((line) => line.replace(/\. .*/, ''))).toEqual([
      '5 Server b/down is UP, changed from Web interface',
      '5 Server t/via is UP via b/down',
    ]);
    expect(force('t/via', 'down')).toBe(false);
    expect(lab.status('t/via')).toBe('UP');
  });

  it('waits for the end of a maintenance that it does not touch', () => {
    lab.set('b/up', 'maint');
    lab.told();
    for (const health of ['down', 'up', 'stopping'] as const) expect(force('b/up', health)).toBe(true);
    expect([lab.status('b/up'), lab.told()]).toEqual(['MAINT', []]);
    lab.set('b/up', 'ready');
    expect(lab.status('b/up')).toBe('UP 1/2');
  });

  it('is told more quietly of a server that is stopping: it took nothing new before either', () => {
    const [level, words] = [/^\d/, /is (going )?DOWN/];
    for (const end of [
      () => force('b/up', 'down'),
      () => lab.registry.setAdministrative(lab.server('b/up'), 'maint'),
    ] as const) {
      force('b/up', 'stopping');
      lab.told();
      end();
      const told = lab.told().filter((line) => words.test(line));
      expect(told.map((line) => level.exec(line)?.[0])).toEqual(['5']);
      lab.registry.setAdministrative(lab.server('b/up'), 'ready');
      force('b/up', 'up');
    }
  });

  it('is told more quietly while the server is drained', () => {
    lab.set('b/up', 'drain');
    lab.told();
    force('b/up', 'down');
    expect(lab.told().map((line) => line.replace(/\. .*/, ''))).toEqual([
      '5 Server b/up is DOWN, changed from Web interface',
      '5 Server b/up remains in forced drain mode.',
    ]);
    lab.set('b/up', 'ready');
    expect(lab.status('b/up')).toBe('DOWN');
  });

  it('names the command line', () => {
    lab.registry.setHealth(lab.server('b/bk'), 'down', 'CLI');
    expect(lab.told()[0]).toMatch(/^1 Backup Server b\/bk is DOWN, changed from CLI\. /);
  });
});

describe('checks switched off', () => {
  it('leave the state as it is and show none', () => {
    expect([checks('b/up', false), checks('b/down', false)]).toEqual([true, true]);
    expect(['b/up', 'b/down', 't/via'].map(lab.status)).toEqual(['no check', 'DOWN', 'DOWN']);
    expect(lab.server('b/up').check).toBeUndefined();
    force('b/down', 'up');
    expect(['b/down', 't/via'].map(lab.status)).toEqual(['no check', 'no check']);
  });

  it('count the one under way, as HAProxy does', () => {
    const server = lab.server('b/up');
    lab.registry.checkStarted(server);
    checks('b/up', false);
    lab.registry.checkFinished(server, { status: 'L7STS', code: 500, text: '', duration: 1 });
    expect(lab.status('b/up')).toBe('no check');
    expect(checks('b/up', true)).toBe(true);
    expect(server.check).toMatchObject({ status: 'L7STS', health: 2, running: false, failures: 1 });
    expect(lab.status('b/up')).toBe('UP 1/2');
  });

  it('keep their health over a maintenance', () => {
    checks('b/up', false);
    lab.set('b/up', 'maint');
    lab.set('b/up', 'ready');
    checks('b/up', true);
    expect(lab.status('b/up')).toBe('UP 1/2');
  });

  it('can not be switched where there are none', () => {
    expect([checks('b/plain', true), checks('b/plain', false), checks('t/via', false)]).toEqual([false, false, false]);
  });
});

describe('other changes from the page', () => {
  it('kill the sessions of a server', () => {
    lab.registry.shutdownSessions(lab.server('b/up'));
    expect(lab.hooks).toContain(`shutdown ${lab.server('b/up').slot} K`);
    expect(lab.told()).toEqual([]);
  });

  it('mention the old name of the action', () => {
    lab.registry.setAdministrative(lab.server('b/up'), 'drain', "'stop' on stats page");
    expect(lab.told()).toEqual([
      "5 Server b/up enters drain state ('stop' on stats page). 1 active and 1 backup servers online. 0 sessions requeued, 0 total in queue.",
    ]);
  });
});
