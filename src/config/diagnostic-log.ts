import type { Diagnostic } from './diagnostic.ts';

/** Collects what is found while a configuration is read, in order. */
export class DiagnosticLog {
  readonly diagnostics: Diagnostic[] = [];
  #alerts = 0;
  #ended = false;

  add(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (diagnostic.severity === 'alert' && !diagnostic.harmless) this.#alerts++;
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
}
