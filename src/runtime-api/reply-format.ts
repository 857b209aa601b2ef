/** Turns a reply into the bytes of the stats socket. */
import type { CommandSession, Reply, Severity } from './command.ts';

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = { 3: 'err', 6: 'info' };

/**
 * A reply ends with one blank line; a silent success is that blank line alone. Interactive sessions get their prompt
 * after it. (HAProxy 2.6 leaves the blank line out of some error messages; 3.x mended that.)
 */
export function formatReply(reply: Reply, session: CommandSession): string {
  let text = reply.text;
  if (text !== '') {
    if (reply.severity !== undefined && session.severityOutput !== 'none') {
      const severity = reply.severity;
      text = `[${session.severityOutput === 'number' ? severity : SEVERITY_NAMES[severity]}]: ${text}`;
    }
    if (!text.endsWith('\n')) text += '\n';
  }
  return session.interactive ? `${text}\n> ` : `${text}\n`;
}
