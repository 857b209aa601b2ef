/** Checks across sections: each pass is one file, listed here in the order of HAProxy's own messages. */
import type { DiagnosticLog } from '../diagnostic-log.ts';
import type { ConfigDraft } from '../draft.ts';
import { httpForwarding } from './http-forwarding.ts';
import { httpRules } from './http-rules.ts';
import { httpSettings } from './http-settings.ts';
import { logFallback, reportMissingLogTargets } from './log-lines.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { reportBindTls } from './report-bind-tls.ts';
import { reportBoundTwice } from './report-bound-twice.ts';
import { reportCheckProtocols } from './report-check-protocols.ts';
import { reportHttpRulesWithoutHttpchk, reportTcpRulesWithoutTcpCheck } from './report-check-rules-without-httpchk.ts';
import { reportDescriptorLimit } from './report-descriptor-limit.ts';
import { reportDuplicateServers } from './report-duplicate-servers.ts';
import { reportEmailAlerts, reportUnusedMailers } from './report-email-alerts.ts';
import { reportExternalChecks, reportUnusedExternalCheck } from './report-external-checks.ts';
import { reportFormats } from './report-formats.ts';
import { reportIdleServers } from './report-idle-servers.ts';
import { reportLostCheckRequest } from './report-lost-check-request.ts';
import { reportMissingBackends } from './report-missing-backends.ts';
import { reportMissingBinds } from './report-missing-binds.ts';
import { reportMissingCheckPort } from './report-missing-check-port.ts';
import { reportMissingReferences } from './report-missing-references.ts';
import { reportMissingServers } from './report-missing-servers.ts';
import { reportMissingTimeouts } from './report-missing-timeouts.ts';
import { reportServerProtocols } from './report-server-protocols.ts';
import { reportServerTls } from './report-server-tls.ts';
import { reportSourceHeaders } from './report-source-headers.ts';
import { reportTcpCookies } from './report-tcp-cookies.ts';
import { reportUncheckedServers } from './report-unchecked-servers.ts';
import { reportUnreachableRules } from './report-unreachable-rules.ts';
import { reportUnresolvedServers } from './report-unresolved-servers.ts';
import { reportUnsupportedRules } from './report-unsupported-rules.ts';
import { reportUnsupportedTraffic } from './report-unsupported-traffic.ts';
import { resolveHealthchecks } from './resolve-healthchecks.ts';
import { resolveTracking } from './resolve-tracking.ts';

export type { CheckPass, PassReport } from './pass.ts';

/** In order of running. */
export const passes: readonly CheckPass[] = [
  httpSettings,
  logFallback,
  reportMissingBinds,
  reportHttpRulesWithoutHttpchk,
  reportUnusedExternalCheck,
  reportMissingBackends,
  reportIdleServers,
  reportMissingServers,
  reportFormats,
  reportMissingReferences,
  reportEmailAlerts,
  reportMissingTimeouts,
  reportTcpRulesWithoutTcpCheck,
  reportMissingLogTargets,
  reportLostCheckRequest,
  httpRules,
  httpForwarding,
  reportUnsupportedRules,
  reportDuplicateServers,
  reportBindTls,
  reportServerTls,
  reportTcpCookies,
  reportSourceHeaders,
  reportUnsupportedTraffic,
  reportUnusedMailers,
  resolveTracking,
  resolveHealthchecks,
  reportServerProtocols,
  reportExternalChecks,
  reportCheckProtocols,
  reportMissingCheckPort,
  reportUncheckedServers,
  reportUnreachableRules,
  reportBoundTwice,
  reportDescriptorLimit,
  reportUnresolvedServers,
];

/** Runs every pass over a draft whose lines had no error. */
export async function runPasses(config: ConfigDraft, log: DiagnosticLog): Promise<void> {
  const report: PassReport = ({ severity, message, ...rest }) =>
    log.add({ severity: severity ?? 'alert', message: `config : ${message}`, ...rest });
  for (let position = 0; position < passes.length; position++) {
    const pass = passes[position]!;
    if (pass.last && log.mistakes > 0) return;
    await pass.run?.(config, report);
    if (pass.proxy === undefined) continue;
    const group: CheckPass[] = [];
    for (; passes[position]?.proxy !== undefined; position++) group.push(passes[position]!);
    position--;
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled) continue;
      for (const each of group) each.proxy?.(proxy, config, report);
    }
  }
}
