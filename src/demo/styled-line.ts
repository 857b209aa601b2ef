/** Lines of a terminal: pieces of printable ASCII with a style each, measured before any escape code is in them. */

export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warning' | 'link';

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Piece[];

/** SGR parameters (ECMA-48) that turn a style on; 0 turns every one off. */
const SGR: Readonly<Record<Style, string>> = {
  plain: '',
  strong: '1',
  faint: '2',
  good: '32',
  bad: '1;31',
  warning: '33',
  link: '36',
};

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** As the terminal wants it. Trailing blanks are left out. */
export function render(line: Line, colour: boolean): string {
  const text = line
    .map(({ text, style }) => (colour && style !== 'plain' && text !== '' ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text))
    .join('');
  return text.trimEnd();
}

/** Cut to `width`; two dots say that something is missing. */
export function cut(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Piece[] = [];
  let left = Math.max(0, width - 2);
  for (const { text, style } of line) {
    kept.push({ text: text.slice(0, left), style });
    left -= Math.min(left, text.length);
  }
  return [...kept, piece('..'.slice(0, width))];
}

/** Breaks a text between words into rows of at most `width` (1 or more); a longer word is broken itself. */
export function wrapText(text: string, wanted: number): readonly string[] {
  const width = Math.max(1, wanted);
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = '';
    }
    row = row === '' ? word : `${row} ${word}`;
    while (row.length > width) {
      rows.push(row.slice(0, width));
      row = row.slice(width);
    }
  }
  if (row !== '') rows.push(row);
  return rows;
}
