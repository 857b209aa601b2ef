/** Runtime commands about checks, agents and states, in HAProxy and in hapax: answers, effects, log lines, levels. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { type CommandRun, runCommands } from './check-command-run.ts';
import { unexplained } from './differences.ts';

const skipped = skipWithoutHaproxy('runtime commands about checks');

describe.skipIf(skipped)('runtime commands about checks', () => {
  let oracle: CommandRun;
  let ours: CommandRun;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([runCommands('haproxy'), runCommands('hapax')]);
  }, 120_000);

  it('have the same answers', () => {
    expect(oracle.answers.size).toBeGreaterThan(800);
    const compared = [...oracle.answers].map(([where, answer]) => ({
      area: 'cli' as const,
      where,
      what: 'answer',
      oracle: answer,
      ours: ours.answers.get(where) ?? 'none',
    }));
    expect(unexplained(compared)).toEqual([]);
  });

  it('change the same', () => {
    expect([...oracle.changes.values()].filter((change) => change !== '').length).toBeGreaterThan(200);
    const compared = [...oracle.changes].map(([where, change]) => ({
      area: 'cli' as const,
      where,
      what: 'change',
      oracle: change,
      ours: ours.changes.get(where) ?? 'none',
    }));
    expect(unexplained(compared)).toEqual([]);
  });

  it('are logged in the same words', () => {
    expect(oracle.log.length).toBeGreaterThan(20);
    expect(ours.log).toEqual(oracle.log);
  });
});
