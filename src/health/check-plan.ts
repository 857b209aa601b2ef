/** What checks of one server have in common, worked out once when the service is made. */
import type { AgentModel, CheckConnectionModel, CheckModel, ProxyModel, ServerModel } from '../config/model.ts';
import type { Value } from '../expressions/run/value.ts';
import { AgentCheck } from '../protocols/agent-check.ts';
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { proxyHeaderV2 } from '../protocols/proxy-header.ts';
import { lastTalk } from '../protocols/tcp-check-steps.ts';
import { checkOf } from '../servers/check-of-server.ts';
import { agentAddress, checkAddress, checkOrigin } from './check-address.ts';
import type { CheckBinding } from './check-binding.ts';
import type { CheckTimeouts } from './check-budget.ts';
import { CheckContext } from './check-context.ts';
import { CheckScope } from './check-figures.ts';
import type { DialTarget } from './dialer.ts';
import { type Moment, planDialogue } from './dialogue-plan.ts';
import { LastTlsSession } from './last-tls-session.ts';
import type { TlsSettings } from './tls-settings.ts';

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
  around: CheckSurroundings = { scope: new CheckScope(proxy), variables: new Map() },
): CheckPlan {
  const { check } = server;
  const { connect, check: timeout } = proxy.timeouts;
  const address = checkAddress(server);
  const origin = checkOrigin(server);
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
        ...origin,
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
  const origin = checkOrigin(server);
  const target: DialTarget = {
    address: agentAddress(server),
    tls: undefined,
    ...(viaSocks4 === true && socks4 !== undefined ? { through: socks4 } : {}),
    ...origin,
  };
  return {
    preload() {},
    timeouts: { connect, check: timeout, inter: agent.inter },
    dialogue: () => new AgentCheck(send),
    target: () => target,
  };
}

/** Every `connect` rule of a check. */
export function connectionsOf(check: CheckModel): readonly CheckConnectionModel[] {
  if (check.kind === 'tcp') return check.rules.filter((rule) => rule.kind === 'connect');
  if (check.kind !== 'http' || check.connection === undefined) return [];
  return [check.connection, ...(check.next ?? []).map((round) => round.connection)];
}
