/** The table of servers, for any width. */
import type { LastCheck, ServerSnapshot, ServerState } from './server-snapshot.ts';
import { cut, type Line, piece, type Style } from './styled-line.ts';

const STATES: Readonly<Record<ServerState, { readonly label: string; readonly style: Style }>> = {
  new: { label: 'starting', style: 'warning' },
  up: { label: 'UP', style: 'good' },
  failing: { label: 'going down', style: 'warning' },
  down: { label: 'DOWN', style: 'bad' },
  recovering: { label: 'coming up', style: 'warning' },
  maintenance: { label: 'MAINT', style: 'link' },
  draining: { label: 'DRAIN', style: 'link' },
};

const GAP = 2;
/** The column of the last check takes what is left, and gives up others before it gets narrower than this. */
const LEAST_CHECK = 14;

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
  cell(server: ServerSnapshot, width: number): { readonly text: string; readonly style?: Style };
}

/** `900 B`, `12.3 KB`, `4.0 MB`: thousands, as traffic is counted. */
export function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} KB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `200 in 3 ms: OK`, or as much of it as fits; only the words where no HTTP code came back. */
export function checkText({ code, duration, words }: LastCheck, width: number): string {
  const time = duration === undefined ? '' : ` in ${duration} ms`;
  if (code === undefined) return words === '' ? '-' : `${words}${time}`.length <= width ? `${words}${time}` : words;
  const candidates = [words === '' ? '' : `${code}${time}: ${words}`, `${code}${time}`];
  return candidates.find((text) => text !== '' && text.length <= width) ?? `${code}`;
}

const state: Column = {
  title: 'STATE',
  width: 10,
  cell: (server) => {
    const { label, style } = STATES[server.state];
    return { text: label, style };
  },
};
const sessions: Column = { title: 'OPEN', width: 4, right: true, cell: (server) => ({ text: `${server.sessions}` }) };
const total: Column = {
  title: 'SESSIONS',
  width: 8,
  right: true,
  cell: (server) => ({ text: `${server.sessionsEver}` }),
};
const bytes: Column = { title: 'BYTES', width: 8, right: true, cell: (server) => ({ text: byteText(server.bytes) }) };

/** Figures, most important first. */
const FIGURES: readonly Column[] = [total, bytes, sessions];
/** In this order they stand. */
const PLACES: readonly Column[] = [sessions, total, bytes];

function columnsFor(servers: readonly ServerSnapshot[], width: number): readonly Column[] {
  const name: Column = {
    title: 'SERVER',
    width: Math.max(6, ...servers.map((server) => server.name.length)),
    cell: (server) => ({ text: server.name, style: 'strong' }),
  };
  const room = (columns: readonly Column[]) => width - columns.reduce((sum, column) => sum + column.width + GAP, 0);
  const left = [name, state];
  let figures = FIGURES;
  while (figures.length > 0 && room([...left, ...figures]) < LEAST_CHECK) figures = figures.slice(0, -1);
  const check: Column = {
    title: 'LAST CHECK',
    width: Math.min(44, Math.max(8, room([...left, ...figures]))),
    cell: (server, given) => ({ text: checkText(server, given) }),
  };
  return [...left, check, ...PLACES.filter((column) => figures.includes(column))];
}

function row(columns: readonly Column[], cell: (column: Column) => { text: string; style?: Style }): Line {
  return columns.flatMap((column, index) => {
    const { text, style = 'plain' } = cell(column);
    const fitting = cut([piece(text)], column.width)
      .map((part) => part.text)
      .join('');
    const blank = ' '.repeat(column.width - fitting.length);
    const gap = piece(index === 0 ? '' : ' '.repeat(GAP));
    const content = piece(fitting, style);
    return column.right === true ? [gap, piece(blank), content] : [gap, content, piece(blank)];
  });
}

/** A heading and one line a server, each at most `width` wide. */
export function serverTable(servers: readonly ServerSnapshot[], width: number): readonly Line[] {
  const columns = columnsFor(servers, width);
  const lines = [
    row(columns, ({ title }) => ({ text: title, style: 'faint' })),
    ...servers.map((server) => row(columns, (column) => column.cell(server, column.width))),
  ];
  return lines.map((line) => cut(line, width));
}
