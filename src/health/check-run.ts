/** One check from dialling to its result: stages, time limits, and what a failed connection is called. */
import type { ConnectionWish, Dialogue, Reply } from '../protocols/dialogue.ts';
import { checkText } from '../protocols/server-text.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import type { CheckStatus } from '../servers/server-record.ts';
import { isIp } from '../system/address-family.ts';
import { answerBudget, type CheckTimeouts, connectBudget } from './check-budget.ts';
import type { Call, Dialer, DialFailure, DialTarget } from './dialer.ts';
import { connectFailure, localLack, systemText } from './errors.ts';
import { TimeLimit } from './time-limit.ts';

export interface CheckRunOptions {
  readonly dialogue: Dialogue;
  readonly timeouts: CheckTimeouts;
  /** Turns what the dialogue wishes into where to connect. May throw when TLS cannot be set up. */
  target(wish: ConnectionWish | undefined): DialTarget;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly timers: Timers;
  /** ms for which this thread has been busy, cumulated: time in which nothing could be read. */
  busy(): number;
  done(result: CheckResult): void;
}

type Stage = 'connecting' | 'tunnelling' | 'securing' | 'talking';

export class CheckRun {
  readonly #options: CheckRunOptions;
  readonly #startedAt: number;
  readonly #limit: TimeLimit;
  #call: Call | undefined;
  #stage: Stage = 'connecting';
  #finished = false;
  #unix = false;
  /** TLS follows the connection. */
  #tls = false;
  /** The server closed first: then there is nothing to reset. */
  #peerEnded = false;

  constructor(options: CheckRunOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    const { clock, timers, busy } = options;
    this.#limit = new TimeLimit({ clock, timers, busy, passed: () => this.#expired() });
  }

  start(): void {
    this.#dial(this.#options.dialogue.first);
  }

  /** Ends without a result. */
  abandon(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#limit.cancel();
    this.#call?.release('reset');
  }

  #dial(wish: ConnectionWish | undefined): void {
    const { dialogue, dialer, timeouts, target } = this.#options;
    // Without `timeout check` one limit covers everything from the start.
    if (!this.#limit.armed || answerBudget(timeouts) !== undefined) this.#limit.arm(connectBudget(timeouts));
    this.#stage = 'connecting';
    this.#peerEnded = false;
    let to: DialTarget;
    try {
      to = target(wish);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Reported later, like everything else: whoever started the check is still busy with it.
      this.#options.timers.afterArrivals(() =>
        this.#finish({ status: 'SOCKERR', text: checkText(`TLS cannot be set up: ${reason}`) }),
      );
      return;
    }
    this.#unix = !isIp(to.address.family);
    this.#tls = to.tls !== undefined;
    this.#call = dialer.dial(to, {
      connected: () => {
        if (this.#tls) this.#stage = 'securing';
        else this.#ready(false);
      },
      tunnelling: () => {
        this.#stage = 'tunnelling';
      },
      secured: (protocol) => this.#ready(true, protocol),
      received: (chunk) => this.#obey(dialogue.received(chunk)),
      ended: () => {
        this.#peerEnded = true;
        this.#obey(dialogue.ended());
      },
      failed: (failure) => this.#failed(failure),
    });
  }

  #ready(secured: boolean, protocol?: string): void {
    this.#stage = 'talking';
    const budget = answerBudget(this.#options.timeouts);
    if (budget !== undefined) this.#limit.arm(budget);
    this.#obey(this.#options.dialogue.opened(secured, protocol));
  }

  #obey(reply: Reply): void {
    if (this.#finished) return;
    if (reply.send !== undefined) this.#call?.send(reply.send);
    if (reply.verdict !== undefined) {
      this.#finish(reply.verdict);
    } else if (reply.reconnect !== undefined) {
      this.#call?.release(this.#options.dialogue.ending);
      this.#dial(reply.reconnect);
    }
  }

  #failed(failure: DialFailure): void {
    if (this.#finished) return;
    this.#call = undefined;
    // Only an established connection can be reset: the server accepted it, and was faster than our loop.
    const stood = failure.code === 'ECONNRESET' && failure.proxy === undefined && !this.#unix;
    if (this.#stage === 'connecting' && stood) {
      if (this.#tls) this.#stage = 'securing';
      else this.#ready(false);
      if (this.#finished) return;
    }
    const judged = this.#stage === 'talking' ? this.#options.dialogue.reset?.() : undefined;
    if (judged !== undefined && (judged.verdict ?? judged.reconnect) !== undefined) {
      this.#obey(judged);
      return;
    }
    const where = this.#options.dialogue.where();
    if (failure.proxy !== undefined) {
      this.#finish({ status: this.#tls ? 'L6RSP' : 'SOCKERR', text: checkText(`${failure.proxy}${where}`) });
      return;
    }
    if (this.#stage === 'connecting') {
      const { status, text } = connectFailure(failure.code, this.#unix, failure.source);
      const of = localLack(failure.code, failure.source);
      const lack = of === undefined ? {} : { lack: { of, code: failure.code } };
      this.#finish({ status, text: checkText(`${text}${where}`), ...lack });
    } else if (this.#stage === 'securing') {
      this.#finish({ status: 'L6RSP', text: checkText(`${failure.mismatch ?? 'SSL handshake failure'}${where}`) });
    } else {
      const code = judged?.send === undefined ? failure.code : 'EPIPE';
      this.#finish({ status: 'SOCKERR', text: checkText(`${systemText(code)}${where}`) });
    }
  }

  #expired(): void {
    const { dialogue } = this.#options;
    const talking = this.#stage === 'talking';
    const securing = this.#stage === 'securing' || (this.#stage === 'tunnelling' && this.#tls);
    const status: CheckStatus = this.#stage === 'connecting' ? 'L4TOUT' : securing ? 'L6TOUT' : dialogue.silence;
    const said = talking ? dialogue.silenceText?.() : undefined;
    this.#finish({ status, text: checkText(said ?? dialogue.where()) });
  }

  #finish(outcome: Omit<CheckResult, 'duration'>): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#limit.cancel();
    const { clock, dialogue, done } = this.#options;
    const ending = this.#peerEnded ? 'orderly' : dialogue.ending;
    this.#call?.release(this.#stage === 'talking' ? ending : 'reset');
    done({ ...outcome, duration: Math.max(0, Math.round(clock.monotonic() - this.#startedAt)) });
  }
}
