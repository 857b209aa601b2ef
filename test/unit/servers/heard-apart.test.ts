/** Checks, agents, orders by hand and traffic at the same server: whose word counts when (all measured on HAProxy 2.6). */
import { describe, expect, it } from 'vitest';
import { AgentCheck } from '../../../src/protocols/agent-check.ts';
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
  lab.registry.agentFinished(lab.server(path), { ...reply.verdict!, duration: 0 });
}

const texts = (lab: Lab) => lab.told().map((line) => line.replace(/^\d /, '').replace(/\. \d.*/, '.'));

describe('an agent beside checks', () => {
  it('is obeyed before its order is: what leaves maintenance does so up or down', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check disabled agent-check\n`);
    say(lab, 'b/s', 'drain down');
    expect(texts(lab)).toEqual([
      'Server b/s is DOWN/DRAIN (leaving forced maintenance).',
      'Server b/s remains in forced drain mode.',
    ]);
    expect(lab.server('b/s').downs).toBe(0);
  });

  it('does not bring back what its checks are stopping', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check agent-check\n`);
    lab.check('b/s', 'L7OKC', 404);
    say(lab, 'b/s', 'up');
    expect(lab.status('b/s')).toBe('NOLB');
    say(lab, 'b/s', 'drain');
    expect(lab.status('b/s')).toBe('NOLB');
    say(lab, 'b/s', 'ready');
    lab.check('b/s', 'L7OK', 200);
    expect(lab.status('b/s')).toBe('UP');
  });

  it('by hand moves the server whatever its checks say, and its next word is no news', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend b\n option log-health-checks\n server s 127.0.0.1:1 check agent-check\n server t 127.0.0.1:2 track b/s\n`,
    );
    lab.check('b/s', 'L4CON');
    say(lab, 'b/s', 'down');
    lab.told();
    expect(lab.registry.forceAgent(lab.server('b/s'), true, 'CLI')).toBe(true);
    expect(texts(lab)).toEqual(['Server b/s is UP, changed from CLI.', 'Server b/t is UP via b/s.']);
    lab.check('b/s', 'L4OK');
    expect([lab.status('b/s'), lab.usable('b/s')]).toEqual(['UP', true]);
    lab.told();
    say(lab, 'b/s', 'down');
    expect(texts(lab).slice(0, 2)).toEqual(['Server b/s is DOWN.', 'Server b/t is DOWN via b/s.']);
  });

  it('stays down when the health of the server is set by hand, and then does not take it down again', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check agent-check\n`);
    say(lab, 'b/s', 'down');
    lab.registry.setHealth(lab.server('b/s'), 'up', 'CLI');
    lab.check('b/s', 'L4OK');
    expect([lab.status('b/s'), lab.server('b/s').agent?.health]).toEqual(['UP', 0]);
    say(lab, 'b/s', 'down');
    expect(lab.status('b/s')).toBe('DOWN (agent)');
  });

  it('has both orders heard though one cannot be followed, and that is told instead of its remark', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend b\n balance static-rr\n server s 127.0.0.1:1 weight 10 agent-check\n`,
    );
    say(lab, 'b/s', 'up 50% maxconn:3 # all');
    expect(lab.server('b/s')).toMatchObject({
      maxconn: 3,
      weight: 10,
      agent: {
        text: "via agent : up (Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.)",
      },
    });
    say(lab, 'b/s', '400%x');
    expect(lab.server('b/s').agent?.text).toBe(
      'agent warns : Absolute weight can only be between 0 and 256 inclusive.',
    );
    say(lab, 'b/s', 'up hello maxconn:x');
    expect(lab.server('b/s').agent?.text).toBe('via agent : up (hello)');
  });
});

describe('a check whose result comes late', () => {
  it('is told in maintenance, and moves nothing', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n option log-health-checks\n server s 127.0.0.1:1 check\n`);
    lab.registry.checkStarted(lab.server('b/s'));
    lab.set('b/s', 'maint');
    lab.told();
    lab.registry.checkFinished(lab.server('b/s'), { status: 'L7STS', code: 503, text: 'No', duration: 1 });
    expect(lab.told()).toEqual([
      '5 Health check for server b/s failed, reason: Layer7 wrong status, code: 503, info: "No", check duration: 1ms, status: 0/2 DOWN.',
    ]);
    expect(lab.server('b/s')).toMatchObject({ downs: 1, check: { failures: 0, status: 'L7STS' } });
  });

  it('takes down a server whose checks have been switched off meanwhile, and up', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check\n`);
    lab.registry.setHealthChecks(lab.server('b/s'), false);
    lab.registry.checkFinished(lab.server('b/s'), { status: 'L4CON', text: '', duration: 1 });
    expect(lab.status('b/s')).toBe('DOWN');
    lab.registry.checkFinished(lab.server('b/s'), { status: 'L4OK', text: '', duration: 1 });
    expect(lab.status('b/s')).toBe('no check');
  });
});

describe('a weight', () => {
  it('set while the server drains has the drain told again; set in maintenance it counts afterwards', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend b\n server s 127.0.0.1:1 weight 10 check\n server t 127.0.0.1:2 track b/s\n`,
    );
    lab.set('b/s', 'drain');
    lab.told();
    lab.registry.setWeight(lab.server('b/s'), 20);
    lab.registry.setWeight(lab.server('b/t'), 5);
    expect(texts(lab)).toEqual([
      'Server b/s remains in forced drain mode.',
      'Server b/t is leaving forced drain but remains in drain mode via b/s.',
    ]);
    lab.set('b/s', 'maint');
    lab.registry.setWeight(lab.server('b/s'), 0);
    expect(lab.server('b/s')).toMatchObject({ userWeight: 0, weight: 20 });
    lab.set('b/s', 'ready');
    expect(lab.server('b/s').weight).toBe(0);
  });

  it('of none leaves the sessions of backups alone when the server comes up', async () => {
    const server = 'server s 127.0.0.1:1 check weight 0 on-marked-up shutdown-backup-sessions';
    const lab = await createLab(`${DEFAULTS}backend b\n ${server}\n server k 127.0.0.1:2 backup\n`);
    lab.check('b/s', 'L4CON');
    lab.check('b/s', 'L4OK');
    lab.check('b/s', 'L4OK');
    expect([lab.status('b/s'), lab.hooks.some((hook) => hook.startsWith('shutdown'))]).toEqual(['UP', false]);
  });

  it('that a server warms up to is climbed again from when it stops draining', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 weight 100 slowstart 10s\n`);
    lab.set('b/s', 'maint');
    lab.set('b/s', 'ready');
    await lab.time.advance(5100);
    expect(lab.server('b/s').weight).toBeGreaterThan(50);
    lab.set('b/s', 'drain');
    lab.set('b/s', 'ready');
    await lab.time.advance(1000);
    expect(lab.server('b/s').weight).toBeLessThan(20);
    await lab.time.advance(9000);
    expect([lab.server('b/s').weight, lab.server('b/s').throttle]).toEqual([100, undefined]);
    lab.registry.close();
  });
});

describe('trackers', () => {
  it('are told in the reverse of their order, chains first', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend a\n server t 127.0.0.1:1 track b/s\nbackend b\n server s 127.0.0.1:1 check\n server u 127.0.0.1:1 track b/s\nbackend c\n server v 127.0.0.1:1 track b/u\n`,
    );
    lab.check('b/s', 'L4CON');
    expect(texts(lab).filter((line) => line.startsWith('Server'))).toEqual([
      'Server b/s is DOWN, reason: Layer4 connection problem, check duration: 3ms.',
      'Server b/u is DOWN via b/s.',
      'Server c/v is DOWN via b/u.',
      'Server a/t is DOWN via b/s.',
    ]);
  });

  it('make their backend count what it loses with them at the start, but not what it never had', async () => {
    const lab = await createLab(
      `${DEFAULTS}backend a\n server s 127.0.0.1:1 disabled check observe layer4\nbackend b\n server t 127.0.0.1:1 track a/s\n`,
    );
    expect([lab.backend('a').downs, lab.backend('b').downs]).toEqual([0, 1]);
    expect(lab.server('b/t').observedFailures).toBe(0);
  });

  it('keep the time of their last change when they leave maintenance for what is no better', async () => {
    const lab = await createLab(`${DEFAULTS}backend b\n server s 127.0.0.1:1 check\n server t 127.0.0.1:1 track b/s\n`);
    lab.check('b/s', 'L4CON');
    const { lastChange } = lab.server('b/t');
    lab.set('b/t', 'maint');
    await lab.time.advance(3000);
    lab.set('b/t', 'ready');
    expect([lab.status('b/t'), lab.server('b/t').lastChange]).toEqual(['DOWN', lastChange]);
  });
});
