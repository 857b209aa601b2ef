import { proxyKindText } from '../sections.ts';
import type { CheckPass } from './pass.ts';

/** `option httplog` outside of mode http becomes `option tcplog`; a log line without a target is pointless. */
export const logLines: CheckPass = {
  name: 'log-lines',
  proxy(proxy, config, report) {
    const { log, mode } = proxy.settings;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    const span = log.lineSpan;
    if (log.line === 'http' && mode !== 'http') {
      log.line = 'tcp';
      const where = span === undefined ? '' : `parsing [${span.file}:${span.line}] : `;
      const message = `'option ${log.lineOption ?? 'httplog'}' not usable with ${owner} (needs 'mode http'). Falling back to 'option tcplog'.`;
      report({
        code: 'log-line-fallback',
        severity: 'warning',
        message: `${where}${message}`,
        ...(span === undefined ? {} : { span }),
        help: "Write 'option tcplog' in this proxy.",
      });
    }
    const targets = log.targets.length + (log.global ? config.global.logs.length : 0);
    if (log.line !== 'default' && targets === 0 && proxy.kind !== 'backend') {
      report({
        code: 'no-log-target',
        severity: 'warning',
        message: `log format ignored for ${owner} since it has no log address.`,
        ...(span === undefined ? {} : { span }),
      });
    }
  },
};
