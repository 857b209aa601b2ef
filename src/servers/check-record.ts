import type { BoardPlace } from './check-board.ts';
import type { Thresholds } from './check-health.ts';
import type { CheckState, CheckStatus } from './server-record.ts';

/** Where a check stands, before it has been made. What another thread changes with every check is read from its board. */
export class CheckRecord implements CheckState {
  status: CheckStatus = 'INI';
  code: number | undefined = undefined;
  text = '';
  health: number;
  readonly rise: number;
  readonly fall: number;
  failures = 0;
  #place: BoardPlace | undefined;
  #running = false;
  #duration: number | undefined;

  constructor({ rise, fall }: Thresholds, health: number, duration?: number) {
    this.rise = rise;
    this.fall = fall;
    this.health = health;
    this.#duration = duration;
  }

  /** Its place on the board, once another thread makes the check. */
  get place(): BoardPlace | undefined {
    return this.#place;
  }

  share(place: BoardPlace): void {
    place.board.setRunning(place.check, this.#running);
    place.board.setDuration(place.check, this.#duration);
    this.#place = place;
  }

  get running(): boolean {
    const place = this.#place;
    return place === undefined ? this.#running : place.board.isRunning(place.check);
  }

  set running(running: boolean) {
    const place = this.#place;
    if (place === undefined) this.#running = running;
    else place.board.setRunning(place.check, running);
  }

  get duration(): number | undefined {
    const place = this.#place;
    return place === undefined ? this.#duration : place.board.duration(place.check);
  }

  set duration(duration: number | undefined) {
    const place = this.#place;
    if (place === undefined) this.#duration = duration;
    else place.board.setDuration(place.check, duration);
  }
}
