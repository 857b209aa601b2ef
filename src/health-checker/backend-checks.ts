/** The servers of a haproxy.cfg's backend as checks: each is asked as the proxy would ask it. */
import type { Model } from '../config/model.ts';
import { suggest } from '../config/suggest.ts';
import { checkServer } from '../health/check-server.ts';
import { TlsSettings } from '../health/tls-settings.ts';
import { verdictOf } from '../servers/operational-state.ts';
import type { NamedCheck } from './check-outcome.ts';

export type BackendChecks =
  | { readonly ok: true; readonly checks: readonly NamedCheck[] }
  | { readonly ok: false; readonly problem: string };

/** Those servers of `name` that have `check` and are not disabled. */
export function backendChecks(model: Model, name: string): BackendChecks {
  const proxies = model.proxies.filter(({ backend }) => backend !== undefined);
  const proxy = proxies.find((each) => each.name === name);
  if (proxy === undefined) {
    const names = proxies.map((each) => each.name);
    const near = suggest(name, names);
    const hint = near === undefined ? '' : `; did you mean '${near}'?`;
    return { ok: false, problem: `there is no backend '${name}'${hint} (${names.join(', ') || 'the file has none'})` };
  }
  const servers = (proxy.backend?.servers ?? []).filter(({ check, disabled, unresolved }) => {
    return check.enabled && !disabled && unresolved !== true;
  });
  if (servers.length === 0) return { ok: false, problem: `no server of backend '${name}' has 'check'` };
  const tls = new TlsSettings();
  const checks = servers.map((server): NamedCheck => {
    return {
      name: `server ${name}/${server.name}`,
      async run(signal) {
        const { status, code, text, duration } = await checkServer({ proxy, server, tls, signal });
        const outcome = code === undefined || code === 0 ? status : `${status}/${code}`;
        return {
          passed: verdictOf(status) === 'passed',
          reason: text === '' ? outcome : `${outcome} ${text}`,
          duration,
        };
      },
    };
  });
  return { ok: true, checks };
}
