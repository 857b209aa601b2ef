/** ready, drain and maint: states, lines and inheritance, as HAProxy 2.6 told them for the same commands. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createLab, type Lab } from './lab.ts';

const CONFIG = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  server plain 127.0.0.1:1
  server up 127.0.0.1:1 check
  server down 127.0.0.1:1 check
  server dis 127.0.0.1:1 check disabled
  server bk 127.0.0.1:1 backup
  server w0 127.0.0.1:1 weight 0
backend t
  server tup 127.0.0.1:1 track b/up
  server tdown 127.0.0.1:1 track b/down
  server tdis 127.0.0.1:1 track b/dis
backend alldis
  server d1 127.0.0.1:1 disabled
backend allnameless
  server n1 n1.example:1 init-addr none
backend onlybk
  server d1 127.0.0.1:1 weight 7 backup
  server d2 127.0.0.1:1 weight 9 backup
`;

let lab: Lab;
beforeEach(async () => {
  lab = await createLab(CONFIG);
  lab.check('b/up', 'L4OK');
  lab.check('b/down', 'L4CON', undefined, 'Connection refused');
  lab.told();
});

/** Says what a command did: the lines without their usual tails, then status and admin bits. */
function outcome(path: string, state: 'ready' | 'drain' | 'maint'): string[] {
  lab.set(path, state);
  const lines = lab.told().map((line) => line.replace(/ \d+ sessions.*/, ''));
  return [...lines, `${lab.status(path)} ${lab.server(path).admin}`];
}

