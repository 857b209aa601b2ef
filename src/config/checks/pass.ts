import type { Diagnostic } from '../diagnostic.ts';
import type { ConfigDraft, ProxyDraft } from '../draft.ts';

/**
 * Reports a problem across sections: `message` is HAProxy's text after `config : `; such errors do not count as
 * `Error(s) found in configuration file`. The severity is `alert` unless given.
 */
export type PassReport = (
  diagnostic: Omit<Diagnostic, 'parsing' | 'severity'> & { readonly severity?: Diagnostic['severity'] },
) => void;

/** A check once every line has been read without an error. It may complete the draft. */
export interface CheckPass {
  readonly name: string;
  /** Runs only when nothing before it found a mistake, and ends the list. */
  readonly last?: boolean;
  /** Looks at the whole configuration. */
  run?(config: ConfigDraft, report: PassReport): void | Promise<void>;
  /** Looks at one proxy; neighbouring passes of this kind run proxy by proxy. Disabled proxies are left out. */
  proxy?(proxy: ProxyDraft, config: ConfigDraft, report: PassReport): void;
}
