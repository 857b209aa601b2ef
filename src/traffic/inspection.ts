import type { Connection, ConnectionWatcher, Engine, EngineTimer } from './engine.ts';
import type { FrontendRules } from './frontend-rules.ts';
import type { ConnectionContext } from './rule-context.ts';

/** Told once what became of an inspection. */
export interface InspectionOwner {
  inspected(verdict: 'accept' | 'reject'): void;
  /** RST. */
  inspectionFailed(): void;
  /** `timeout client` is over. */
  inspectionTimedOut(): void;
}

/**
 * Content rules at work: they are asked with every byte that comes, until they know, the delay is over, or the client has ended. What
 * is not known by then is taken for false.
 */
export class Inspection implements ConnectionWatcher {
  readonly #engine: Engine;
  readonly #client: Connection;
  readonly #rules: FrontendRules;
  readonly #context: ConnectionContext;
  /** `timeout client`, ms; 0: none. */
  readonly #patience: number;
  readonly #owner: InspectionOwner;
  #delayTimer: EngineTimer | undefined;
  #idleTimer: EngineTimer | undefined;
  #done = false;

  constructor(
    engine: Engine,
    client: Connection,
    rules: FrontendRules,
    context: ConnectionContext,
    patience: number,
    owner: InspectionOwner,
  ) {
    this.#engine = engine;
    this.#client = client;
    this.#rules = rules;
    this.#context = context;
    this.#patience = patience;
    this.#owner = owner;
  }

  begin(): void {
    const { inspectDelay } = this.#rules;
    this.#context.ended = inspectDelay <= 0;
    this.#client.watch(this);
    if (this.#ask()) return;
    this.#delayTimer = this.#engine.startTimer(inspectDelay, () => this.#conclude());
    this.#startIdleTimer(this.#patience);
  }

  /** No word follows. */
  cancel(): void {
    this.#done = true;
    this.#delayTimer?.cancel();
    this.#idleTimer?.cancel();
  }

  arrived(): void {
    this.#ask();
  }

  ended(): void {
    this.#conclude();
  }

  failed(): void {
    if (this.#done) return;
    this.cancel();
    this.#owner.inspectionFailed();
  }

  #conclude(): void {
    this.#context.ended = true;
    this.#ask();
  }

  /** True when the rules have decided. */
  #ask(): boolean {
    if (this.#done) return true;
    this.#context.forget();
    const verdict = this.#rules.inspect(this.#context);
    if (verdict === 'wait') return false;
    this.cancel();
    this.#context.ended = true;
    this.#owner.inspected(verdict);
    return true;
  }

  #startIdleTimer(delay: number): void {
    if (this.#patience <= 0) return;
    this.#idleTimer = this.#engine.startTimer(delay, () => {
      if (this.#done) return;
      const left = this.#client.lastReceived + this.#patience - this.#engine.now();
      if (left > 0) {
        this.#startIdleTimer(left);
        return;
      }
      this.cancel();
      this.#owner.inspectionTimedOut();
    });
  }
}
