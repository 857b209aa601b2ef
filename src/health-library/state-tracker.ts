/** Who is healthy: rise and fall applied to the results of checks, with the rules of the proxy's own servers. */
import { afterFailure, afterSuccess, initialHealth, isUp, type Thresholds } from '../servers/check-health.ts';
import { flag, list, ofKind, record, wholeNumber } from './arguments.ts';
import type { Target } from './target.ts';

export interface HealthStats {
  readonly total: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

interface Tracked<T> {
  target: T;
  /** What of it was known when it came: the caller may change the object itself. */
  known: string;
  /** As src/servers/check-health.ts counts it. */
  health: number;
}

export class StateTracker<T extends Target = Target> {
  readonly #limits: Thresholds;
  readonly #tracked = new Map<string, Tracked<T>>();

  /** `fall` failures in a row make unhealthy, `rise` successes in a row healthy. Throws RangeError below 1. */
  constructor(fall: number, rise: number) {
    this.#limits = { fall: wholeNumber('fall', fall, 1), rise: wholeNumber('rise', rise, 1) };
  }

  /** Counts the result of a check. Returns whether the state of the target changed; a target it does not know is left alone. */
  recordResult(id: string, healthy: boolean): boolean {
    flag('healthy', healthy);
    const tracked = this.#tracked.get(id);
    if (tracked === undefined) return false;
    const before = isUp(tracked.health, this.#limits);
    tracked.health = (healthy ? afterSuccess : afterFailure)(tracked.health, this.#limits);
    return isUp(tracked.health, this.#limits) !== before;
  }

  /**
   * Takes these for the targets from now on: new ones start healthy, those that are gone are dropped, and one that is known
   * by its id keeps its state; of several with one id the last counts. Returns whether one came or went, or has another
   * ip, port, path or name than before. Throws TypeError for what is no list of targets, and changes nothing then.
   */
  syncTargets(targets: readonly T[]): boolean {
    const wanted = new Map(list('targets', targets).map((target, index) => [idOf(target, index), target]));
    let changed = false;
    for (const id of this.#tracked.keys()) {
      if (wanted.has(id)) continue;
      this.#tracked.delete(id);
      changed = true;
    }
    for (const [id, target] of wanted) {
      const tracked = this.#tracked.get(id);
      const known = described(target);
      if (tracked === undefined) {
        this.#tracked.set(id, { target, known, health: initialHealth(this.#limits, 'fully-up') });
        changed = true;
      } else {
        if (tracked.known !== known) changed = true;
        tracked.target = target;
        tracked.known = known;
      }
    }
    return changed;
  }

  /** Whether the target is healthy; one that is not known is not. */
  getState(id: string): boolean {
    const tracked = this.#tracked.get(id);
    return tracked !== undefined && isUp(tracked.health, this.#limits);
  }

  getAllTargets(): T[] {
    return [...this.#tracked.values()].map(({ target }) => target);
  }

  getHealthyTargets(): T[] {
    return this.#inState(true);
  }

  getUnhealthyTargets(): T[] {
    return this.#inState(false);
  }

  getStats(): HealthStats {
    const total = this.#tracked.size;
    const healthy = this.#inState(true).length;
    return { total, healthy, unhealthy: total - healthy };
  }

  #inState(healthy: boolean): T[] {
    return [...this.#tracked.values()]
      .filter(({ health }) => isUp(health, this.#limits) === healthy)
      .map(({ target }) => target);
  }
}

function idOf(target: Target, index: number): string {
  const { id } = record(`targets[${index}]`, target);
  return ofKind(`targets[${index}].id`, 'a string', id, (each) => typeof each === 'string');
}

function described({ ip, port, healthCheckPath, appName }: Target): string {
  return JSON.stringify([ip, port, healthCheckPath, appName]);
}
