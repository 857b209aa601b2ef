import type { RelatedPlace, Severity } from './diagnostic.ts';
import type { ConfigDraft } from './draft.ts';
import type { Fix } from './fix.ts';
import type { Span } from './place.ts';

/** One word of a line after quotes, escapes and variables. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** One line that has words. `words[0]` is the keyword. */
export interface Line {
  readonly file: string;
  readonly number: number;
  readonly words: readonly Word[];
  /** `no ...` or `default ...` stood before the keyword (and is not among the words). */
  readonly prefix: 'no' | 'default' | undefined;
}

export type SectionKind = 'global' | 'defaults' | 'frontend' | 'backend' | 'listen';

/** What hapax does with a keyword today. */
export type Support =
  | { readonly kind: 'yes' }
  /** Accepted without effect; the reason is one clause ("hapax needs no such tuning"). */
  | { readonly kind: 'no-effect'; readonly because: string }
  /** Known, changes traffic, not built: an error. `instead` says what to do. */
  | { readonly kind: 'not-yet'; readonly instead?: string };

/**
 * One keyword, one object: parsing, messages, did-you-mean, docs/keywords.md and the tests all come from it. `Draft` is
 * the mutable thing under construction that the keyword writes to: a section, or a `server` or `bind` line.
 */
export interface KeywordDefinition<Draft> {
  /** As written, with sub-words: `timeout client`, `option httpchk`, `maxconn`; for line parameters the parameter. */
  readonly name: string;
  readonly sections: readonly SectionKind[];
  /** Present when the keyword means something in one mode only. */
  readonly mode?: 'tcp' | 'http';
  /** Arguments in the manual's notation: `<addr> [param*]`. */
  readonly args: string;
  readonly support: Support;
  /** What the page of keywords says instead, where the parser itself refuses or passes over what it read. */
  readonly listedAs?: Support;
  /** One line of documentation. */
  readonly doc: string;
  /** `no` or `default` may stand before it. */
  readonly negatable?: boolean;
  /**
   * In a proxy section that lacks the capability: a warning `'x' ignored because ...` before the line is read (the
   * default), the same once the line was found right (`checked`), the warning `'x' will be ignored because ...` then (`late`), an alert `'x' not allowed because ...`, or nothing
   * (`silent`: the keyword speaks for itself). In `defaults` it is always an alert.
   */
  readonly elsewhere?: 'ignored' | 'checked' | 'late' | 'refused' | 'silent';
  /** HAProxy dropped it: never suggested for a word that is not known. */
  readonly obsolete?: boolean;
  /** Follows the warning of `elsewhere` (`Maybe you want 'maxconn' instead ?`). */
  readonly elsewhereHint?: string;
  /** Refuses words after this many arguments with HAProxy's `cannot handle unexpected argument`. */
  readonly maxArgs?: number;
  /** Catches what no longer name matches (`timeout foo`); not a keyword of its own, left out of the documentation. */
  readonly family?: boolean;
  /** Parameters of a line only: how many words follow it. Absent: none. */
  readonly takes?: number | ((following: readonly Word[]) => number);
  readonly examples: { readonly ok: readonly string[]; readonly bad: readonly string[] };
  /** Absent for keywords that are only recognised. */
  parse?(context: LineContext<Draft>): void;
}

export interface LineContext<Draft> {
  readonly line: Line;
  /** The words after the keyword's own (`timeout client 5s` gives `5s`). */
  readonly args: readonly Word[];
  readonly section: SectionKind;
  readonly draft: Draft;
  /** The whole configuration so far. */
  readonly config: ConfigDraft;
  /** `--strict`. */
  readonly strict: boolean;
  /** True once an alert was reported for this line. */
  failed(): boolean;
  /** Reads these words in the place of the line's: what an old or invented line means. */
  readInstead(words: readonly Word[]): void;
  /** The second words that may follow the line's first one (`option ...`, `timeout ...`), for did-you-mean. */
  siblings(): readonly string[];
  /**
   * Reports a problem at a word (default: the whole line). `message` is what follows `[file:line] : ` in HAProxy's text;
   * the reader adds `config : parsing [file:line] : ` before it (`tight`: without the space before the last colon, as
   * some of HAProxy's messages have it; `raw`: only `config : `).
   */
  report(problem: {
    readonly code: string;
    readonly severity?: Severity;
    readonly message: string;
    readonly word?: Word | undefined;
    /** Up to the end of this word, where several are meant. */
    readonly until?: Word | undefined;
    readonly help?: string | undefined;
    /** HAProxy prints this alert and accepts the configuration all the same. */
    readonly harmless?: boolean;
    /** HAProxy ends at once after this alert. hapax does so with `--strict` only. */
    readonly fatal?: boolean;
    /** Adds help when one of these is near the word. */
    readonly suggestFrom?: readonly string[];
    /** Edits that mend it. */
    readonly fix?: Fix | undefined;
    readonly related?: readonly RelatedPlace[] | undefined;
    readonly tight?: boolean;
    readonly raw?: boolean;
  }): void;
}
