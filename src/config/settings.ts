import type { ProxySettings } from './draft.ts';
import { newCheckDraft, newServerDefaults } from './server-draft.ts';

/** What a proxy is before any line was read: HAProxy's own defaults. */
export function newProxySettings(): ProxySettings {
  return {
    mode: 'tcp',
    disabled: false,
    timeouts: {},
    options: {},
    rateLimit: 0,
    retries: 3,
    redispatch: 0,
    balance: 'roundrobin',
    randomDraws: 2,
    hashConsistent: false,
    balanceOverHttp: false,
    log: { targets: [], line: 'default' },
    formats: {},
    check: newCheckDraft(),
    defaultServer: newServerDefaults(),
    probes: { client: {}, server: {} },
  };
}
