/** Lays a picture out on a terminal of any size: every row fits, and what matters least goes first. */
import type { Invitation } from './invitations.ts';
import { clockText, elapsedText, introduction, type Picture, visitorsText } from './picture.ts';
import { serverTable } from './server-table.ts';
import type { Happening } from './story.ts';
import { cut, type Line, piece, type Style, wrapText } from './styled-line.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const MARGIN = ' ';
const INDENT = '   ';
/** Rows of events: before a second command is shown there are so many, and never more than the other number. */
const LEAST_HAPPENINGS = 3;
const MOST_HAPPENINGS = 10;
/** Lines of text are no longer than this, however wide the terminal is. */
const WIDEST_TEXT = 100;

const EMPTY: Line = [];

export function layOut(picture: Picture, { columns, rows }: ScreenSize): readonly Line[] {
  const width = Math.max(1, columns - 1);
  const top = head(picture, width);
  const last = footer(picture, width);
  // The heading of the events and the blank above it, and the blank above the footer.
  const room = rows - top.length - last.length - 3;
  const below = chosenInvitations(picture.invitations, width, room);
  // Always as many rows, so that what stands below keeps its place under the reader's eyes and mouse.
  const space = Math.max(0, Math.min(MOST_HAPPENINGS, room - below.length));
  const told = happenings(picture.happenings, width, space);
  const blank = Array.from({ length: space - told.length }, () => EMPTY);
  const heading = [piece(`${MARGIN}WHAT HAPPENED`, 'faint')];
  const lines = [...top, EMPTY, heading, ...told, ...blank, ...below, EMPTY, ...last];
  return lines.slice(0, rows).map((line) => cut(line, width));
}

function head(picture: Picture, width: number): readonly Line[] {
  const inner = Math.min(width - 1, WIDEST_TEXT);
  const mood = picture.failed > 0 ? 'bad' : 'plain';
  return [
    ...wrapText(introduction(picture), inner).map((text) => [piece(MARGIN + text, 'strong')]),
    EMPTY,
    ...serverTable(picture.servers, width - 1).map((line) => [piece(MARGIN), ...line]),
    EMPTY,
    [piece(MARGIN + visitorsText(picture), mood)],
  ];
}

function footer({ places, elapsed, limit }: Picture, width: number): readonly Line[] {
  const time = limit === undefined ? elapsedText(elapsed) : `${elapsedText(elapsed)} of ${elapsedText(limit)}`;
  const ending = `Ctrl-C ends it.  ${time}`;
  const page: Line = [piece(`${MARGIN}Page for a browser: `), piece(places.page, 'link')];
  const beside = `${MARGIN}Page for a browser: ${places.page}   ${ending}`;
  if (beside.length <= width) return [[...page, piece(`   ${ending}`, 'faint')]];
  return [page, [piece(MARGIN + ending, 'faint')]];
}

/** As many as fit into `room` beside some events, by rank, in their own order; the first one even beside a single event. */
function chosenInvitations(all: readonly Invitation[], width: number, room: number): readonly Line[] {
  const blocks = new Map(all.map((invitation) => [invitation, invitationLines(invitation, width)]));
  // A blank and a heading stand above them.
  let left = room - 2;
  const chosen = new Set<Invitation>();
  for (const invitation of [...all].sort((a, b) => b.rank - a.rank)) {
    left -= blocks.get(invitation)!.length;
    if (left < (chosen.size === 0 ? 1 : LEAST_HAPPENINGS)) break;
    chosen.add(invitation);
  }
  if (chosen.size === 0) return [];
  const heading = [piece(`${MARGIN}TRY IN ANOTHER TERMINAL`, 'faint')];
  return [EMPTY, heading, ...all.filter((each) => chosen.has(each)).flatMap((each) => blocks.get(each)!)];
}

function invitationLines({ title, parts, joint }: Invitation, width: number): readonly Line[] {
  const rows: string[] = [];
  const glue = joint === ' |' ? ' | ' : ' ';
  let row = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const ends = part === parts.at(-1) ? 0 : joint.length;
    if (INDENT.length + row.length + glue.length + part.length + ends <= width) row += glue + part;
    else {
      rows.push(row + joint);
      row = `  ${part}`;
    }
  }
  rows.push(row);
  return [[piece(MARGIN + title)], ...rows.flatMap((text) => commandRow(text, width))];
}

/** A part that is too long is broken by force: it cannot be copied in one go then, but nothing of it is hidden. */
function commandRow(text: string, width: number): readonly Line[] {
  if (INDENT.length + text.length <= width) return [[piece(INDENT), piece(text, 'link')]];
  return broken(text.trimStart(), width).map((part) => [piece(part, 'link')]);
}

function broken(text: string, width: number): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, width)) found.push(text.slice(at, at + Math.max(1, width)));
  return found;
}

const MOODS: Readonly<Record<Happening['mood'], Style>> = { good: 'good', bad: 'bad', neutral: 'plain' };

function happeningLines({ at, mood, text }: Happening, width: number): readonly Line[] {
  const time = `${MARGIN}${clockText(at)}  `;
  const words = wrapText(text, Math.min(width - time.length, WIDEST_TEXT));
  return words.map((row, index) => [
    index === 0 ? piece(time, 'faint') : piece(' '.repeat(time.length)),
    piece(row, MOODS[mood]),
  ]);
}

/** The newest that fit into `room` rows, oldest first; where not even one fits whole, its beginning. */
function happenings(all: readonly Happening[], width: number, room: number): readonly Line[] {
  const newest = all.at(-1);
  if (newest === undefined) return [[piece(`${MARGIN}Nothing yet: the first checks are on their way.`)]].slice(0, room);
  let lines = happeningLines(newest, width).slice(0, room);
  for (const happening of all.slice(0, -1).reverse()) {
    const block = happeningLines(happening, width);
    if (lines.length + block.length > room) break;
    lines = [...block, ...lines];
  }
  return lines;
}
