import { proxyKindText } from '../sections.ts';
import type { CheckPass } from './pass.ts';

const logOptions = ['option httplog', 'option httpslog', 'option tcplog'];

function writtenHere(written: ReadonlyMap<string, unknown>): boolean {
  return logOptions.some((name) => written.has(name));
}

/** `option httplog` outside of mode http becomes `option tcplog`. */
export const logFallback: CheckPass = {
  name: 'log-fallback',
  proxy(proxy, _config, report) {
    const { log, mode } = proxy.settings;
    // A backend does not take a log format over from its defaults.
    if (proxy.kind === 'backend' && !writtenHere(proxy.written)) log.line = 'default';
    if (log.line !== 'http' || mode === 'http') return;
    log.line = 'tcp';
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    const option = log.lineOption ?? 'httplog';
    const message = `'option ${option}' not usable with ${owner} (needs 'mode http'). Falling back to 'option tcplog'.`;
    const span = log.lineSpan;
    report({
      code: 'log-line-fallback',
      severity: 'warning',
      message: span === undefined ? message : `parsing [${span.file}:${span.line}] : ${message}`,
      ...(span === undefined ? {} : { span }),
      help: "Write 'option tcplog' in this proxy.",
    });
  },
};

/** A form for log lines is pointless where no line is sent. */
export const reportMissingLogTargets: CheckPass = {
  name: 'missing-log-targets',
  proxy(proxy, _config, report) {
    const { log, formats } = proxy.settings;
    if (formats.lineIsEmpty || log.line === 'default' || log.targets.length > 0 || proxy.kind === 'backend') return;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    report({
      code: 'no-log-target',
      severity: 'warning',
      message: `log format ignored for ${owner} since it has no log address.`,
      ...(log.lineSpan === undefined ? {} : { span: log.lineSpan }),
    });
  },
};
