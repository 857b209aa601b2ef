/** The demonstration for a pipe, a file or a simple terminal: lines that are only ever added, without escape codes. */
import { commandLine } from './invitations.ts';
import { clockText, introduction, type Picture, visitorsText } from './picture.ts';
import { serverTable } from './server-table.ts';
import type { Happening } from './story.ts';
import { render, wrapText } from './styled-line.ts';

const WIDTH = 100;

export class PlainReport {
  readonly #write: (text: string) => void;
  /** The last one told; only so many are remembered in a picture. */
  #told: Happening | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  begin(picture: Picture): void {
    const { places, invitations } = picture;
    const tries = invitations.map((invitation) => `${invitation.title}\n    ${commandLine(invitation)}\n`).join('');
    const ending =
      picture.limit === undefined ? 'Ctrl-C ends it.' : `It ends by itself after ${picture.limit / 1000} s.`;
    this.#write(
      `${wrapText(introduction(picture), WIDTH).join('\n')}\n\n${tries}Page for a browser: ${places.page}\n${ending}\n\n`,
    );
  }

  /** Tells what is new, each with the table as it was then. */
  show(picture: Picture): void {
    const fresh = picture.happenings.slice(
      this.#told === undefined ? 0 : picture.happenings.lastIndexOf(this.#told) + 1,
    );
    if (fresh.length === 0) return;
    this.#told = fresh.at(-1);
    for (const { at, text } of fresh) this.#write(`${clockText(at)}  ${text}\n`);
    this.table(picture);
  }

  table(picture: Picture): void {
    const rows = serverTable(picture.servers, WIDTH).map((line) => `    ${render(line, false)}\n`);
    this.#write(`${rows.join('')}    ${visitorsText(picture)}\n`);
  }
}
