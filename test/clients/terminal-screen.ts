/** What a VT100 shows after the bytes a full-screen program wrote: enough of it for curses with TERM=vt100. */

const ESCAPE = '\x1b';

export class TerminalScreen {
  readonly #rows: number;
  readonly #columns: number;
  #cells: string[][];
  #row = 0;
  #column = 0;
  /** The start of a sequence whose end has not come yet. */
  #rest = '';

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#cells = Array.from({ length: rows }, () => this.#blank());
  }

  /** The lines, top to bottom, without the blanks at their ends. */
  get lines(): string[] {
    return this.#cells.map((cells) => cells.join('').trimEnd());
  }

  get text(): string {
    return this.lines.join('\n');
  }

  write(text: string): void {
    let left = this.#rest + text;
    this.#rest = '';
    while (left !== '') {
      if (left[0] !== ESCAPE) {
        this.#put(left[0]!);
        left = left.slice(1);
        continue;
      }
      const sequence = /^(?:\[([?0-9;]*)([A-Za-z])|[()].|[^[()])/.exec(left.slice(1));
      if (sequence === null) {
        this.#rest = left;
        return;
      }
      if (sequence[2] !== undefined) this.#control(sequence[2], sequence[1]!);
      else if (sequence[0] === 'M') this.#row = Math.max(0, this.#row - 1);
      left = left.slice(1 + sequence[0].length);
    }
  }

  #blank(): string[] {
    return new Array<string>(this.#columns).fill(' ');
  }

  #put(character: string): void {
    if (character === '\n') this.#lineFeed();
    else if (character === '\r') this.#column = 0;
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character === '\t') this.#column = Math.min(this.#columns - 1, (this.#column | 7) + 1);
    else if (character >= ' ') {
      if (this.#column === this.#columns) {
        this.#column = 0;
        this.#lineFeed();
      }
      this.#cells[this.#row]![this.#column++] = character;
    }
  }

  #lineFeed(): void {
    if (this.#row < this.#rows - 1) this.#row++;
    else this.#cells = [...this.#cells.slice(1), this.#blank()];
  }

  #control(name: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    const steps = Math.max(1, first);
    if (name === 'H') {
      this.#row = Math.min(this.#rows, Math.max(1, first)) - 1;
      this.#column = Math.min(this.#columns, Math.max(1, second)) - 1;
    } else if (name === 'A') this.#row = Math.max(0, this.#row - steps);
    else if (name === 'B') this.#row = Math.min(this.#rows - 1, this.#row + steps);
    else if (name === 'C') this.#column = Math.min(this.#columns - 1, this.#column + steps);
    else if (name === 'D') this.#column = Math.max(0, this.#column - steps);
    else if (name === 'K') this.#eraseInLine(first);
    else if (name === 'J') {
      this.#eraseInLine(first);
      const gone = first === 1 ? [0, this.#row] : [this.#row + 1, this.#rows];
      for (let row = gone[0]!; row < gone[1]!; row++) this.#cells[row] = this.#blank();
    }
  }

  /** 0: to the end of the line; 1: from its start; 2: all of it. */
  #eraseInLine(which: number): void {
    const from = which === 0 ? this.#column : 0;
    const to = which === 1 ? this.#column + 1 : this.#columns;
    this.#cells[this.#row]!.fill(' ', from, to);
  }
}
