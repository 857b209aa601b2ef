/** What conditions learn of the program, from the tables that traffic and the statistics share. */
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Word } from '../../../src/servers/shared-table.ts';
import { Counter } from '../../../src/stats/counters.ts';
import { ProgramScope } from '../../../src/stats/program-scope.ts';
import { modelOf, server, testView } from '../../support/runtime-view.ts';

const backup = { backup: true };

function scopeOf(allBackups: boolean) {
  const servers = [server('a', 1), server('b', 2), server('c', 3, backup), server('d', 4, backup)];
  const model = modelOf([
    { name: 'f', frontend: { defaultBackend: 1 } },
    { name: 'b', backend: { servers, allBackups } },
  ]);
  const lab = testView(model);
  const [own, slots] = [lab.view.slots.backend[1]!, lab.view.slots.servers[1]!];
  const set = (usable: readonly number[]) =>
    slots.forEach((slot, index) => {
      lab.table.set(slot, Word.usable, usable[index]!);
      lab.table.set(slot, Word.effectiveWeight, 16);
    });
  return { ...lab, own, slots, set, scope: new ProgramScope(lab.view, model.proxies[0]!) };
}

describe('what conditions know of the program', () => {
  it.each([
    [[1, 1, 1, 1], false, 2],
    [[1, 0, 1, 1], true, 1],
    [[0, 0, 1, 1], false, 1],
    [[0, 0, 1, 1], true, 2],
    [[0, 0, 0, 1], false, 1],
    [[0, 0, 0, 0], true, 0],
  ])('of servers %j, with all backups: %s, %i are usable', (usable, allBackups, expected) => {
    const { scope, set } = scopeOf(allBackups);
    set(usable);
    expect(scope.backend('b')?.usableServers()).toBe(expected);
  });

  it('a server without weight takes nobody', () => {
    const { scope, set, table, slots } = scopeOf(false);
    set([1, 1, 0, 0]);
    table.set(slots[0]!, Word.effectiveWeight, 0);
    expect(scope.backend('b')?.usableServers()).toBe(1);
  });

  it('who waits for a backend waits for any of its servers or for one of them', () => {
    const { scope, table, own, slots } = scopeOf(false);
    table.set(own, Word.queued, 2);
    table.set(slots[1]!, Word.queued, 3);
    expect(scope.backend('b')?.queued()).toBe(5);
    expect(scope.server('b/b')?.queued()).toBe(3);
  });

  it('rates go by the clock of the counters, dates by the wall clock', () => {
    const { scope, counters, own, view } = scopeOf(false);
    counters.tick(own, Counter.sessionRate, view.now());
    expect(scope.backend('b')?.sessionRate()).toBe(1);
    expect(scope.wallClock()).toBe(view.wallClock());
    expect(view.wallClock()).not.toBe(view.now());
  });

  it('the name of the host is that of the system, whatever `node` says', () => {
    const { view, scope } = scopeOf(false);
    expect(view.process.node).not.toBe(hostname());
    expect(scope.hostname).toBe(hostname());
  });

  it('knows proxies by the side they have', () => {
    const { scope } = scopeOf(false);
    expect([scope.proxyName, scope.defaultBackendName]).toEqual(['f', 'b']);
    expect(scope.backend('')).toBeUndefined();
    expect(scope.frontend('b')).toBeUndefined();
    expect(scope.server('b/nobody')).toBeUndefined();
  });
});
