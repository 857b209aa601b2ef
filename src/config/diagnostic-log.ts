import type { Diagnostic } from './diagnostic.ts';

/** Collects what is found while a configuration is read, in order. */
export class DiagnosticLog {
  readonly diagnostics: Diagnostic[] = [];
  #alerts = 0;

  add(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (diagnostic.severity === 'alert') this.#alerts++;
  }

  /** How many alerts so far. */
  get alerts(): number {
    return this.#alerts;
  }
}
