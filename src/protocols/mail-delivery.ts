/**
 * Delivery of one mail by SMTP, without I/O: what HAProxy 2.6 says for `email-alert`, byte by byte (observed). Unlike
 * HAProxy, an answer may have several lines, come in any pieces, and have any code of success.
 */
import { BoundedBuffer } from './bounded-buffer.ts';
import { verdict } from './collecting-check.ts';
import { type Dialogue, type Reply, WAIT } from './dialogue.ts';
import { serverText } from './server-text.ts';

export interface Mail {
  readonly from: string;
  readonly to: string;
  /** What is said after `HELO`. */
  readonly hostname: string;
  /** One line; it is the subject, and all there is to say. */
  readonly text: string;
  /** When it was written. */
  readonly date: Date;
}

/** What is said at each step, and the first digit of the answer that lets the talk go on. */
interface Step {
  readonly say: string;
  readonly success: '2' | '3';
}

export class MailDelivery implements Dialogue {
  readonly silence = 'L7TOUT';
  readonly ending = 'orderly';
  readonly #answer = new BoundedBuffer();
  readonly #steps: readonly Step[];
  #step = 0;

  constructor(mail: Mail) {
    this.#steps = stepsOf(mail);
  }

  opened(): Reply {
    return WAIT;
  }

  /** The server has taken the mail; what comes after that is politeness. */
  get delivered(): boolean {
    return this.#step >= this.#steps.length - 1;
  }

  received(chunk: Uint8Array): Reply {
    this.#answer.append(chunk);
    const answer = readAnswer(this.#answer.bytes.toString('latin1'));
    if (answer === undefined) return this.#answer.full ? this.#refused() : WAIT;
    if (answer !== this.#steps[this.#step]!.success) return this.#refused();
    // What a server says before it is asked is not an answer.
    this.#answer.clear();
    this.#step += 1;
    const next = this.#steps[this.#step];
    return next === undefined ? verdict('L7OK') : { send: Buffer.from(next.say) };
  }

  ended(): Reply {
    return this.#answer.length > 0 ? this.#refused() : verdict('L7RSP', `connection closed${this.where()}`);
  }

  where(): string {
    return ` at ${this.#name()}`;
  }

  #refused(): Reply {
    const { bytes } = this.#answer;
    return verdict('L7STS', `${serverText(bytes)}${this.where()}`, Number.parseInt(bytes.toString('latin1'), 10) || 0);
  }

  /** What was said last, by its first word. */
  #name(): string {
    const { say } = this.#steps[this.#step]!;
    if (say === '') return 'the greeting';
    return say.startsWith('From:') ? 'the mail' : say.split(/[ \r]/, 1)[0]!;
  }
}

/** The first digit of a whole answer; `''` for what cannot become one; undefined while there may be more to come. */
function readAnswer(text: string): string | undefined {
  const lines = text.split('\n');
  const open = lines.pop()!;
  for (const line of lines) {
    const last = /^(\d)\d\d(?: |\r?$)/.exec(line);
    if (last !== null) return last[1]!;
    if (!/^\d{3}-/.test(line)) return '';
  }
  return /^(?:\d{0,3}\r?|\d{3}[ -][\s\S]*)$/.test(open) ? undefined : '';
}

function stepsOf({ from, to, hostname, text, date }: Mail): readonly Step[] {
  const head = `From: ${from}\r\nTo: ${to}\r\nDate: ${mailDate(date)}\r\nSubject: [HAProxy Alert] ${text}\r\n`;
  return [
    { say: '', success: '2' },
    { say: `HELO ${hostname}\r\n`, success: '2' },
    { say: `MAIL FROM:<${from}>\r\n`, success: '2' },
    { say: `RCPT TO:<${to}>\r\n`, success: '2' },
    { say: 'DATA\r\n', success: '3' },
    { say: `${head}\r\n${text}\r\n\r\n.\r\n`, success: '2' },
    { say: 'QUIT\r\n', success: '2' },
  ];
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sat, 21 Nov 2026 10:25:17 +0000 (UTC)`, local time. The zone's name is left out where Node knows no short one. */
export function mailDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
  const day = `${DAYS[date.getDay()]}, ${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time} ${offset}${zoneName(date)}`;
}

function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return /^[A-Z]{2,5}$/.test(name) ? ` (${name})` : '';
}
