/** `email-alert`: which events are mailed, at which level, and to whom (measured, HAProxy 2.6). */
import type { Model } from '../config/model.ts';
import { type EventLine, Level } from '../logging/event-line.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { ServerEvent } from '../servers/server-event.ts';
import type { Dialer } from './dialer.ts';
import { MailQueue } from './mail-queue.ts';
import { nodeDialer } from './node-dialer.ts';
import { busyTime } from './time-limit.ts';

export interface EmailAlertsOptions {
  readonly model: Model;
  readonly clock: Clock;
  readonly timers: Timers;
  /** This machine's name, for `HELO` where `email-alert myhostname` gives none. */
  readonly hostname: string;
  /** Told when mails do not arrive. */
  readonly warn: (message: string) => void;
  readonly dialer?: Dialer;
}

interface Alerted {
  readonly from: string;
  readonly to: string;
  readonly level: number;
  readonly hostname: string;
  readonly queues: readonly MailQueue[];
}

export class EmailAlerts {
  readonly #clock: Clock;
  /** By proxy index. */
  readonly #alerted = new Map<number, Alerted>();

  constructor({ model, clock, timers, hostname, warn, dialer = nodeDialer }: EmailAlertsOptions) {
    this.#clock = clock;
    for (const { index, name, emailAlert } of model.proxies) {
      if (emailAlert === undefined) continue;
      const { mailers, timeout } = emailAlert;
      const queues = mailers.map(
        (mailer) =>
          new MailQueue({
            address: mailer.address,
            timeout,
            dialer,
            clock,
            timers,
            busy: busyTime,
            failed: (reason) =>
              warn(`mail about servers of '${name}' does not arrive at mailer '${mailer.name}': ${reason}`),
          }),
      );
      this.#alerted.set(index, { hostname, ...emailAlert, queues });
    }
  }

  /** `line`: the same event as its log line, whose text is mailed. */
  event(event: ServerEvent, line: EventLine): void {
    const alerted = this.#alerted.get(line.proxy);
    if (alerted === undefined) return;
    const level = mailLevel(event, line);
    if (level === undefined || level > alerted.level) return;
    const { from, to, hostname } = alerted;
    const text = line.text.replace(/\.$/, '');
    const mail = { from, to, hostname, text, date: new Date(this.#clock.now()) };
    for (const queue of alerted.queues) queue.push(mail);
  }

  /** Nothing is sent any more, and nothing is left open. */
  close(): void {
    for (const { queues } of this.#alerted.values()) for (const queue of queues) queue.close();
  }
}

/** Undefined: HAProxy sends no mail about it (maintenance, `stopping`, a backend without servers). */
function mailLevel(event: ServerEvent, line: EventLine): Level | undefined {
  switch (event.kind) {
    case 'down':
    case 'up':
    case 'drain':
      return line.level;
    case 'check':
      return Level.info;
    default:
      return undefined;
  }
}
