/** The bytes of one log message, in every format a `log` line can ask for (measured; configuration manual, 3.1 `log`). */
import type { LogFormat, LogTargetModel } from '../config/model.ts';
import { LogDate } from './log-date.ts';

export interface MessageContext {
  /** `log-tag`, or the program's name as HAProxy's. */
  readonly tag: string;
  readonly pid: number;
  /** What `log-send-hostname` says; absent without it. */
  readonly hostname: string | undefined;
  /** Wall clock ms, with a fraction where microseconds are wanted. */
  readonly now: number;
}

const short = new LogDate();
const long = new LogDate();

/** Everything that stands before the text. `level` is already the one to show. */
function header(format: LogFormat, facility: number, level: number, context: MessageContext): string {
  const priority = `<${facility * 8 + level}>`;
  switch (format) {
    case 'local':
      return `${priority}${short.rfc3164(context.now)} ${context.tag}[${context.pid}]: `;
    case 'rfc3164':
      // Without log-send-hostname HAProxy writes the word localhost, not the machine's name.
      return `${priority}${short.rfc3164(context.now)} ${context.hostname ?? 'localhost'} ${context.tag}[${context.pid}]: `;
    case 'rfc5424':
      return `${priority}1 ${long.iso(context.now)} ${context.hostname ?? '-'} ${context.tag} ${context.pid} - - `;
    case 'priority':
      return priority;
    case 'short':
      return `<${level}>`;
    case 'timed':
      return `<${level}>${long.iso(context.now)} `;
    case 'iso':
      return `${long.iso(context.now)} `;
    case 'raw':
      return '';
  }
}

/**
 * The datagram (or line) for a target, or undefined when the target's level leaves it out. A message more severe than the
 * target's minimum is shown as that minimum. It is cut to the target's length; the line feed that ends it in any case
 * comes on top of that (measured).
 */
export function logMessage(
  target: LogTargetModel,
  level: number,
  text: Uint8Array,
  context: MessageContext,
): Buffer | undefined {
  if (level > target.level) return undefined;
  const format = target.formatIsDefault && context.hostname !== undefined ? 'rfc3164' : target.format;
  const head = header(format, target.facility, Math.max(level, target.minLevel), context);
  const headLength = Buffer.byteLength(head);
  const length = Math.min(headLength + text.length, target.maxLength);
  const message = Buffer.allocUnsafe(length + 1);
  const copied = message.write(head, 0, Math.min(headLength, length));
  message.set(text.subarray(0, Math.max(0, length - copied)), copied);
  message[length] = 0x0a;
  return message;
}
