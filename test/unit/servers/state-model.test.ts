/**
 * Chance sequences of checks, agent words and changes by hand, played to the registry and to a model of a few lines which
 * keeps operational, administrative and agent state apart.
 */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../support/random.ts';
import { createLab } from './lab.ts';

const RISE = 2;
const FALL = 3;
const FULL = RISE + FALL - 1;

type Act = 'pass' | 'fail' | 'agent-up' | 'agent-down' | 'agent-word' | 'ready' | 'drain' | 'maint';
const ACTS: readonly Act[] = [
  'pass',
  'fail',
  'fail',
  'agent-up',
  'agent-down',
  'agent-word',
  'ready',
  'drain',
  'maint',
];

/** What the status column must say, worked out without anything of the program's. */
class Reference {
  health = RISE;
  agent = 1;
  admin: 'ready' | 'drain' | 'maint' = 'ready';

  play(act: Act): void {
    const inMaintenance = this.admin === 'maint';
    if (act === 'agent-up') this.agent = 1;
    else if (act === 'agent-down') this.agent = 0;
    else if (act === 'pass' && !inMaintenance) this.health = this.health + 1 >= RISE ? FULL : this.health + 1;
    else if (act === 'fail' && !inMaintenance) this.health = this.health - 1 < RISE ? 0 : this.health - 1;
    else if (act === 'ready' || act === 'drain' || act === 'maint') {
      if (inMaintenance && act !== 'maint') this.health = RISE;
      if (!inMaintenance && act === 'maint') this.health = 0;
      this.admin = act;
    }
  }

  get status(): string {
    if (this.admin === 'maint') return 'MAINT';
    if (this.agent === 0) return 'DOWN (agent)';
    if (this.health < RISE) return this.health === 0 ? 'DOWN' : `DOWN ${this.health}/${RISE}`;
    if (this.admin === 'drain') return 'DRAIN (agent)';
    return this.health === FULL ? 'UP' : `UP ${this.health - RISE + 1}/${FALL}`;
  }
}

describe('the state of a server', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is what the model says (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const lab = await createLab(`
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend be
  server s 127.0.0.1:1 check rise ${RISE} fall ${FALL} agent-check agent-port 9
  server t 127.0.0.1:2 track s
`);
    const model = new Reference();
    const server = lab.server('be/s');
    const played: Act[] = [];
    const agent = (status: 'L7OK' | 'L7STS' | 'CHECKED' | 'L4CON') =>
      lab.registry.agentFinished(server, { status, text: '', duration: 0 });
    for (let step = 0; step < 500; step++) {
      const act = random.pick(ACTS);
      played.push(act);
      model.play(act);
      if (act === 'pass') lab.check('be/s', 'L4OK');
      else if (act === 'fail') lab.check('be/s', 'L4CON');
      else if (act === 'agent-up') agent('L7OK');
      else if (act === 'agent-down') agent('L7STS');
      else if (act === 'agent-word') agent(step % 2 === 0 ? 'CHECKED' : 'L4CON');
      else lab.set('be/s', act);
      const seen = [lab.status('be/s'), lab.usable('be/s'), lab.usable('be/t'), lab.backend('be').down];
      const up = model.status.startsWith('UP');
      expect(seen, played.slice(-6).join(', ')).toEqual([model.status, up, up, !up]);
    }
  });
});
