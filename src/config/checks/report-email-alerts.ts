import { suggest } from '../suggest.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** `email-alert` says from whom, to whom and through which mailers, or is as good as not written. */
export const reportEmailAlerts: CheckPass = {
  name: 'report-email-alerts',
  proxy(proxy, config, report) {
    const { emailAlert } = proxy.settings;
    if (emailAlert === undefined) return;
    const { from, to, mailers } = emailAlert;
    if (from === undefined || to === undefined || mailers === undefined) {
      const message =
        `'email-alert' will be ignored for ${ownerText(proxy)} (the presence any of 'email-alert from', 'email-alert level' ` +
        "'email-alert mailers', 'email-alert myhostname', or 'email-alert to' requires each of 'email-alert from', " +
        "'email-alert mailers' and 'email-alert to' to be present).";
      report({ code: 'incomplete-email-alert', severity: 'warning', message, span: mailers?.span ?? proxy.span });
      return;
    }
    if (config.mailers.has(mailers.name)) return;
    const near = suggest(mailers.name, [...config.mailers.keys()]);
    report({
      code: 'missing-mailers',
      message: `Proxy '${proxy.name}': unable to find mailers '${mailers.name}'.`,
      span: mailers.span,
      ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
    });
  },
};

/** A section of mailers no `email-alert` names. */
export const reportUnusedMailers: CheckPass = {
  name: 'report-unused-mailers',
  run(config, report) {
    const used = new Set<string>();
    for (const { settings } of config.proxies) {
      const { from, to, mailers } = settings.emailAlert ?? {};
      if (settings.disabled || from === undefined || to === undefined || mailers === undefined) continue;
      used.add(mailers.name);
    }
    for (const { name, span } of config.mailers.values()) {
      if (used.has(name)) continue;
      const message = `Removing incomplete section 'mailers ${name}'.`;
      report({ code: 'unused-mailers', severity: 'warning', message, span });
    }
  },
};
