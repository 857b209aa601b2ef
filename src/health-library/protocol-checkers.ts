/** One checker for each small dialogue: the same bytes and verdicts as the proxy's `option ...-check`. */
import { AgentCheck } from '../protocols/agent-check.ts';
import { ConnectCheck } from '../protocols/connect-check.ts';
import { LdapCheck } from '../protocols/ldap-check.ts';
import { MysqlCheck } from '../protocols/mysql-check.ts';
import { PgsqlCheck } from '../protocols/pgsql-check.ts';
import { RedisCheck } from '../protocols/redis-check.ts';
import { SmtpCheck } from '../protocols/smtp-check.ts';
import { SpopCheck } from '../protocols/spop-check.ts';
import { SslHelloCheck } from '../protocols/ssl-hello-check.ts';
import { notOfKind, oneOf, record, singleLine } from './arguments.ts';
import { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';
import type { CheckResult } from './target.ts';
import type { TlsOptions } from './tls-options.ts';

/** Healthy when a TCP connection can be made. It is reset at once; on Linux, and by address, the server's program does not notice it. */
export class TcpChecker extends DialogueChecker {
  constructor(timeout: number) {
    super(timeout, () => new ConnectCheck(false));
  }

  protected override get quiet(): boolean {
    return true;
  }
}

/** Healthy when a TLS handshake succeeds and the certificate is accepted. */
export class TlsChecker extends DialogueChecker {
  constructor(timeout: number, tls: TlsOptions = {}) {
    super(timeout, () => new ConnectCheck(true), { tls: record('tls', tls) });
  }
}

/** `option ssl-hello-chk`: healthy when anything of TLS comes back to a hello; nothing is negotiated or verified. */
export class SslHelloChecker extends DialogueChecker {
  constructor(timeout: number) {
    super(timeout, () => new SslHelloCheck(Date.now()));
  }
}

/** `option redis-check`: PING must be answered with PONG. */
export class RedisChecker extends DialogueChecker {
  constructor(timeout: number, options: DialogueOptions = {}) {
    super(timeout, () => new RedisCheck(), options);
  }
}

/** `option ldap-check`: an anonymous bind must succeed. */
export class LdapChecker extends DialogueChecker {
  constructor(timeout: number, options: DialogueOptions = {}) {
    super(timeout, () => new LdapCheck(), options);
  }
}

export interface MysqlOptions extends DialogueOptions {
  /** A user without a password, to log in with; without it only the server's greeting is looked at. */
  readonly user?: string | undefined;
  /** Of the protocol; default `post-41`. */
  readonly version?: 'pre-41' | 'post-41' | undefined;
}

/** `option mysql-check`. */
export class MysqlChecker extends DialogueChecker {
  constructor(timeout: number, options: MysqlOptions = {}) {
    const { user, version = 'post-41' } = record('options', options);
    if (user !== undefined) singleLine('user', user);
    oneOf('version', ['pre-41', 'post-41'], version);
    super(timeout, () => new MysqlCheck({ user, version }), options);
  }
}

export interface PgsqlOptions extends DialogueOptions {
  /** The user the server is asked about; it need not exist. */
  readonly user: string;
}

/** `option pgsql-check`: healthy when the server asks the user to authenticate. */
export class PgsqlChecker extends DialogueChecker {
  constructor(timeout: number, options: PgsqlOptions) {
    const user = singleLine('user', record('options', options).user);
    super(timeout, () => new PgsqlCheck(user), options);
  }
}

export interface SmtpOptions extends DialogueOptions {
  /** What is said after the server's greeting; default `HELO localhost`. */
  readonly hello?: string | undefined;
}

/** `option smtpchk`: greeting, hello and QUIT must each be answered with a 2xx. */
export class SmtpChecker extends DialogueChecker {
  constructor(timeout: number, options: SmtpOptions = {}) {
    const { hello = 'HELO localhost' } = record('options', options);
    singleLine('hello', hello);
    super(timeout, () => new SmtpCheck(hello), options);
  }
}

/** `option spop-check`: an agent of the stream processing protocol answers a HELLO with its own. */
export class SpopChecker extends DialogueChecker {
  constructor(timeout: number, options: DialogueOptions = {}) {
    super(timeout, () => new SpopCheck(), options);
  }
}

export interface AgentOptions {
  /** Said to the agent first. */
  readonly send?: string | Uint8Array | undefined;
}

/**
 * `agent-check`: the target's port is the agent's. Healthy when the agent answers with words it is known by, none of which
 * is `down`, `fail`, `stopped`, `drain` or `maint`; a weight alone says nothing against a server. What else it wants is in
 * `orders`.
 */
export class AgentChecker extends DialogueChecker {
  constructor(timeout: number, options: AgentOptions = {}) {
    const { send } = record('options', options);
    const sayable = send === undefined || typeof send === 'string' || send instanceof Uint8Array;
    if (!sayable) throw notOfKind('send', 'a string or bytes', send);
    const bytes = send === undefined ? undefined : Buffer.from(send as string);
    super(timeout, () => new AgentCheck(bytes));
  }

  protected override isHealthy({ status, text, orders }: Omit<CheckResult, 'healthy' | 'target'>): boolean {
    if (orders?.state === 'drain' || orders?.state === 'maint') return false;
    return status === 'L7OK' || (status === 'CHECKED' && text === '');
  }
}
