/** Weights set at run time: what HAProxy 2.6 shows and tells for the same commands. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createLab, type Lab } from './lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await createLab(`
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  server a 127.0.0.1:1 weight 10
  server warm 127.0.0.1:1 weight 10 slowstart 10s
backend alone
  server a 127.0.0.1:1
`);
  lab.told();
});

describe('setWeight', () => {
  it('reaches the shared table and the backend at once, without a line and without a change of state', async () => {
    await lab.time.advance(5000);
    const before = lab.server('b/a').lastChange;
    lab.hooks.length = 0;
    lab.registry.setWeight(lab.server('b/a'), 50);
    expect(lab.server('b/a')).toMatchObject({ userWeight: 50, weight: 50, lastChange: before });
    expect(lab.weight('b/a')).toBe(50 * 16);
    expect(lab.backend('b').weight).toBe(60);
    expect(lab.hooks).toEqual([`changed ${lab.server('b/a').slot}`]);
    expect(lab.told()).toEqual([]);
    lab.registry.setWeight(lab.server('b/a'), 50);
    expect(lab.hooks).toHaveLength(1);
  });

  it('takes a server out of balancing with 0, though it stays up', () => {
    lab.registry.setWeight(lab.server('alone/a'), 0);
    expect(lab.usable('alone/a')).toBe(false);
    expect(lab.status('alone/a')).toBe('no check');
    expect(lab.backend('alone')).toMatchObject({ down: true, weight: 0, downs: 1 });
    expect(lab.told()).toEqual(['0 backend alone has no server available!']);
    lab.registry.setWeight(lab.server('alone/a'), 1);
    expect(lab.usable('alone/a')).toBe(true);
    expect(lab.backend('alone')).toMatchObject({ down: false, weight: 1 });
    expect(lab.told()).toEqual([]);
  });

  it('keeps the share of slowstart', () => {
    lab.set('b/warm', 'maint');
    lab.set('b/warm', 'ready');
    expect(lab.weight('b/warm')).toBe(10);
    lab.registry.setWeight(lab.server('b/warm'), 100);
    expect(lab.weight('b/warm')).toBe(100);
    expect(lab.server('b/warm')).toMatchObject({ userWeight: 100, weight: 7 });
  });
});
