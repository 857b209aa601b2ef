/** What checks of one server have in common, worked out once when the service is made. */
import { hostname } from 'node:os';
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
import type { Value } from '../expressions/run/value.ts';
import { AgentCheck } from '../protocols/agent-check.ts';
import { ConnectCheck } from '../protocols/connect-check.ts';
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import {
  type FastcgiForm,
  type FastcgiPlace,
  type FastcgiProgram,
  fastcgiRequest,
} from '../protocols/fastcgi-request.ts';
import { HttpCheck, type HttpCheckOptions } from '../protocols/http-check.ts';
import { http2CheckRequest, httpCheckRequest } from '../protocols/http-check-request.ts';
import { compileExpectation } from '../protocols/http-expectation.ts';
import { type HttpRound, HttpSequence } from '../protocols/http-sequence.ts';
import { LdapCheck } from '../protocols/ldap-check.ts';
import { MysqlCheck } from '../protocols/mysql-check.ts';
import { PgsqlCheck } from '../protocols/pgsql-check.ts';
import { proxyHeaderV2 } from '../protocols/proxy-header.ts';
import { RedisCheck } from '../protocols/redis-check.ts';
import { SmtpCheck } from '../protocols/smtp-check.ts';
import { SpopCheck } from '../protocols/spop-check.ts';
import { SslHelloCheck } from '../protocols/ssl-hello-check.ts';
import { TcpCheck } from '../protocols/tcp-check.ts';
import { compileTcpCheck, lastTalk, type TcpCheckSource, wishOf } from '../protocols/tcp-check-steps.ts';
import { checkOf } from '../servers/check-of-server.ts';
import { HAPAX_VERSION } from '../version.ts';
import { CheckBinding, isBound, isRoundBound } from './check-binding.ts';
import type { CheckTimeouts } from './check-budget.ts';
import { CheckContext } from './check-context.ts';
import { CheckScope } from './check-figures.ts';
import type { DialTarget } from './dialer.ts';
import { LastTlsSession } from './last-tls-session.ts';
import type { TlsSettings } from './tls-settings.ts';

/** What a dialogue has to know of the moment it begins. */
export interface Moment {
  /** Wall clock ms. */
  readonly now: number;
  /** The server is not down; asked again whenever that counts. */
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

/** What expressions in rules can know beyond their own check. */
export interface CheckSurroundings {
  readonly scope: CheckScope;
  /** Variables of the process. */
  readonly variables: Map<string, Value | undefined>;
}

export function planCheck(
  proxy: ProxyModel,
  server: ServerModel,
  tls: TlsSettings,
  around: CheckSurroundings = { scope: new CheckScope(proxy, hostname()), variables: new Map() },
): CheckPlan {
  const { check } = server;
  const { connect, check: timeout } = proxy.timeouts;
  const address = checkAddress(server);
  const source = checkSource(server);
  const model = checkOf(proxy, server);
  const sni = automaticName(model, server);
  // Nothing is sent and nothing is read.
  const silent = model.kind === 'connect' || (model.kind === 'tcp' && lastTalk(model.rules) < 0);
  const header = check.proxyHeaderV2 === undefined ? true : proxyHeaderV2(check.proxyHeaderV2);
  const session = check.freshSessions === true ? undefined : new LastTlsSession();
  const newContext = (binding: CheckBinding) => {
    const id = proxy.backend?.uniqueId;
    return new CheckContext(proxy, server, around.variables, id === undefined ? undefined : binding.format(id));
  };
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
    dialogue: planDialogue(model, server, newContext, around.scope, proxy.backend?.fastcgi),
    target(wish) {
      const port = wish?.port ?? (wish?.address?.port === 0 ? undefined : wish?.address?.port);
      const base = wish?.address === undefined ? address : { ...wish.address, port: address.port };
      const secured = wish?.tls ?? check.ssl;
      // A rule's own connection says all there is to say, unless it leaves it to the server line.
      const own = wish !== undefined && wish.tls !== undefined;
      const proxied = wish?.sendProxy === true || (!own && check.sendProxy === true);
      const to = port === undefined ? base : { ...base, port };
      return {
        address: to,
        tls: secured ? tls.optionsFor(check, wish?.sni ?? sni, wish?.alpn) : undefined,
        ...(secured && session !== undefined ? { session: session.with(to, wish?.sni ?? check.sni ?? sni) } : {}),
        ...((silent || wish?.quiet === true) && !secured && !proxied ? { quiet: true } : {}),
        ...(proxied ? { sendProxy: header } : {}),
        ...((own ? wish.viaSocks4 : check.viaSocks4) === true && check.socks4 !== undefined
          ? { through: check.socks4 }
          : {}),
        ...(source === undefined ? {} : { source }),
      };
    },
  };
}

/** `check-sni-auto`: the Host of the request, unless a name or a connection of its own is written. */
function automaticName(model: CheckModel, { check }: ServerModel): string | undefined {
  if (check.sniAuto !== true || check.sni !== undefined) return undefined;
  if (model.kind !== 'http' || model.connection !== undefined) return undefined;
  const at = model.headers.findIndex(([name]) => name.toLowerCase() === 'host');
  const host = model.forms?.headers?.[at] === undefined ? model.headers[at]?.[1] : undefined;
  return host?.replace(/:\d+$/, '');
}