describe('at the start', () => {
  it('knows who is usable', () => {
    expect(lab.status('b/dis')).toBe('MAINT');
    expect(lab.server('b/dis').admin).toBe(5);
    expect(lab.status('t/tdis')).toBe('MAINT (via b/dis)');
    expect(lab.status('b/plain')).toBe('no check');
    expect(['plain', 'up', 'down', 'dis', 'bk', 'w0'].map((name) => lab.usable(`b/${name}`))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(lab.backend('b')).toMatchObject({ activeCount: 2, backupCount: 1, weight: 2, down: false });
    expect(lab.backend('alldis')).toMatchObject({ activeCount: 0, down: true, downs: 0 });
    // To have had only names without addresses counts as having gone down once (measured).
    expect(lab.backend('allnameless')).toMatchObject({ activeCount: 0, down: true, downs: 1 });
    expect(lab.backend('onlybk')).toMatchObject({ activeCount: 0, backupCount: 2, weight: 7, down: false });
  });
});

describe('a server whose name means nothing yet', () => {
  it('is in maintenance for that, whatever it is told', async () => {
    lab = await createLab(`
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  server s no-such-host.invalid:80 check init-addr none
`);
    expect(lab.status('b/s')).toBe('MAINT (resolution)');
    expect(lab.server('b/s')).toMatchObject({ admin: 32, downs: 1 });
    expect(outcome('b/s', 'maint')).toEqual(['MAINT (resolution) 33']);
    expect(outcome('b/s', 'ready')).toEqual(['MAINT (resolution) 32']);
    expect(lab.usable('b/s')).toBe(false);
  });
});

describe('a server without check', () => {
  it('drains, and says nothing twice', () => {
    expect(outcome('b/plain', 'drain')).toEqual([
      '5 Server b/plain enters drain state. 1 active and 1 backup servers online.',
      'DRAIN 8',
    ]);
    expect(outcome('b/plain', 'drain')).toEqual(['DRAIN 8']);
    expect(lab.usable('b/plain')).toBe(false);
    expect(outcome('b/plain', 'ready')).toEqual(['5 Server b/plain is UP (leaving forced drain).', 'no check 0']);
  });

  it('goes to maintenance and comes back', () => {
    expect(outcome('b/plain', 'maint')).toEqual([
      '1 Server b/plain is going DOWN for maintenance. 1 active and 1 backup servers left.',
      'MAINT 1',
    ]);
    expect(outcome('b/plain', 'drain')).toEqual([
      '5 Server b/plain is UP/DRAIN (leaving forced maintenance).',
      '5 Server b/plain remains in forced drain mode.',
      'DRAIN 8',
    ]);
    expect(outcome('b/plain', 'maint')[0]).toBe(
      '5 Server b/plain is going DOWN for maintenance. 1 active and 1 backup servers left.',
    );
    expect(outcome('b/plain', 'ready')).toEqual([
      '5 Server b/plain is UP/READY (leaving forced maintenance).',
      'no check 0',
    ]);
    expect(lab.usable('b/plain')).toBe(true);
  });
});

describe('checked servers and their trackers', () => {
  it('drain together', () => {
    expect(outcome('b/up', 'drain')).toEqual([
      '5 Server b/up enters drain state. 1 active and 1 backup servers online.',
      '5 Server t/tup enters drain state via b/up. 0 active and 0 backup servers online.',
      '0 backend t has no server available!',
      'DRAIN 8',
    ]);
    expect(lab.status('t/tup')).toBe('DRAIN');
    expect(outcome('b/up', 'maint')).toEqual([
      '5 Server b/up is going DOWN for maintenance. 1 active and 1 backup servers left.',
      '5 Server t/tup is going DOWN for maintenance via b/up. 0 active and 0 backup servers left.',
      'MAINT 1',
    ]);
    expect(lab.status('t/tup')).toBe('MAINT (via b/up)');
    expect(outcome('b/up', 'drain')).toEqual([
      '5 Server b/up is UP/DRAIN (leaving forced maintenance).',
      '5 Server b/up remains in forced drain mode.',
      '5 Server t/tup is UP/DRAIN (leaving maintenance).',
      '5 Server t/tup is leaving forced drain but remains in drain mode via b/up.',
      'DRAIN 1/3 8',
    ]);
    expect(outcome('b/up', 'ready')).toEqual([
      '5 Server b/up is UP (leaving forced drain).',
      '5 Server t/tup is UP (leaving forced drain).',
      'UP 1/3 0',
    ]);
  });

  it('start again at rise after maintenance, whatever they were before', () => {
    expect(outcome('b/down', 'drain')).toEqual([
      '5 Server b/down enters drain state. 2 active and 1 backup servers left.',
      '5 Server t/tdown enters drain state via b/down. 1 active and 0 backup servers left.',
      'DOWN 8',
    ]);
    expect(outcome('b/down', 'maint')).toEqual([
      '5 Server b/down was DOWN and now enters maintenance.',
      '5 Server t/tdown was DOWN and now enters maintenance via b/down.',
      'MAINT 1',
    ]);
    expect(outcome('b/down', 'ready')).toEqual([
      '5 Server b/down is UP/READY (leaving forced maintenance).',
      '5 Server t/tdown is UP/READY (leaving maintenance).',
      'UP 1/3 0',
    ]);
    expect(lab.usable('b/down')).toBe(true);
    expect(lab.server('b/down').downs).toBe(1);
  });

  it('remember that they were disabled', () => {
    expect(outcome('b/dis', 'drain').at(-1)).toBe('DRAIN 1/3 12');
    expect(outcome('b/dis', 'ready').at(-1)).toBe('UP 1/3 4');
    expect(outcome('b/dis', 'maint').at(-1)).toBe('MAINT 5');
    expect(lab.status('t/tdis')).toBe('MAINT (via b/dis)');
  });

  it('keep their own maintenance when the tracked server comes back', () => {
    outcome('t/tup', 'maint');
    expect(outcome('b/up', 'maint').slice(0, -1)).toHaveLength(1);
    expect(lab.status('t/tup')).toBe('MAINT (via b/up)');
    expect(outcome('b/up', 'ready')).toEqual([
      '5 Server b/up is UP/READY (leaving forced maintenance).',
      '5 Server t/tup remains in forced maintenance.',
      'UP 1/3 0',
    ]);
    expect(lab.status('t/tup')).toBe('MAINT');
    expect(outcome('t/tup', 'ready')).toEqual(['5 Server t/tup is UP/READY (leaving forced maintenance).', 'UP 1/3 0']);
  });

  it('can be told to drain while the tracked server is in maintenance or drain', () => {
    lab.set('b/up', 'maint');
    lab.told();
    expect(outcome('t/tup', 'drain')).toEqual(['MAINT (via b/up) 10']);
    expect(outcome('t/tup', 'maint')).toEqual(['MAINT (via b/up) 3']);
    expect(outcome('t/tup', 'drain')).toEqual([
      '5 Server t/tup is leaving forced maintenance but remains in maintenance via b/up.',
      'MAINT (via b/up) 10',
    ]);
    outcome('t/tup', 'ready');
    outcome('b/up', 'drain');
    expect(outcome('t/tup', 'drain')).toEqual(['5 Server t/tup remains in forced drain mode.', 'DRAIN 1/3 24']);
    expect(outcome('t/tup', 'ready')).toEqual([
      '5 Server t/tup is leaving forced drain but remains in drain mode via b/up.',
      'DRAIN 1/3 16',
    ]);
  });
});

describe('backends', () => {
  it('are told of when their last server goes', () => {
    expect(outcome('alldis/d1', 'ready')).toEqual([
      '5 Server alldis/d1 is UP/READY (leaving forced maintenance).',
      'no check 4',
    ]);
    expect(lab.backend('alldis').down).toBe(false);
    expect(outcome('alldis/d1', 'maint')).toEqual([
      '1 Server alldis/d1 is going DOWN for maintenance. 0 active and 0 backup servers left.',
      '0 backend alldis has no server available!',
      'MAINT 5',
    ]);
    expect(lab.backend('alldis')).toMatchObject({ down: true, downs: 1 });
  });

  it('run on backups', () => {
    expect(outcome('onlybk/d1', 'maint')[0]).toBe(
      '1 Backup Server onlybk/d1 is going DOWN for maintenance. 0 active and 1 backup servers left. Running on backup.',
    );
    expect(lab.backend('onlybk').weight).toBe(9);
    expect(outcome('b/bk', 'drain')[0]).toBe(
      '5 Backup Server b/bk enters drain state. 2 active and 0 backup servers online.',
    );
  });
});

describe('times', () => {
  it('count drain when it ends, and every time down', async () => {
    const up = lab.server('b/up');
    await lab.time.advance(5000);
    lab.set('b/up', 'drain');
    expect(up).toMatchObject({ lastChange: lab.time.monotonic(), downtime: 0 });
    await lab.time.advance(2000);
    lab.set('b/up', 'ready');
    expect(up).toMatchObject({ lastChange: lab.time.monotonic(), downtime: 2000 });
    lab.set('b/up', 'maint');
    await lab.time.advance(3000);
    lab.set('b/up', 'ready');
    expect(up.downtime).toBe(5000);
    const down = lab.server('b/down');
    const since = down.lastChange;
    lab.set('b/down', 'maint');
    expect(down.lastChange).toBe(since);
    lab.set('b/down', 'ready');
    expect(down.downtime).toBe(lab.time.monotonic() - since);
  });
});
