/** What checks of one server have in common, worked out once when the service is made. */
import type {
  AddressModel,
  AgentModel,
  CheckConnectionModel,
  CheckModel,
  HttpCheckModel,
  HttpRoundModel,
  ProxyModel,
  ServerModel,
} from '../config/model.ts';
import { AgentCheck } from '../protocols/agent-check.ts';
import { ConnectCheck } from '../protocols/connect-check.ts';
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { HttpCheck } from '../protocols/http-check.ts';
import { httpCheckRequest } from '../protocols/http-check-request.ts';
import { compileExpectation } from '../protocols/http-expectation.ts';
import { type HttpRound, HttpSequence } from '../protocols/http-sequence.ts';
import { LdapCheck } from '../protocols/ldap-check.ts';
import { MysqlCheck } from '../protocols/mysql-check.ts';
import { PgsqlCheck } from '../protocols/pgsql-check.ts';
import { RedisCheck } from '../protocols/redis-check.ts';
import { SmtpCheck } from '../protocols/smtp-check.ts';
import { SslHelloCheck } from '../protocols/ssl-hello-check.ts';
import { TcpCheck } from '../protocols/tcp-check.ts';
import { compileTcpCheck, wishOf } from '../protocols/tcp-check-steps.ts';
import type { CheckTimeouts } from './check-budget.ts';
import type { DialTarget } from './dialer.ts';
import { LastTlsSession } from './last-tls-session.ts';
import type { TlsSettings } from './tls-settings.ts';

/** What a dialogue has to know of the moment it begins. */
export interface Moment {
  /** Wall clock ms. */
  readonly now: number;
  /** The server is not down. */
  readonly up: boolean;
  /** The value of the send-state header, asked for only when it is sent. */
  state(): string;
}

export interface CheckPlan {
  /** Reads the certificates while the file system is still the whole one. What fails here fails each check, with its reason. */
  preload(): void;
  readonly timeouts: CheckTimeouts;
  dialogue(moment: Moment): Dialogue;
  target(wish: ConnectionWish | undefined): DialTarget;
}

export function planCheck(proxy: ProxyModel, server: ServerModel, tls: TlsSettings): CheckPlan {
  const { check } = server;
  const { connect, check: timeout } = proxy.timeouts;
  const address = checkAddress(server);
  const source = checkSource(server, address);
  const model: CheckModel = proxy.backend?.check ?? { kind: 'connect', explicit: false };
  // Nothing is sent and nothing is read.
  const quiet = model.kind === 'connect' && check.sendProxy !== true;
  const session = new LastTlsSession();
  return {
    preload() {
      if (!check.ssl && !connectionsOf(model).some((connection) => connection.ssl === true)) return;
      try {
        tls.optionsFor(check);
      } catch {
        // The check itself reports it.
      }
    },
    timeouts: { connect, check: timeout, inter: check.inter },
    dialogue: planDialogue(model, server),
    target(wish) {
      const port = wish?.port ?? (wish?.address?.port === 0 ? undefined : wish?.address?.port);
      const base = wish?.address === undefined ? address : { ...wish.address, port: address.port };
      const secured = wish?.tls ?? check.ssl;
      // A rule's own connection says all there is to say, unless it leaves it to the server line.
      const own = wish !== undefined && wish.tls !== undefined;
      const to = port === undefined ? base : { ...base, port };
      return {
        address: to,
        tls: secured ? tls.optionsFor(check, wish?.sni, wish?.alpn) : undefined,
        ...(secured ? { session: session.with(to, wish?.sni ?? check.sni) } : {}),
        ...(quiet && !secured ? { quiet } : {}),
        ...(wish?.sendProxy === true || (!own && check.sendProxy === true) ? { sendProxy: true } : {}),
        ...(source === undefined ? {} : { source }),
      };
    },
  };
}

/** Questions to the agent of a server: plain TCP, wherever and however the server itself is checked. */
export function planAgent(proxy: ProxyModel, agent: AgentModel): CheckPlan {
  const { connect, check: timeout } = proxy.timeouts;
  const send = agent.send === undefined ? undefined : Buffer.from(agent.send, 'base64');
  return {
    preload() {},
    timeouts: { connect, check: timeout, inter: agent.inter },
    dialogue: () => new AgentCheck(send),
    target: () => ({ address: agent.address, tls: undefined }),
  };
}

/** Checks go to `addr` and `port` where they are set; the data path never sees those. */
export function checkAddress(server: ServerModel): AddressModel {
  const { check } = server;
  const base = check.address ?? server.address;
  const own = check.address === undefined || check.address.port === 0 ? server.address.port : check.address.port;
  return { family: base.family, host: base.host, port: check.port ?? own };
}

/** Checks come from where traffic comes from. The ports of a range are left to it, and there is no client to stand for. */
function checkSource({ source }: ServerModel, target: AddressModel): DialTarget['source'] {
  const from = source?.address;
  if (from === undefined || from.family !== target.family) return undefined;
  return { host: from.host, port: source?.lastPort === undefined ? from.port : 0 };
}

function planDialogue(check: CheckModel, server: ServerModel): (moment: Moment) => Dialogue {
  switch (check.kind) {
    case 'connect':
      return check.explicit ? () => new TcpCheck([]) : () => new ConnectCheck(server.check.ssl);
    case 'http': {
      const rounds = [check, ...(check.next ?? [])].map((round) => planRound(round, check));
      return (moment) => {
        const all = rounds.map((make) => make(moment));
        const [only] = all;
        return check.connection === undefined ? new HttpCheck(only!.options) : new HttpSequence(all);
      };
    }
    case 'tcp': {
      const steps = compileTcpCheck(check.rules);
      return () => new TcpCheck(steps);
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
  }
}

type Round = Omit<HttpRoundModel, 'connection'> & { readonly connection?: CheckConnectionModel };

function planRound(round: Round, check: HttpCheckModel): (moment: Moment) => HttpRound {
  const expect = round.expect.map(compileExpectation);
  const bodiless = round.method.toUpperCase() === 'HEAD';
  const plain = httpCheckRequest(round);
  const connection = wishOf(round.connection ?? {});
  return (moment) => ({
    connection,
    options: {
      request: check.sendState ? httpCheckRequest(round, moment.state()) : plain,
      bodiless,
      expect,
      condition404: check.disableOn404 && moment.up,
    },
  });
}

/** Every `connect` rule of a check. */
function connectionsOf(check: CheckModel): readonly CheckConnectionModel[] {
  if (check.kind === 'tcp') return check.rules.filter((rule) => rule.kind === 'connect');
  if (check.kind !== 'http' || check.connection === undefined) return [];
  return [check.connection, ...(check.next ?? []).map((round) => round.connection)];
}
