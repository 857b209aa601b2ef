/** The check of a server, done once outside the proxy: the same bytes, limits and verdict. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { checkOnce } from './check-once.ts';
import { planCheck } from './check-plan.ts';
import type { Dialer } from './dialer.ts';
import type { TlsSettings } from './tls-settings.ts';

export interface ServerCheck {
  readonly proxy: ProxyModel;
  readonly server: ServerModel;
  /** Certificates are read through it, once for all checks that share it. */
  readonly tls: TlsSettings;
  readonly dialer?: Dialer;
  readonly signal?: AbortSignal;
}

/** Rejects only when `signal` is aborted, with its reason. */
export function checkServer({ proxy, server, tls, ...rest }: ServerCheck): Promise<CheckResult> {
  const { dialogue, timeouts, target } = planCheck(proxy, server, tls);
  const moment = {
    now: Date.now(),
    up: true,
    // What stands in a running proxy's header about load has no meaning here.
    state: () => `UP; address=${server.address.host}; port=${server.address.port}; name=${proxy.name}/${server.name}`,
  };
  return checkOnce({ dialogue: dialogue(moment), timeouts, target, ...rest });
}
