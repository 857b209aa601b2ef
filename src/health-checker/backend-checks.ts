/** The servers of a haproxy.cfg's backend as checks: each is asked as the proxy would ask it. */
import type { Model, ServerModel } from '../config/model.ts';
import { suggest } from '../config/suggest.ts';
import { askAgent, checkServer } from '../health/check-server.ts';
import { TlsSettings } from '../health/tls-settings.ts';
import { type CheckedServer, checkOf, judgeOf } from '../servers/check-of-server.ts';
import { verdictOf } from '../servers/operational-state.ts';
import type { CheckResult } from '../servers/server-event.ts';
import type { CheckOutcome, NamedCheck } from './check-outcome.ts';

export type BackendChecks =
  | { readonly ok: true; readonly checks: readonly NamedCheck[] }
  | { readonly ok: false; readonly problem: string };

/** The proxy keeps such a server in maintenance. */
const NAMELESS: CheckOutcome = {
  passed: false,
  reason: 'its name had no address when the configuration was read',
  duration: 0,
};

/** As many servers are named where none is checked. */
const NAMED = 5;

/** Those servers of `name` that the proxy would check, by themselves, through their agents or through those they track. */
export function backendChecks(model: Model, name: string): BackendChecks {
  const proxies = model.proxies.filter(({ backend }) => backend !== undefined);
  const proxy = proxies.find((each) => each.name === name);
  if (proxy === undefined) {
    const names = proxies.map((each) => each.name);
    const near = suggest(name, names);
    const hint = near === undefined ? '' : `; did you mean '${near}'?`;
    return { ok: false, problem: `there is no backend '${name}'${hint} (${names.join(', ') || 'the file has none'})` };
  }
  const servers = proxy.backend?.servers ?? [];
  if (servers.length === 0) return { ok: false, problem: `backend '${name}' has no servers` };
  const all = servers.map((server) => ({ server, judge: judgeOf(model, { proxy, server }) }));
  const unchecked = all.map(({ server, judge }) => ({ server, reason: whyUnchecked(server, judge.server) }));
  const checked = all.filter((_, index) => unchecked[index]?.reason === undefined);
  if (checked.length === 0) {
    const reasons = unchecked.slice(0, NAMED).map(({ server, reason }) => `'${server.name}' ${reason}`);
    if (unchecked.length > NAMED) reasons.push(`and ${unchecked.length - NAMED} more`);
    return { ok: false, problem: `no server of backend '${name}' is checked: ${reasons.join(', ')}` };
  }
  const tls = new TlsSettings();
  const checks = checked.map(({ server, judge }): NamedCheck => {
    const tracked = judge.server === server ? '' : ` (tracks ${judge.proxy.name}/${judge.server.name})`;
    return {
      name: `server ${name}/${server.name}${tracked}`,
      program: judge.server.check.enabled && checkOf(judge.proxy, judge.server).kind === 'external',
      run: async (signal) => {
        const nameless = [server, judge.server].some(({ unresolved }) => unresolved === true);
        return nameless ? NAMELESS : ask(judge, tls, signal);
      },
    };
  });
  return { ok: true, checks };
}

function whyUnchecked({ disabled }: ServerModel, judge: ServerModel): string | undefined {
  if (disabled) return "is 'disabled'";
  if (judge.disabled) return "tracks one that is 'disabled'";
  return judge.check.enabled || judge.agent !== undefined ? undefined : "has no 'check'";
}

/** The check and the agent of a server together: both must leave it able to take sessions. */
async function ask({ proxy, server }: CheckedServer, tls: TlsSettings, signal: AbortSignal): Promise<CheckOutcome> {
  const [check, agent] = await Promise.all([
    server.check.enabled ? checkServer({ proxy, server, tls, signal }) : undefined,
    askAgent({ proxy, server, signal }),
  ]);
  const reasons = [];
  if (check !== undefined) reasons.push(textOf(check));
  if (agent !== undefined) reasons.push(`agent ${textOf(agent)}`);
  return {
    passed: (check === undefined || verdictOf(check.status) === 'passed') && !(agent !== undefined && refuses(agent)),
    reason: reasons.join('; '),
    duration: Math.max(check?.duration ?? 0, agent?.duration ?? 0),
  };
}

/** An agent that cannot be asked changes nothing. */
function refuses({ status, orders }: CheckResult): boolean {
  return status === 'L7STS' || orders?.state === 'drain' || orders?.state === 'maint';
}

function textOf({ status, code, text, orders }: CheckResult): string {
  const outcome = code === undefined || code === 0 ? status : `${status}/${code}`;
  const words = [outcome, text, orders?.state === undefined ? '' : `(${orders.state})`];
  return words.filter((word) => word !== '').join(' ');
}
