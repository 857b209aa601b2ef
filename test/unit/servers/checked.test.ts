/** What results of checks do: health, lines, counters, trackers, hooks, slowstart. */
import { describe, expect, it } from 'vitest';
import { Word } from '../../../src/servers/shared-table.ts';
import { createLab } from './lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  default-server inter 1s fall 3 rise 2
`;
const TAIL = '0 sessions active, 0 requeued, 0 remaining in queue.';
const ONLINE = '0 sessions requeued, 0 total in queue.';

describe('the path of a server', () => {
  it('is UP 1/3, DOWN at the first failure, DOWN 1/2, UP', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 check\n`);
    expect(lab.status('be/s')).toBe('UP 1/3');
    expect(lab.server('be/s').check).toMatchObject({ status: 'INI', duration: undefined, text: '', running: false });
    lab.registry.checkStarted(lab.server('be/s'));
    expect(lab.server('be/s').check?.running).toBe(true);
    lab.check('be/s', 'L7STS', 500, 'Internal Server Error');
    expect(lab.status('be/s')).toBe('DOWN');
    expect(lab.told()).toEqual([
      `1 Server be/s is DOWN, reason: Layer7 wrong status, code: 500, info: "Internal Server Error", check duration: 3ms. 0 active and 0 backup servers left. ${TAIL}`,
      '0 backend be has no server available!',
    ]);
    expect(lab.server('be/s')).toMatchObject({ downs: 1, check: { failures: 1, health: 0 } });
    lab.check('be/s', 'L7STS', 500);
    expect(lab.server('be/s').check?.failures).toBe(1);
    lab.check('be/s', 'L7OK', 200);
    expect(lab.status('be/s')).toBe('DOWN 1/2');
    lab.check('be/s', 'L7TOUT');
    expect(lab.status('be/s')).toBe('DOWN');
    expect(lab.server('be/s').check?.failures).toBe(2);
    lab.check('be/s', 'L7OK', 200);
    expect(lab.told()).toEqual([]);
    lab.check('be/s', 'L7OK', 200);
    expect(lab.told()).toEqual([
      `5 Server be/s is UP, reason: Layer7 check passed, code: 200, check duration: 3ms. 1 active and 0 backup servers online. ${ONLINE}`,
    ]);
    for (const status of ['UP 2/3', 'UP 1/3', 'DOWN']) {
      lab.check('be/s', 'L4CON', undefined, 'Connection refused');
      expect(lab.status('be/s')).toBe(status);
    }
    expect(lab.told()[0]).toContain(
      'reason: Layer4 connection problem, info: "Connection refused", check duration: 3ms.',
    );
  });

  it('names a listen a proxy, on stderr in quotes', async () => {
    const lab = await createLab(`${DEFAULTS}listen li\n bind 127.0.0.1:1\n server s 127.0.0.1:1 check\n`);
    lab.check('li/s', 'L4TOUT');
    expect(lab.lines.map(({ console }) => `${console?.tag} ${console?.text}`)).toEqual([
      `WARNING Server li/s is DOWN, reason: Layer4 timeout, check duration: 3ms. 0 active and 0 backup servers left. ${TAIL}`,
      "ALERT proxy 'li' has no server available!",
    ]);
  });

  it('does not move while it is in maintenance', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 check\n`);
    lab.check('be/s', 'L4OK');
    lab.registry.checkStarted(lab.server('be/s'));
    lab.set('be/s', 'maint');
    lab.told();
    lab.registry.checkFinished(lab.server('be/s'), { status: 'L4CON', text: '', duration: 1 });
    expect(lab.told()).toEqual([]);
    expect(lab.status('be/s')).toBe('MAINT');
    expect(lab.server('be/s').check).toMatchObject({ status: 'L4CON', running: false, health: 0, failures: 0 });
  });
});

describe('option log-health-checks', () => {
  it('tells changes, and leaves the reason out of the state line', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n option log-health-checks\n server s 127.0.0.1:1 check\n server z 127.0.0.1:1 check weight 0\n server k 127.0.0.1:1 check backup\n`,
    );
    lab.check('be/s', 'L7STS', 500, 'Oops');
    lab.check('be/s', 'L7STS', 500, 'Oops');
    lab.check('be/s', 'L4CON', undefined, 'Connection refused');
    lab.check('be/s', 'L7OK', 200);
    lab.check('be/s', 'L7OK', 200);
    lab.check('be/s', 'L7OK', 200);
    expect(lab.told()).toEqual([
      '5 Health check for server be/s failed, reason: Layer7 wrong status, code: 500, info: "Oops", check duration: 3ms, status: 0/2 DOWN.',
      `1 Server be/s is DOWN. 0 active and 1 backup servers left. Running on backup. ${TAIL}`,
      '5 Health check for server be/s failed, reason: Layer4 connection problem, info: "Connection refused", check duration: 3ms, status: 0/2 DOWN.',
      '5 Health check for server be/s succeeded, reason: Layer7 check passed, code: 200, check duration: 3ms, status: 1/2 DOWN.',
      '5 Health check for server be/s succeeded, reason: Layer7 check passed, code: 200, check duration: 3ms, status: 3/3 UP.',
      `5 Server be/s is UP. 1 active and 1 backup servers online. ${ONLINE}`,
    ]);
    lab.check('be/z', 'L4OK');
    lab.check('be/k', 'L4OK');
    expect(lab.told()).toEqual([
      '5 Health check for server be/z succeeded, reason: Layer4 check passed, check duration: 3ms, status: 3/3 DRAIN.',
      '5 Health check for backup server be/k succeeded, reason: Layer4 check passed, check duration: 3ms, status: 3/3 UP.',
    ]);
  });
});

