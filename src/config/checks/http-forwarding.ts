import { HAPAX_VERSION } from '../../version.ts';
import type { ProxyDraft } from '../draft.ts';
import { notSupportedYet } from '../not-supported.ts';
import { proxyKindText } from '../section-draft.ts';
import type { CheckPass, PassReport } from './pass.ts';

/** A proxy in mode http may serve the stats page and answer monitor-uri; forwarding HTTP is not built. */
export const httpForwarding: CheckPass = {
  name: 'http-forwarding',
  proxy(proxy, config, report) {
    if (proxy.settings.mode !== 'http') return;
    const names = proxy.kind === 'backend' ? [] : forwardsTo(proxy);
    // A backend without servers that has the stats page only answers itself.
    const pages = config.proxies.filter((each) => names.includes(each.name) && isPage(each));
    const targets = names.filter((name) => !pages.some((each) => each.name === name));
    const serves = [proxy, ...pages].some(
      ({ settings }) => settings.stats !== undefined || settings.monitorUri !== undefined,
    );
    const reached = config.proxies.some(
      (each) => each.kind !== 'backend' && !each.settings.disabled && forwardsTo(each).includes(proxy.name),
    );
    const hasServers = proxy.kind !== 'frontend' && proxy.servers.length > 0;
    if (targets.length > 0 || (hasServers && (proxy.kind === 'listen' || reached))) refuse(proxy, report);
    else if (proxy.kind === 'backend') return;
    else if (!serves && proxy.binds.length > 0) refuse(proxy, report);
    for (const rule of [...(proxy.rulesFrom?.httpRules ?? []), ...proxy.httpRules]) {
      report({
        code: 'not-supported-yet',
        message: `parsing [${rule.span.file}:${rule.span.line}] : ${notSupportedYet(`'${rule.name}'`)}`,
        span: rule.span,
      });
    }
  },
};

function isPage(proxy: ProxyDraft): boolean {
  return (
    proxy.kind === 'backend' &&
    proxy.settings.mode === 'http' &&
    proxy.settings.stats !== undefined &&
    proxy.servers.length === 0
  );
}

function forwardsTo(proxy: ProxyDraft): readonly string[] {
  const names = proxy.useBackends.filter((each) => !each.dynamic).map((each) => each.name);
  return proxy.settings.defaultBackend === undefined ? names : [...names, proxy.settings.defaultBackend.name];
}

function refuse(proxy: ProxyDraft, report: PassReport): void {
  const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
  const span = proxy.written.get('mode') ?? proxy.span;
  report({
    code: 'not-supported-yet',
    message:
      `parsing [${proxy.place.file}:${proxy.place.line}] : ${owner} would have to forward HTTP, which is not supported yet ` +
      `by hapax ${HAPAX_VERSION}.`,
    span,
    help: "Write 'mode tcp' in this proxy to forward its connections as they are.",
  });
}
