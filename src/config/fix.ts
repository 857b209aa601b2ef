/** How a file becomes right: what a diagnostic carries beside its words, as text edits of the lines it is about. */
import type { Line, Word } from './keyword.ts';
import type { Place, Span } from './place.ts';

export type TextEdit =
  /** Other text in the place of what the span holds (nothing, where it is empty). */
  | { readonly kind: 'replace'; readonly span: Span; readonly text: string }
  /** The words of the span go, with the blanks before them. */
  | { readonly kind: 'remove'; readonly span: Span }
  /** The words of a line go, and the line with them, unless it has a comment. */
  | { readonly kind: 'remove-line'; readonly file: string; readonly line: number }
  /** New lines below line `line`, indented like it or, for the first line of a section, like the lines in it. */
  | {
      readonly kind: 'insert';
      readonly file: string;
      readonly line: number;
      readonly lines: readonly string[];
      readonly inSection: boolean;
    }
  /** The last line gets its line feed. */
  | { readonly kind: 'terminate'; readonly file: string; readonly line: number };

export interface Fix {
  /** What it does, one clause: `Write "timeout client"`. */
  readonly title: string;
  /** All of them or none. */
  readonly edits: readonly TextEdit[];
}

/** Puts `text` where the words from `first` to `last` stand. */
export function replaceWords(first: Word, last: Word, text: string): Fix {
  const edit: TextEdit = { kind: 'replace', span: { ...first.span, end: last.span.end }, text };
  return { title: `Write "${text}"`, edits: [edit] };
}

export function replaceWord(word: Word, text: string): Fix {
  return replaceWords(word, word, text);
}

/** Puts `text` where a line's words stand; its indentation and comment stay. */
export function replaceLine(line: Pick<Line, 'words'>, text: string): Fix {
  return replaceWords(line.words[0]!, line.words.at(-1)!, text);
}

/** Takes the words from `first` to `last` out. */
export function removeWords(first: Word, last: Word): Fix {
  return { title: 'Remove it', edits: [{ kind: 'remove', span: { ...first.span, end: last.span.end } }] };
}

/** Takes a line out; a comment on it stays. */
export function removeLine({ file, line }: Place): Fix {
  return { title: 'Remove the line', edits: [{ kind: 'remove-line', file, line }] };
}

/** The lines at these places go; undefined when there are none. */
export function removeLines(places: readonly (Place | undefined)[]): Fix | undefined {
  const known = places.filter((place) => place !== undefined);
  if (known.length === 0) return undefined;
  return { title: 'Remove it', edits: known.map(({ file, line }) => ({ kind: 'remove-line', file, line })) };
}

/** The property of a diagnostic, or nothing. */
export function fixed(fix: Fix | undefined): { readonly fix?: Fix } {
  return fix === undefined ? {} : { fix };
}

/** A word as it would be written in a file. */
export function quoteWord(word: string): string {
  if (/^[^\s"'\\#$]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as they would be written in a file. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** Where the line of a keyword stands. */
export function placeOf({ line }: { readonly line: Line }): Place {
  return { file: line.file, line: line.number };
}
