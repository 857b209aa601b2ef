/** What agents and observed traffic do to servers. */
import { describe, expect, it } from 'vitest';
import { AgentCheck } from '../../../src/protocols/agent-check.ts';
import { Word } from '../../../src/servers/shared-table.ts';
import { waitFor } from '../../support/wait.ts';
import { createLab, type Lab } from './lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  default-server inter 1s fall 3 rise 2 agent-port 9
`;

function say(lab: Lab, path: string, line: string): void {
  const reply = new AgentCheck(undefined).received(Buffer.from(`${line}\n`));
  lab.registry.agentStarted(lab.server(path));
  lab.registry.agentFinished(lab.server(path), { ...reply.verdict!, duration: 0 });
}

describe('an agent', () => {
  it('takes the server down and up at once, beside its checks', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n server s 127.0.0.1:1 check agent-check\n server t 127.0.0.1:1\n`,
    );
    lab.check('be/s', 'L4OK');
    say(lab, 'be/s', 'down # broken');
    expect(lab.status('be/s')).toBe('DOWN (agent)');
    expect(lab.told()).toEqual([
      '1 Server be/s is DOWN, reason: Layer7 wrong status, code: 0, info: "via agent : down (broken)", check duration: 0ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
    ]);
    expect(lab.server('be/s')).toMatchObject({ downs: 1, check: { failures: 0, health: 4 }, agent: { health: 0 } });
    lab.check('be/s', 'L4OK');
    say(lab, 'be/s', 'ready');
    expect(lab.status('be/s')).toBe('DOWN (agent)');
    say(lab, 'be/s', 'up');
    expect(lab.status('be/s')).toBe('UP');
  });

  it('cannot bring up what its checks hold down', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 check agent-check\n`);
    lab.check('be/s', 'L4CON');
    say(lab, 'be/s', 'down');
    say(lab, 'be/s', 'up');
    expect(lab.status('be/s')).toBe('DOWN');
    lab.check('be/s', 'L4OK');
    lab.check('be/s', 'L4OK');
    expect(lab.status('be/s')).toBe('UP');
  });

  it('tells what is wrong with its weight or limit before its remark, and what means nothing before that', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 agent-check\n`);
    const told = (line: string) => {
      say(lab, 'be/s', line);
      return lab.server('be/s').agent?.text;
    };
    expect(told('up 50%x # why')).toBe('via agent : up (Trailing garbage in weight string)');
    expect(told('down maxconn:x')).toBe('via agent : down (maxconn string empty or preceded by garbage)');
    expect(told('up what 50%x')).toBe('via agent : up (what)');
  });

  it('drains until it says ready, and is heard in maintenance', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 agent-check\n`);
    expect(lab.status('be/s')).toBe('no check');
    say(lab, 'be/s', 'drain');
    say(lab, 'be/s', 'up');
    expect(lab.status('be/s')).toBe('DRAIN (agent)');
    say(lab, 'be/s', 'maint');
    say(lab, 'be/s', 'down');
    expect(lab.status('be/s')).toBe('MAINT');
    say(lab, 'be/s', 'ready');
    expect(lab.status('be/s')).toBe('DOWN (agent)');
    expect(lab.told().at(-1)).toBe('5 Server be/s is DOWN/READY (leaving forced maintenance).');
  });

  it('sets weight and limit, and warns of those it cannot set', async () => {
    const lab = await createLab(`${DEFAULTS}backend be\n server s 127.0.0.1:1 weight 100 agent-check\n`);
    const { slot } = lab.server('be/s');
    say(lab, 'be/s', '75% maxconn:5');
    expect(lab.server('be/s')).toMatchObject({ weight: 75, maxconn: 5, agent: { text: '', status: 'CHECKED' } });
    expect(lab.table.get(slot, Word.maxconn)).toBe(5);
    say(lab, 'be/s', '50%%');
    expect(lab.server('be/s')).toMatchObject({
      weight: 75,
      agent: { text: 'agent warns : Trailing garbage in weight string' },
    });
    say(lab, 'be/s', '999%');
    expect(lab.server('be/s').weight).toBe(256);
  });

  it('is followed by trackers', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n server s 127.0.0.1:1 agent-check\n server t 127.0.0.1:2 track s\n`,
    );
    say(lab, 'be/s', 'down');
    expect(lab.status('be/t')).toBe('DOWN (agent)');
    say(lab, 'be/s', 'up');
    expect(lab.usable('be/t')).toBe(true);
  });
});

describe('observed traffic', () => {
  it.each([
    ['mark-down', 'DOWN', 1, 0],
    ['fail-check', 'UP 2/3', 1, 3],
    ['sudden-death', 'UP 1/3', 1, 2],
    ['fastinter', 'UP', 0, 4],
  ])('on-error %s: %s', async (action, status, failures, health) => {
    const lab = await createLab(
      `${DEFAULTS}backend be\n server s 127.0.0.1:1 check observe layer4 error-limit 3 on-error ${action}\n`,
    );
    lab.check('be/s', 'L4OK');
    lab.told();
    const server = lab.server('be/s');
    lab.table.add(server.slot, Word.limitReached, 1);
    lab.table.wake(server.slot, Word.limitReached);
    await waitFor('the limit to be noticed', () => server.observedFailures === 1);
    expect(lab.status('be/s')).toBe(status);
    expect(server.check).toMatchObject({ failures, health });
    expect(lab.hooks.at(-1)).toBe(`hurry ${server.slot}`);
    if (action === 'fastinter') return;
    expect(server.check).toMatchObject({
      status: 'HANA',
      text: 'Detected 3 consecutive errors, last one was: L4 unsuccessful connection',
    });
    if (action !== 'mark-down') return;
    expect(lab.told()[0]).toBe(
      '1 Server be/s is DOWN, reason: Health analyze, info: "Detected 3 consecutive errors, last one was: L4 unsuccessful connection". 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
    );
  });
});
