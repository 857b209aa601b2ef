/** The dialogue of a check, made anew for each run from what was worked out once. */
import type { CheckModel, ServerModel } from '../config/model.ts';
import { ConnectCheck } from '../protocols/connect-check.ts';
import type { Dialogue } from '../protocols/dialogue.ts';
import type { FastcgiProgram } from '../protocols/fastcgi-request.ts';
import { HttpCheck } from '../protocols/http-check.ts';
import { HttpSequence } from '../protocols/http-sequence.ts';
import { LdapCheck } from '../protocols/ldap-check.ts';
import { MysqlCheck } from '../protocols/mysql-check.ts';
import { PgsqlCheck } from '../protocols/pgsql-check.ts';
import { RedisCheck } from '../protocols/redis-check.ts';
import { SmtpCheck } from '../protocols/smtp-check.ts';
import { SpopCheck } from '../protocols/spop-check.ts';
import { SslHelloCheck } from '../protocols/ssl-hello-check.ts';
import { TcpCheck } from '../protocols/tcp-check.ts';
import { compileTcpCheck, type TcpCheckSource } from '../protocols/tcp-check-steps.ts';
import { CheckBinding, isBound, isRoundBound } from './check-binding.ts';
import type { CheckContext } from './check-context.ts';
import type { CheckScope } from './check-figures.ts';
import { planRounds } from './http-round-plan.ts';

/** What a dialogue has to know of the moment it begins. */
export interface Moment {
  /** Wall clock ms. */
  readonly now: number;
  /** The server is not down; asked again whenever that counts. */
  readonly up: boolean;
  /** The value of the send-state header, asked for only when it is sent. */
  state(): string;
}

export function planDialogue(
  check: CheckModel,
  server: ServerModel,
  newContext: (binding: CheckBinding) => CheckContext,
  scope: CheckScope,
  program: FastcgiProgram | undefined,
): (moment: Moment) => Dialogue {
  switch (check.kind) {
    case 'connect':
      return check.explicit ? () => new TcpCheck([]) : () => new ConnectCheck(server.check.ssl);
    case 'http': {
      const binding = [check, ...(check.next ?? [])].some(isRoundBound) ? new CheckBinding(scope) : undefined;
      const rounds = planRounds(check, server, program, binding);
      return (moment) => {
        const context = binding === undefined ? undefined : newContext(binding);
        const all = rounds.map((make) => make(moment, context as CheckContext));
        const [only] = all;
        if (binding !== undefined && context !== undefined)
          for (const { action, passed } of check.actions ?? []) if (passed === -2) binding.action(action, context)();
        const talk = check.connection === undefined ? new HttpCheck(only!.options) : new HttpSequence(all);
        return context === undefined ? talk : context.attend<Dialogue>(talk);
      };
    }
    case 'tcp': {
      const { rules } = check;
      if (!rules.some(isBound)) {
        const steps = compileTcpCheck(rules as readonly TcpCheckSource[]);
        return () => new TcpCheck(steps);
      }
      const binding = new CheckBinding(scope);
      return () => {
        const context = newContext(binding);
        return context.attend(new TcpCheck(compileTcpCheck(rules.map((rule) => binding.tcpRule(rule, context)))));
      };
    }
    case 'external':
      // A program is run instead; nothing is said to the server.
      return () => new ConnectCheck(false);
    case 'ssl-hello':
      return (moment) => new SslHelloCheck(moment.now);
    case 'mysql':
      return () => new MysqlCheck(check);
    case 'ldap':
      return () => new LdapCheck();
    case 'redis':
      return () => new RedisCheck();
    case 'smtp':
      return () => new SmtpCheck(check.hello);
    case 'pgsql':
      return () => new PgsqlCheck(check.user);
    case 'spop':
      return () => new SpopCheck();
  }
}