describe('disable-on-404', () => {
  it('stops new sessions and comes back', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n option httpchk\n http-check disable-on-404\n server s 127.0.0.1:1 check on-marked-down shutdown-sessions\n`,
    );
    lab.check('be/s', 'L7OKC', 404);
    expect(lab.status('be/s')).toBe('NOLB');
    expect(lab.usable('be/s')).toBe(false);
    expect(lab.told()).toEqual([
      `5 Server be/s is stopping, reason: Layer7 check conditionally passed, code: 404, check duration: 3ms. 0 active and 0 backup servers online. ${ONLINE}`,
      '0 backend be has no server available!',
    ]);
    expect(lab.hooks.filter((hook) => hook.startsWith('shutdown'))).toEqual([]);
    lab.check('be/s', 'L7STS', 500);
    expect(lab.status('be/s')).toBe('NOLB 2/3');
    lab.check('be/s', 'L7OK', 200);
    expect(lab.status('be/s')).toBe('UP');
    expect(lab.told()).toHaveLength(1);
    lab.check('be/s', 'L7OKC', 404);
    for (let n = 0; n < 3; n++) lab.check('be/s', 'L7STS', 500);
    expect(lab.status('be/s')).toBe('DOWN');
    expect(lab.backend('be').downs).toBe(2);
  });
});

describe('tracking', () => {
  it('follows a server through a chain, in the same moment', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend c\n server t 127.0.0.1:1 track b/s\n server u 127.0.0.1:1 track c/t\nbackend b\n server s 127.0.0.1:1 check\n`,
    );
    lab.check('b/s', 'L4OK');
    lab.check('b/s', 'L4CON');
    expect([lab.status('b/s'), lab.status('c/t'), lab.status('c/u')]).toEqual(['UP 2/3', 'UP 2/3', 'UP 2/3']);
    lab.check('b/s', 'L4CON');
    lab.check('b/s', 'L4CON', undefined, 'Connection refused');
    const told = lab.told().map((line) => line.replace(/, reason.*?ms\./, '.').replace(` ${TAIL}`, ''));
    expect(told).toEqual([
      '1 Server b/s is DOWN. 0 active and 0 backup servers left.',
      '0 backend b has no server available!',
      '1 Server c/t is DOWN via b/s. 1 active and 0 backup servers left.',
      '1 Server c/u is DOWN via c/t. 0 active and 0 backup servers left.',
      '0 backend c has no server available!',
    ]);
    lab.check('b/s', 'L4OK');
    expect(lab.status('c/u')).toBe('DOWN 1/2');
    lab.check('b/s', 'L4OK');
    expect(lab.usable('c/u')).toBe(true);
    expect(lab.told().at(-1)).toBe(`5 Server c/u is UP via c/t. 2 active and 0 backup servers online. ${ONLINE}`);
    expect(lab.server('c/u').check).toBeUndefined();
  });
});

