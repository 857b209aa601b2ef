import type { ConfigDraft, ProxyDraft } from '../draft.ts';
import { type Fix, fixed, removeLine } from '../fix.ts';
import { proxyKindText } from '../section-draft.ts';
import type { CheckPass } from './pass.ts';

const logOptions = ['option httplog', 'option httpslog', 'option tcplog'];

function writtenHere(written: ReadonlyMap<string, unknown>): boolean {
  return logOptions.some((name) => written.has(name));
}

/** Every proxy whose line comes from where this one's does: of itself, or of the same `defaults`. */
function sharers({ settings }: ProxyDraft, config: ConfigDraft): readonly ProxyDraft[] {
  const { file, line } = settings.log.lineSpan ?? {};
  return config.proxies.filter(({ settings: { log } }) => log.lineSpan?.file === file && log.lineSpan?.line === line);
}

/** `option httplog` becomes `option tcplog`, where no proxy in mode http needs it. */
function tcplog(proxy: ProxyDraft, config: ConfigDraft): Fix | undefined {
  const span = proxy.settings.log.lineSpan;
  if (span === undefined || sharers(proxy, config).some(({ settings }) => settings.mode === 'http')) return undefined;
  return { title: 'Write "option tcplog"', edits: [{ kind: 'replace', span, text: 'tcplog' }] };
}

/** The form of a line nobody sends goes, where none of those it serves has a log. */
function withoutForm(proxy: ProxyDraft, config: ConfigDraft): Fix | undefined {
  const span = proxy.settings.log.lineSpan;
  const idle = sharers(proxy, config).every((each) => each.settings.log.targets.length === 0);
  return span === undefined || !idle ? undefined : removeLine(span);
}

/** `option httplog` outside of mode http becomes `option tcplog`. */
export const logFallback: CheckPass = {
  name: 'log-fallback',
  proxy(proxy, config, report) {
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
      ...fixed(tcplog(proxy, config)),
    });
  },
};

/** A form for log lines is pointless where no line is sent. */
export const reportMissingLogTargets: CheckPass = {
  name: 'missing-log-targets',
  proxy(proxy, config, report) {
    const { log, formats } = proxy.settings;
    if (formats.lineIsEmpty || log.line === 'default' || log.targets.length > 0 || proxy.kind === 'backend') return;
    const owner = `${proxyKindText(proxy.kind)} '${proxy.name}'`;
    report({
      code: 'no-log-target',
      severity: 'warning',
      message: `log format ignored for ${owner} since it has no log address.`,
      ...(log.lineSpan === undefined ? {} : { span: log.lineSpan }),
      ...fixed(withoutForm(proxy, config)),
    });
  },
};
