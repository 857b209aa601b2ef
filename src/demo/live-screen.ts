/** A terminal's alternate screen that shows rows of text and rewrites only those that have changed. */
import type { WriteStream } from 'node:tty';
import type { ScreenSize } from './screen-layout.ts';
import { type Line, render } from './styled-line.ts';

/** DEC private modes of xterm, which every terminal of today knows. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const CLEAR_REST_OF_ROW = '\x1b[K';
const DEFAULT_SIZE: ScreenSize = { columns: 80, rows: 24 };

export class LiveScreen {
  readonly #out: WriteStream;
  readonly #colour: boolean;
  #shown: readonly string[] = [];
  #open = false;

  constructor(out: WriteStream, colour: boolean) {
    this.#out = out;
    this.#colour = colour;
  }

  /** Some terminals say that they have 0 columns: then nobody knows. */
  get size(): ScreenSize {
    const { columns, rows } = this.#out;
    return { columns: columns > 0 ? columns : DEFAULT_SIZE.columns, rows: rows > 0 ? rows : DEFAULT_SIZE.rows };
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#shown = [];
    this.#out.write(ENTER);
  }

  /** Gives the terminal back as it was. Safe to call twice, and from exit hooks. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.write(LEAVE);
  }

  /** Forgets what is shown, so that the next `show` writes every row: after a resize. */
  forget(): void {
    if (this.#open) this.#out.write('\x1b[2J');
    this.#shown = [];
  }

  /** Shows these rows, each no wider than the terminal less one column (so that none wraps). */
  show(lines: readonly Line[]): void {
    if (!this.#open) return;
    const rows = lines.map((line) => render(line, this.#colour));
    let changes = '';
    for (let row = 0; row < Math.max(rows.length, this.#shown.length); row++) {
      const text = rows[row] ?? '';
      if (text !== (this.#shown[row] ?? '')) changes += `\x1b[${row + 1};1H${text}${CLEAR_REST_OF_ROW}`;
    }
    this.#shown = rows;
    if (changes !== '') this.#out.write(changes);
  }
}
