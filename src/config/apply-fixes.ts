/** Makes the edits of diagnostics in a file. */
import { parseLine } from '../grammar/line.ts';
import type { Fix, TextEdit } from './fix.ts';
import type { Span } from './place.ts';
import type { SourceFile } from './source.ts';

const INNER_INDENTATION = '    ';

/**
 * The file after as many of the fixes as do not get in each other's way; those that do are left for the next reading. Lines that no
 * fix names stay as they are, byte for byte.
 */
export function applyFixes(
  source: SourceFile,
  fixes: readonly Fix[],
): { readonly text: string; readonly made: number } {
  const changes = new Map<number, LineChange>();
  let terminated = !source.unterminated;
  let made = 0;
  for (const { edits } of fixes) {
    if (!edits.every((edit) => fits(edit, source, changes))) continue;
    made++;
    for (const edit of edits) {
      if (edit.kind === 'terminate') terminated = true;
      else add(edit, source, changes);
    }
  }
  const lines: string[] = [];
  for (const [index, line] of source.lines.entries()) {
    const change = changes.get(index + 1);
    lines.push(...(change === undefined ? [line] : changedLines(line, source.lines[index + 1], change)));
  }
  return { text: lines.join('\n') + (terminated && lines.length > 0 ? '\n' : ''), made };
}

type RangeEdit = Extract<TextEdit, { kind: 'replace' | 'remove' }>;

interface LineChange {
  /** Replacements of ranges that do not overlap. */
  readonly ranges: RangeEdit[];
  readonly inserted: Extract<TextEdit, { kind: 'insert' }>[];
}

function fits(edit: TextEdit, source: SourceFile, changes: ReadonlyMap<number, LineChange>): boolean {
  if (edit.kind === 'terminate') return edit.file === source.name;
  if (edit.kind === 'insert') return edit.file === source.name && source.lines[edit.line - 1] !== undefined;
  const { file, line, start, end } = spanOf(edit, source);
  if (file !== source.name || source.lines[line - 1] === undefined) return false;
  const ranges = changes.get(line)?.ranges ?? [];
  return ranges.every(({ span }) => end < span.start || start > span.end);
}

function spanOf(edit: Exclude<TextEdit, { kind: 'insert' | 'terminate' }>, source: SourceFile): Span {
  if (edit.kind !== 'remove-line') return edit.span;
  const { file, line } = edit;
  const { words } = parseLine(source.lines[line - 1] ?? '', () => undefined);
  return { file, line, start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
}

function add(
  edit: Exclude<TextEdit, { kind: 'terminate' }>,
  source: SourceFile,
  changes: Map<number, LineChange>,
): void {
  const line = edit.kind === 'insert' || edit.kind === 'remove-line' ? edit.line : edit.span.line;
  const change = changes.get(line) ?? { ranges: [], inserted: [] };
  changes.set(line, change);
  if (edit.kind === 'insert') change.inserted.push(edit);
  else change.ranges.push(edit.kind === 'remove-line' ? { kind: 'remove', span: spanOf(edit, source) } : edit);
}

function changedLines(line: string, next: string | undefined, { ranges, inserted }: LineChange): readonly string[] {
  const ending = line.endsWith('\r') ? '\r' : '';
  const indentation = /^\s*/.exec(line)![0].replace('\r', '');
  const inner = indentation + (/^\s+(?=\S)/.exec(next ?? '')?.[0] ?? INNER_INDENTATION).slice(indentation.length);
  let text = line;
  for (const edit of ranges.toSorted((a, b) => b.span.start - a.span.start)) {
    const { start, end } = edit.span;
    const before = edit.kind === 'remove' ? text.slice(0, start).trimEnd() : text.slice(0, start);
    // A comment that is left alone keeps its place at the line's beginning.
    const from = before.trim() === '' ? indentation : before;
    const after = edit.kind === 'remove' && before.trim() === '' ? text.slice(end).trimStart() : text.slice(end);
    text = edit.kind === 'remove' ? from + after : before + edit.text + after;
  }
  const gone = text.trim() === '' && ranges.some(({ kind }) => kind === 'remove');
  const below = inserted.flatMap((edit) =>
    edit.lines.map((each) => (edit.inSection ? inner : indentation) + each + ending),
  );
  return gone ? below : [text, ...below];
}
