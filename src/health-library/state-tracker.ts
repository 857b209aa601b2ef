/** Who is healthy: rise and fall applied to the results of checks, with the rules of the proxy's own servers. */
import { afterFailure, afterSuccess, initialHealth, isUp, type Thresholds } from '../servers/check-health.ts';
import { wholeNumber } from './configuration.ts';
import type { Target } from './target.ts';

export interface HealthStats {
  readonly total: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

interface Tracked {
  target: Target;
  /** As src/servers/check-health.ts counts it. */
  health: number;
}

export class StateTracker {
  readonly #limits: Thresholds;
  readonly #tracked = new Map<string, Tracked>();

  /** `fall` failures in a row make unhealthy, `rise` successes in a row healthy. Throws RangeError below 1. */
  constructor(fall: number, rise: number) {
    this.#limits = { fall: wholeNumber('fall', fall, 1), rise: wholeNumber('rise', rise, 1) };
  }

  /** Counts the result of a check. Returns whether the state of the target changed; a target it does not know is left alone. */
  recordResult(id: string, healthy: boolean): boolean {
    const tracked = this.#tracked.get(id);
    if (tracked === undefined) return false;
    const before = isUp(tracked.health, this.#limits);
    tracked.health = (healthy ? afterSuccess : afterFailure)(tracked.health, this.#limits);
    return isUp(tracked.health, this.#limits) !== before;
  }

  /**
   * Takes these for the targets from now on: new ones start healthy, those that are gone are dropped, and one that is known
   * by its id keeps its state. Returns whether anything changed.
   */
  syncTargets(targets: readonly Target[]): boolean {
    const wanted = new Map(targets.map((target) => [target.id, target]));
    let changed = false;
    for (const id of this.#tracked.keys()) {
      if (wanted.has(id)) continue;
      this.#tracked.delete(id);
      changed = true;
    }
    for (const [id, target] of wanted) {
      const tracked = this.#tracked.get(id);
      if (tracked === undefined) {
        this.#tracked.set(id, { target, health: initialHealth(this.#limits, 'fully-up') });
        changed = true;
      } else if (!same(tracked.target, target)) {
        tracked.target = target;
        changed = true;
      }
    }
    return changed;
  }

  /** Whether the target is healthy; one that is not known is not. */
  getState(id: string): boolean {
    const tracked = this.#tracked.get(id);
    return tracked !== undefined && isUp(tracked.health, this.#limits);
  }

  getAllTargets(): Target[] {
    return [...this.#tracked.values()].map(({ target }) => target);
  }

  getHealthyTargets(): Target[] {
    return this.#inState(true);
  }

  getUnhealthyTargets(): Target[] {
    return this.#inState(false);
  }

  getStats(): HealthStats {
    const total = this.#tracked.size;
    const healthy = this.#inState(true).length;
    return { total, healthy, unhealthy: total - healthy };
  }

  #inState(healthy: boolean): Target[] {
    return this.getAllTargets().filter(({ id }) => this.getState(id) === healthy);
  }
}

function same(one: Target, other: Target): boolean {
  return (
    one.ip === other.ip &&
    one.port === other.port &&
    one.healthCheckPath === other.healthCheckPath &&
    one.appName === other.appName
  );
}
