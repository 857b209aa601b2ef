import type { ConfigDraft, ProxyDraft } from './draft.ts';
import type { EmailAlertModel } from './email-alert-model.ts';

/** Where nothing is written (measured: a server that goes down is told, one that comes back is not). */
const DEFAULT_LEVEL = 1;

/** Undefined where nobody is to be told, or what was written is not enough for it. */
export function buildEmailAlert({ settings }: ProxyDraft, config: ConfigDraft): EmailAlertModel | undefined {
  const { from, to, mailers, level, hostname } = settings.emailAlert ?? {};
  const section = mailers === undefined ? undefined : config.mailers.get(mailers.name);
  if (from === undefined || to === undefined || section === undefined || section.mailers.length === 0) return undefined;
  return {
    from,
    to,
    level: level ?? DEFAULT_LEVEL,
    ...(hostname === undefined ? {} : { hostname }),
    mailers: section.mailers,
    timeout: section.timeout,
  };
}
