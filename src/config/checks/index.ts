/** Checks across sections: each pass is one file, listed here in the order of HAProxy's own messages. */
import type { Diagnostic } from '../diagnostic.ts';
import type { ConfigDraft } from '../draft.ts';

export interface CheckPass {
  readonly name: string;
  /**
   * Looks at the whole draft (every line has been read) and may complete it. `report` takes HAProxy's text after
   * `config : `; errors found here do not count as `Error(s) found in configuration file`.
   */
  run(config: ConfigDraft, report: PassReport): void | Promise<void>;
}

export type PassReport = (
  diagnostic: Omit<Diagnostic, 'parsing' | 'severity'> & { severity?: Diagnostic['severity'] },
) => void;

/** In order of running. */
export const passes: readonly CheckPass[] = [];
