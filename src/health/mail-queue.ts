/** Mails of one proxy to one mailer, one after the other. A mail that fails is given up, as HAProxy does; the next one is tried. */
import type { AddressModel } from '../config/model.ts';
import { type Mail, MailDelivery } from '../protocols/mail-delivery.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { CHECK_DESCRIPTIONS } from '../servers/server-record.ts';
import { CheckRun } from './check-run.ts';
import type { Dialer } from './dialer.ts';

export interface MailQueueOptions {
  readonly address: AddressModel;
  /** ms for one mail, from the connection to the last answer. */
  readonly timeout: number;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly timers: Timers;
  /** As in CheckRunOptions. */
  busy(): number;
  /** Told why mails do not arrive: at the first that fails, and again after one that was delivered. */
  failed(reason: string): void;
}

/** Mails that wait for a mailer that is slow or silent; beyond that the oldest are dropped. */
export const MOST_WAITING = 100;

export class MailQueue {
  readonly #options: MailQueueOptions;
  readonly #waiting: Mail[] = [];
  #run: CheckRun | undefined;
  #failing = false;
  #closed = false;

  constructor(options: MailQueueOptions) {
    this.#options = options;
  }

  push(mail: Mail): void {
    if (this.#closed) return;
    this.#waiting.push(mail);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#fail(`more than ${MOST_WAITING} mails are waiting; the oldest are dropped`);
    }
    if (this.#run === undefined) this.#next();
  }

  /** Ends the delivery under way, and forgets what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#run?.abandon();
    this.#run = undefined;
  }

  #next(): void {
    const mail = this.#waiting.shift();
    this.#run = undefined;
    if (mail === undefined) return;
    const { address, timeout, dialer, clock, timers, busy } = this.#options;
    const dialogue = new MailDelivery(mail);
    this.#run = new CheckRun({
      dialogue,
      timeouts: { connect: undefined, check: undefined, inter: timeout },
      target: () => ({ address, tls: undefined }),
      dialer,
      clock,
      timers,
      busy,
      done: (result) => {
        if (dialogue.delivered) this.#failing = false;
        else this.#fail(reasonOf(result));
        this.#next();
      },
    });
    this.#run.start();
  }

  #fail(reason: string): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#options.failed(reason);
  }
}

/** The words of checks are made for servers: here a mailer is meant. */
function reasonOf({ status, text }: CheckResult): string {
  if (status === 'L4TOUT') return 'no connection in time';
  if (status === 'L7TOUT') return `no answer in time${text}`;
  return text === '' ? CHECK_DESCRIPTIONS[status] : text;
}