describe('hooks and gauges', () => {
  it('cut sessions where the configuration says so, after traffic can see the change', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n server s 127.0.0.1:1 check on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions\n server keep 127.0.0.1:1 check\n server b 127.0.0.1:1 backup\n`,
    );
    const s = lab.server('be/s').slot;
    lab.check('be/s', 'L4OK');
    lab.hooks.length = 0;
    for (let n = 0; n < 3; n++) lab.check('be/s', 'L4CON');
    expect(lab.hooks).toEqual([`changed ${s}`, `shutdown ${s} D`]);
    lab.hooks.length = 0;
    for (let n = 0; n < 2; n++) lab.check('be/s', 'L4OK');
    expect(lab.hooks).toEqual([`changed ${s}`, `shutdown backups of ${lab.backend('be').slot}`]);
    lab.hooks.length = 0;
    lab.check('be/keep', 'L4CON');
    expect(lab.hooks).toEqual([`changed ${lab.server('be/keep').slot}`]);
    lab.hooks.length = 0;
    lab.set('be/s', 'maint');
    expect(lab.hooks).toContain(`shutdown ${s} D`);
  });

  it('tell sessions and queues from the shared gauges', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n server s 127.0.0.1:1 check maxconn 5\n server o 127.0.0.1:1\n`,
    );
    const { slot } = lab.server('be/s');
    expect(lab.table.get(slot, Word.maxconn)).toBe(5);
    lab.table.set(slot, Word.current, 4);
    lab.table.set(slot, Word.queued, 2);
    const generation = lab.table.get(slot, Word.generation);
    lab.check('be/s', 'L4CON');
    expect(lab.told()[0]).toContain(
      '1 active and 0 backup servers left. 4 sessions active, 2 requeued, 0 remaining in queue.',
    );
    expect(lab.table.get(slot, Word.generation)).toBeGreaterThan(generation);
    lab.table.set(slot, Word.queued, 0);
    lab.table.set(lab.backend('be').slot, Word.queued, 9);
    lab.check('be/s', 'L4OK');
    lab.check('be/s', 'L4OK');
    expect(lab.told()[0]).toContain('2 active and 0 backup servers online. 1 sessions requeued, 0 total in queue.');
  });
});

describe('slowstart', () => {
  it('gives the weight back in steps of a second and says UP twice', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 check weight 100 slowstart 4s\n`);
    expect(lab.weight('be/s')).toBe(1600);
    lab.check('be/s', 'L4CON');
    await lab.time.advance(2000);
    for (let n = 0; n < 2; n++) lab.check('be/s', 'L4OK');
    lab.told();
    const seen = [];
    for (let second = 0; second < 5; second++) {
      const { weight, throttle } = lab.server('be/s');
      seen.push([weight, throttle, lab.weight('be/s'), lab.backend('be').weight]);
      await lab.time.advance(1001);
    }
    expect(seen).toEqual([
      [7, 6, 100, 7],
      [32, 31, 500, 32],
      [57, 56, 900, 57],
      [82, 81, 1300, 82],
      [100, undefined, 1600, 100],
    ]);
    expect(lab.told()).toEqual([`5 Server be/s is UP. 1 active and 0 backup servers online. ${ONLINE}`]);
    expect(lab.time.pending).toBe(0);
  });

  it('stops when the server goes down or the registry closes', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 slowstart 4s weight 10\n`);
    lab.set('be/s', 'maint');
    lab.set('be/s', 'ready');
    expect(lab.server('be/s').throttle).toBe(6);
    lab.set('be/s', 'maint');
    expect(lab.time.pending).toBe(0);
    expect(lab.server('be/s').throttle).toBeUndefined();
    lab.set('be/s', 'ready');
    lab.registry.close();
    expect(lab.time.pending).toBe(0);
  });

  it('gives the whole weight at once where weights cannot move', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n balance static-rr\n server s 127.0.0.1:1 slowstart 4s weight 10\n`,
    );
    lab.set('be/s', 'maint');
    lab.set('be/s', 'ready');
    expect(lab.server('be/s')).toMatchObject({ weight: 10, throttle: 100 });
    lab.registry.close();
  });
});
