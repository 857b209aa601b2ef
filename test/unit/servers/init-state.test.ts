/** `init-state`: what a server is before its first check, and after maintenance. */
import { describe, expect, it } from 'vitest';
import { createLab } from './lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  default-server inter 1s fall 3 rise 2
`;

const server = (parameters: string) => createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 check ${parameters}\n`);

describe('init-state', () => {
  it.each<[state: string, first: string, good: readonly string[], bad: readonly string[], failures: number]>([
    ['up', 'UP 1/3', ['UP'], ['DOWN'], 1],
    ['none', 'UP 1/3', ['UP'], ['DOWN'], 1],
    ['fully-up', 'UP', ['UP'], ['UP 2/3', 'UP 1/3', 'DOWN'], 3],
    ['down', 'DOWN 1/2', ['UP'], ['DOWN', 'DOWN'], 1],
    ['fully-down', 'DOWN', ['DOWN 1/2', 'UP'], ['DOWN'], 0],
  ])('%s begins as %s', async (state, first, good, bad, failures) => {
    const up = first.startsWith('UP');
    const passing = await server(`init-state ${state}`);
    expect(passing.status('be/s')).toBe(first);
    expect(passing.usable('be/s')).toBe(up);
    expect(passing.backend('be')).toMatchObject({ down: !up, downs: 0, activeCount: up ? 1 : 0 });
    for (const status of good) {
      passing.check('be/s', 'L4OK');
      expect(passing.status('be/s')).toBe(status);
    }
    expect(passing.usable('be/s')).toBe(true);
    const lines = passing.told();
    expect(lines).toHaveLength(up ? 0 : 1);
    if (!up) expect(lines[0]).toMatch(/^5 Server be\/s is UP, reason: Layer4 check passed/);

    const failing = await server(`init-state ${state}`);
    for (const status of bad) {
      failing.check('be/s', 'L4CON');
      expect(failing.status('be/s')).toBe(status);
    }
    expect(failing.server('be/s')).toMatchObject({ downs: up ? 1 : 0, check: { failures } });
    expect(failing.told()).toHaveLength(up ? 2 : 0);
  });

  it('counts again when the server leaves maintenance', async () => {
    const lab = await server('init-state fully-down');
    for (let round = 0; round < 2; round++) lab.check('be/s', 'L4OK');
    lab.set('be/s', 'maint');
    lab.set('be/s', 'ready');
    expect(lab.status('be/s')).toBe('DOWN');
    expect(lab.usable('be/s')).toBe(false);
    expect(lab.told().at(-1)).toContain('Server be/s is DOWN/READY (leaving forced maintenance)');
    lab.check('be/s', 'L4OK');
    lab.check('be/s', 'L4OK');
    expect(lab.status('be/s')).toBe('UP');
  });

  it('holds for servers that track it, and not for one without checks', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be
  server t 127.0.0.1:1 track be/s
  server s 127.0.0.1:1 check init-state down
  server u 127.0.0.1:1 track be/t
  server plain 127.0.0.1:1 init-state down\n`,
    );
    expect(['t', 's', 'u', 'plain'].map((name) => lab.usable(`be/${name}`))).toEqual([false, false, false, true]);
    expect(lab.status('be/u')).toBe('DOWN 1/2');
    lab.check('be/s', 'L4OK');
    expect(['t', 's', 'u'].map((name) => lab.status(`be/${name}`))).toEqual(['UP', 'UP', 'UP']);
    expect(lab.backend('be').activeCount).toBe(4);
  });

  it('gives way to disabled', async () => {
    const lab = await server('init-state fully-up disabled');
    expect(lab.status('be/s')).toBe('MAINT');
    lab.set('be/s', 'ready');
    expect(lab.status('be/s')).toBe('UP');
  });
});
