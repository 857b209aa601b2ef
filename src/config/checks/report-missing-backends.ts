import type { ConfigDraft, ProxyDraft, Reference } from '../draft.ts';
import { backendNamed } from '../proxy-index.ts';
import { suggest } from '../suggest.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `default_backend` and `use_backend` name something that exists, takes connections on, and speaks the same mode. */
export const reportMissingBackends: CheckPass = {
  name: 'report-missing-backends',
  proxy(proxy, config, report) {
    const standard = proxy.settings.defaultBackend;
    // A backend has none of its own, but a name written there by mistake is looked up all the same.
    const meant = proxy.kind !== 'backend' || proxy.written.has('default_backend');
    if (standard !== undefined && meant) {
      checkReference(proxy, standard, 'default_backend', 'as its default backend', config, report);
    }
    for (const reference of proxy.useBackends) {
      if (reference.dynamic) continue;
      checkReference(proxy, reference, 'use_backend', "in a 'use_backend' rule", config, report);
    }
  },
};

function checkReference(
  proxy: ProxyDraft,
  reference: Reference,
  keyword: 'default_backend' | 'use_backend',
  role: string,
  config: ConfigDraft,
  report: PassReport,
): void {
  const target = backendNamed(config.proxies, reference.name);
  const { span } = reference;
  if (target === undefined) {
    const candidates = config.proxies.filter((each) => each.kind !== 'frontend');
    const near = suggest(
      reference.name,
      candidates.map((each) => each.name),
    );
    const message = `Proxy '${proxy.name}': unable to find required ${keyword}: '${reference.name}'.`;
    report({
      code: 'missing-backend',
      message,
      span,
      ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
    });
  } else if (target === proxy && keyword === 'default_backend') {
    const message = `Proxy '${proxy.name}': loop detected for default_backend: '${reference.name}'.`;
    report({ code: 'backend-loop', message, span });
  } else if (proxy.settings.mode === 'http' && target.settings.mode === 'tcp') {
    const places = [proxy, target].map((each) => `${each.place.file}:${each.place.line}`);
    const message =
      `http ${ownerText(proxy)} (${places[0]}) tries to use incompatible tcp ${ownerText(target)} ` +
      `(${places[1]}) ${role} (see 'mode').`;
    report({ code: 'mode-mismatch', message, span });
  }
}
