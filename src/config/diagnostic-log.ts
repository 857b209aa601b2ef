import type { Diagnostic } from './diagnostic.ts';

/** The code of what is right and hapax cannot do. */
export const NOT_SUPPORTED = 'not-supported-yet';

/** Collects what is found while a configuration is read, in order. */
export class DiagnosticLog {
  readonly diagnostics: Diagnostic[] = [];
  #alerts = 0;
  #mistakes = 0;
  #ended = false;

  add(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (diagnostic.severity === 'alert' && !diagnostic.harmless) {
      this.#alerts++;
      if (diagnostic.code !== NOT_SUPPORTED) this.#mistakes++;
    }
    if (diagnostic.fatal) this.#ended = true;
  }

  /** Something fatal was found: nothing more is read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How many alerts so far, but for the harmless. */
  get alerts(): number {
    return this.#alerts;
  }

  /** Those of them that are the author's: what hapax cannot do yet is left out. */
  get mistakes(): number {
    return this.#mistakes;
  }
}