/** Questions to the agent of a server: plain TCP, however the server itself is checked, by the same way. */
export function planAgent(proxy: ProxyModel, server: ServerModel, agent: AgentModel): CheckPlan {
  const { connect, check: timeout } = proxy.timeouts;
  const send = agent.send === undefined ? undefined : Buffer.from(agent.send, 'base64');
  const { viaSocks4, socks4 } = server.check;
  const source = checkSource(server);
  const target: DialTarget = {
    address: agent.address,
    tls: undefined,
    ...(viaSocks4 === true && socks4 !== undefined ? { through: socks4 } : {}),
    ...(source === undefined ? {} : { source }),
  };
  return {
    preload() {},
    timeouts: { connect, check: timeout, inter: agent.inter },
    dialogue: () => new AgentCheck(send),
    target: () => target,
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
function checkSource({ source }: ServerModel): DialTarget['source'] {
  const from = source?.address;
  if (from === undefined) return undefined;
  return { host: from.host, port: source?.lastPort === undefined ? from.port : 0 };
}

function planDialogue(
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
      const models = [check, ...(check.next ?? [])];
      const bound = models.some(isRoundBound);
      const binding = new CheckBinding(scope);
      const spoken = models.map((round, index) => wireOf(round, server, models.slice(0, index), program));
      const rounds = models.map((round, index) =>
        bound ? bindRound(round, check, binding, spoken[index]!) : planRound(round, check, spoken[index]!),
      );
      return (moment) => {
        const context = bound ? newContext(binding) : undefined;
        const all = rounds.map((make) => make(moment, context as CheckContext));
        const [only] = all;
        if (context !== undefined)
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

function quietOf({ silent, connection }: Round): Pick<ConnectionWish, 'quiet'> {
  return silent === true && connection?.linger !== true ? { quiet: true } : {};
}

type Round = Omit<HttpRoundModel, 'connection'> & { readonly connection?: CheckConnectionModel };

type MakeRound = (moment: Moment, context: CheckContext) => HttpRound;

interface Wire extends Pick<HttpCheckOptions, 'protocol' | 'rulesBefore' | 'silent' | 'linger'> {
  /** How a request is put over FastCGI, where the backend has a program. */
  readonly fastcgi?: FastcgiForm;
}

/** What a round speaks: a `connect` that leaves nothing to the server line does so without its `check-proto` too (measured). */
function wireOf(
  { connection, silent }: Round,
  server: ServerModel,
  earlier: readonly Round[],
  program: FastcgiProgram | undefined,
): Wire {
  const left = connection === undefined || connection.ssl === undefined;
  const rules = earlier.map(({ expect, actions = [] }) => 2 + expect.length + actions.length);
  return {
    protocol: connection?.protocol ?? (left ? server.check.protocol : undefined),
    rulesBefore: rules.reduce((sum, count) => sum + count, 0),
    ...(silent === undefined ? {} : { silent }),
    ...(connection?.linger === undefined ? {} : { linger: connection.linger }),
    ...(program === undefined ? {} : { fastcgi: fastcgiForm(program, placeOf(connection, server)) }),
  };
}

/** Where a request goes, in the words programs get. */
function placeOf(connection: CheckConnectionModel | undefined, server: ServerModel): FastcgiPlace {
  const base = checkAddress(server);
  const { family, host } = connection?.address ?? base;
  if (family !== 'ipv4' && family !== 'ipv6') return { host: 'unix', port: 0 };
  return { host, port: connection?.port ?? (connection?.address?.port || base.port) };
}

function fastcgiForm(program: FastcgiProgram, place: FastcgiPlace): FastcgiForm {
  const software = `hapax ${HAPAX_VERSION}`;
  return (request, state, encoding) => fastcgiRequest(request, program, place, software, state, encoding);
}

/** A round with expressions in it, or beside one that has. */
function bindRound(round: Round, check: HttpCheckModel, binding: CheckBinding, { fastcgi, ...wire }: Wire): MakeRound {
  const bodiless = round.method.toUpperCase() === 'HEAD';
  return (moment, context) => ({
    connection: () => ({ ...wishOf(binding.connection(round.connection ?? {}, context)), ...quietOf(round) }),
    options: {
      ...binding.request(round, check.sendState ? () => moment.state() : undefined, context, fastcgi),
      ...wire,
      bodiless,
      expect: round.expect.map((rule) => compileExpectation(binding.expectation(rule, context))),
      get condition404() {
        return check.disableOn404 && moment.up;
      },
      actions: (round.actions ?? [])
        .filter(({ passed }) => passed > -2)
        .map(({ passed, action }) => ({ passed, run: binding.action(action, context) })),
      keepsBody: true,
    },
  });
}

function planRound(round: Round, check: HttpCheckModel, { fastcgi, ...wire }: Wire): MakeRound {
  const expect = round.expect.map(compileExpectation);
  const bodiless = round.method.toUpperCase() === 'HEAD';
  const plain = httpCheckRequest(round);
  const connection = { ...wishOf(round.connection ?? {}), ...quietOf(round) };
  return (moment) => ({
    connection: () => connection,
    options: {
      request: check.sendState ? httpCheckRequest(round, moment.state()) : plain,
      http2Request: () => http2CheckRequest(round, check.sendState ? moment.state() : undefined),
      ...(fastcgi === undefined
        ? {}
        : { fastcgiRequest: () => fastcgi(round, check.sendState ? moment.state() : undefined) }),
      ...wire,
      bodiless,
      expect,
      get condition404() {
        return check.disableOn404 && moment.up;
      },
    },
  });
}

/** Every `connect` rule of a check. */
export function connectionsOf(check: CheckModel): readonly CheckConnectionModel[] {
  if (check.kind === 'tcp') return check.rules.filter((rule) => rule.kind === 'connect');
  if (check.kind !== 'http' || check.connection === undefined) return [];
  return [check.connection, ...(check.next ?? []).map((round) => round.connection)];
}
