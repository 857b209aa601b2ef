/** A check in words. */
import type { CheckModel } from '../config/model.ts';
import type { CheckTimeouts } from '../health/check-budget.ts';
import { answerBudget, connectBudget } from '../health/check-budget.ts';
import { readableText } from './readable-bytes.ts';

export function describeCheck(check: CheckModel, tls: boolean): string {
  const over = tls ? ' over TLS' : '';
  switch (check.kind) {
    case 'connect':
      return tls ? 'a TLS handshake' : 'a TCP connection';
    case 'http': {
      const { method, uri, version, next = [] } = check;
      const more = next.length === 0 ? '' : `, and ${next.length} more`;
      return `HTTP${over}, ${readableText(`${method} ${uri} ${version}`.trimEnd())}${more}`;
    }
    case 'tcp':
      return `tcp-check, ${check.rules.length} ${check.rules.length === 1 ? 'rule' : 'rules'}${over}`;
    case 'external':
      return 'a program (external-check)';
    case 'mysql':
      return `mysql-check${over}${check.user === undefined ? '' : `, ${check.version}, user ${readableText(check.user)}`}`;
    case 'pgsql':
      return `pgsql-check${over}, user ${readableText(check.user)}`;
    case 'smtp':
      return `smtpchk${over}, ${readableText(check.hello)}`;
    case 'ssl-hello':
      return 'ssl-hello-chk';
    default:
      return `${check.kind}-check${over}`;
  }
}

/** The time limits of a check, as the proxy counts them. */
export function describeLimits({ kind }: CheckModel, timeouts: CheckTimeouts): string {
  const connect = connectBudget(timeouts);
  const answer = answerBudget(timeouts);
  if (answer !== undefined && kind === 'external') return `${answer} ms ('timeout check')`;
  if (answer !== undefined) return `${connect} ms to connect, then ${answer} ms ('timeout check') for the talk`;
  return `${connect} ms for all of it (its 'inter', as there is no 'timeout check')`;
}
