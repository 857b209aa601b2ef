/** RFC 5424 severities. */
export const Level = { emerg: 0, alert: 1, crit: 2, err: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;
export type Level = (typeof Level)[keyof typeof Level];

/** One event for the logs of a proxy and, while the program runs in the foreground, for stderr. */
export interface EventLine {
  /** Index of the proxy whose log targets get the line. */
  readonly proxy: number;
  readonly level: Level;
  readonly text: string;
  /** What stderr shows; absent: nothing is shown there. */
  readonly console?: { readonly tag: 'NOTICE' | 'WARNING' | 'ALERT'; readonly text: string };
}

export type EventSink = (event: EventLine) => void;
