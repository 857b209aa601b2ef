import type { Fix } from './fix.ts';
import type { Span } from './place.ts';

export type Severity = 'alert' | 'warning' | 'notice' | 'diag';

/**
 * One problem found in a configuration. `message` is HAProxy's own text without the `[ALERT]    (pid) : ` tag, ready to
 * follow it (`config : parsing [file:12] : unknown keyword ...`); lines after the first are continuation lines.
 */
export interface Diagnostic {
  /** Stable identifier, kebab-case, for filters and documentation: `unknown-keyword`, `not-supported-yet`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The words meant, shown with the source line and a caret below the message. */
  readonly span?: Span;
  /** What to do about it, one sentence; shown after the caret. */
  readonly help?: string;
  /** Edits that mend it, where the meaning is plain. */
  readonly fix?: Fix;
  /** Other places that have to do with it, each with a clause about it. */
  readonly related?: readonly RelatedPlace[];
  /** True when reading found it, which makes HAProxy print `Error(s) found in configuration file` for that file. */
  readonly parsing?: boolean;
  /** Ends everything at once: HAProxy prints no `Fatal errors found` after it. */
  readonly fatal?: boolean;
  /** An alert HAProxy prints and yet accepts the configuration. */
  readonly harmless?: boolean;
}

export interface RelatedPlace {
  readonly file: string;
  readonly line: number;
  /** One clause: `declared here first`. */
  readonly message: string;
}
