import { describe, expect, it } from 'vitest';
import { afterFailure, afterSuccess, fullHealth, initialHealth, isUp } from '../../../src/servers/check-health.ts';
import { chooseSeed, createRandom } from '../../support/random.ts';

/** The same machine told differently: a flag and a run of equal results instead of one number. */
class Model {
  up = true;
  run = 0;
  fresh = true;
  readonly limits: { readonly rise: number; readonly fall: number };

  constructor(limits: { readonly rise: number; readonly fall: number }) {
    this.limits = limits;
  }

  check(good: boolean): void {
    this.run = good === this.up ? 0 : this.run + 1;
    if (good && this.up) this.fresh = false;
    const needed = this.up ? (this.fresh ? 1 : this.limits.fall) : this.limits.rise;
    if (this.run >= needed) {
      this.up = good;
      this.run = 0;
      this.fresh = false;
    }
  }
}

describe('rise and fall', () => {
  const seed = chooseSeed();
  it(`agree with a model that counts runs of results (SEED=${seed})`, () => {
    const random = createRandom(seed);
    for (let round = 0; round < 500; round++) {
      const limits = { rise: 1 + random.below(5), fall: 1 + random.below(5) };
      const model = new Model(limits);
      let health = initialHealth(limits);
      const bias = random.next();
      const story: string[] = [];
      for (let step = 0; step < 60; step++) {
        const good = random.next() < bias;
        story.push(good ? '+' : '-');
        model.check(good);
        health = good ? afterSuccess(health, limits) : afterFailure(health, limits);
        const where = `seed ${seed} rise ${limits.rise} fall ${limits.fall} ${story.join('')}`;
        expect(isUp(health, limits), where).toBe(model.up);
        // The number says how far the next change is.
        const left = model.up ? health - limits.rise + 1 : limits.rise - health;
        expect(left, where).toBe((model.up ? limits.fall : limits.rise) - model.run);
        expect(health).toBeGreaterThanOrEqual(0);
        expect(health).toBeLessThanOrEqual(fullHealth(limits));
      }
    }
  });

  it('lets the first check decide', () => {
    const limits = { rise: 2, fall: 3 };
    expect(afterFailure(initialHealth(limits), limits)).toBe(0);
    expect(afterSuccess(initialHealth(limits), limits)).toBe(fullHealth(limits));
  });
});
