import { proxyKindText } from '../sections.ts';
import type { CheckPass } from './pass.ts';

const logOptions = ['option httplog', 'option httpslog', 'option tcplog'];

function writtenHere(written: ReadonlyMap<string, unknown>): boolean {
  return logOptions.some((name) => written.has(name));
}

/** `option httplog` outside of mode http becomes `option tcplog`; a log line without a target is pointless. */
export const logLines: CheckPass = {
  name: 'log-lines',
  proxy(proxy, _config, report) {
    const { log, mode } = proxy.settings;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    const span = log.lineSpan;
    // A backend does not take a log format over from its defaults.
    const inherited = proxy.kind === 'backend' && !writtenHere(proxy.written);
    if (inherited) log.line = 'default';
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
    const targets = log.targets.length;
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
