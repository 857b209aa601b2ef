/** Where something stands in a configuration: what every node of the parsed file and every diagnostic points at. */

/** A half-open range of one line. `line` counts from 1; `start` and `end` are 0-based UTF-16 offsets in that line. */
export interface Span {
  /** File name exactly as it was given on the command line (for a directory: `dir/name.cfg`). */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** File and line, kept in the model so that a run-time message (a port in use) can name them. */
export interface Place {
  readonly file: string;
  readonly line: number;
}
