/** The dates of log lines, local time. The part that lasts a second is kept for as long as it is right. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function three(value: number): string {
  return value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value);
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Keeps the last second it was asked for; one instance for each purpose keeps them from spoiling each other's. */
export class LogDate {
  #second = Number.NaN;
  #date = '';
  #zone = '';

  /** `21/Nov/2026:01:57:23.958`, as traffic lines show the moment of accept. `time` in ms since the epoch. */
  accept(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      const d = new Date(second * 1000);
      this.#second = second;
      this.#date =
        `${two(d.getDate())}/${MONTHS[d.getMonth()]}/${d.getFullYear()}:` +
        `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.`;
    }
    return this.#date + three(Math.floor(time - second * 1000));
  }

  /** `Nov  1 01:57:58`: RFC 3164, day padded with a blank. */
  rfc3164(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      const d = new Date(second * 1000);
      const day = d.getDate();
      this.#second = second;
      this.#date =
        `${MONTHS[d.getMonth()]} ${day < 10 ? ` ${day}` : day} ` +
        `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
    }
    return this.#date;
  }

  /** `2026-11-21T01:57:58.535763+00:00`; `time` in ms, its fraction gives the microseconds. */
  iso(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      const d = new Date(second * 1000);
      this.#second = second;
      this.#date =
        `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T` +
        `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.`;
      this.#zone = offset(d);
    }
    const micros = Math.min(999_999, Math.round((time - second * 1000) * 1000));
    return this.#date + String(micros).padStart(6, '0') + this.#zone;
  }
}
