/** Makes the real directives of what servers' invented words say (see keywords/server-invented-parameters.ts). */
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { type Fix, quoteWords, type TextEdit } from './fix.ts';
import type { InventedCheck } from './invented-check.ts';
import { unknownParameter } from './keywords/server-invented-parameters.ts';
import { readProxyLine } from './reader.ts';
import type { ServerDraft } from './server-draft.ts';

/** Lines of a backend that choose another check than one by HTTP. */
const OTHER_CHECKS = [
  'tcp-check',
  'ssl-hello-chk',
  'mysql-check',
  'pgsql-check',
  'ldap-check',
  'redis-check',
  'smtpchk',
  'spop-check',
];

/**
 * Adds to every backend what its servers say in words HAProxy does not have, by reading the real lines at its end, and warns. Where
 * the servers or the backend say different things it is an error.
 */
export function applyInventedChecks(config: ConfigDraft, log: DiagnosticLog): void {
  for (const proxy of config.proxies) {
    const teller = proxy.servers.find((server) => server.settings.invented !== undefined);
    const invented = teller?.settings.invented;
    if (teller === undefined || invented === undefined) continue;
    const conflict = disagreement(proxy, teller, invented) ?? contradiction(proxy, invented);
    const lines = conflict === undefined ? directives(proxy, invented) : [];
    const { file, line } = invented.first.span;
    const quoted = lines.map((words) => `"${quoteWords(words)}"`);
    const taken =
      lines.length === 0
        ? `'${proxy.name}' says it already; remove it here.`
        : `Taken for every server of '${proxy.name}' as ${quoted.join(' and ')}, on lines of their own.`;
    const fix = conflict === undefined ? realLines(proxy, lines) : undefined;
    log.add({
      code: conflict === undefined ? 'invented-keyword' : 'unknown-keyword',
      severity: conflict === undefined ? 'warning' : 'alert',
      message: `config : [${file}:${line}] : 'server ${proxy.name}/${teller.name}' : ${unknownParameter(invented.first.text)}`,
      span: invented.first.span,
      parsing: true,
      help: conflict ?? taken,
      ...(fix === undefined ? {} : { fix }),
    });
    for (const words of lines) {
      const line = { file, number: invented.first.span.line, prefix: undefined };
      readProxyLine({ ...line, words: words.map((text) => ({ text, span: invented.first.span })) }, proxy, config, log);
    }
  }
}

/** A check is the whole backend's: what servers say must be the same. */
function disagreement(proxy: ProxyDraft, teller: ServerDraft, invented: InventedCheck): string | undefined {
  const other = proxy.servers.find(({ settings }) => {
    if (!settings.check.enabled && settings.invented === undefined) return false;
    return meaningOf(settings.invented) !== meaningOf(invented);
  });
  if (other === undefined) return undefined;
  return (
    `All servers of a backend are checked alike, and '${other.name}' does not say what '${teller.name}' says: ` +
    `write one ${exampleFor(invented)} in '${proxy.name}', or part the servers into two backends.`
  );
}

function meaningOf(invented: InventedCheck | undefined): string {
  const { method, uri, version, expect, timeout } = invented ?? {};
  return JSON.stringify([method, uri, version, expect, timeout]);
}

function exampleFor({ method, uri, expect, timeout }: InventedCheck): string {
  if (uri !== undefined || method !== undefined) return `"option httpchk ${method ?? 'GET'} ${uri ?? '/'}"`;
  return expect !== undefined ? `"http-check expect ${quoteWords(expect)}"` : `"timeout check ${timeout}"`;
}

/** What the section itself says otherwise; what it took over from `defaults` counts no more than for real directives. */
function contradiction(proxy: ProxyDraft, invented: InventedCheck): string | undefined {
  const { written, settings } = proxy;
  const byHttp = invented.uri !== undefined || invented.method !== undefined;
  const other = OTHER_CHECKS.find((name) => written.has(`option ${name}`));
  if ((byHttp || invented.expect !== undefined) && other !== undefined) {
    return `'${proxy.name}' has "option ${other}", which says otherwise.`;
  }
  const own = ownRequest(proxy);
  for (const key of ['method', 'uri', 'version'] as const) {
    if (invented[key] === undefined || own[key] === undefined || own[key] === invented[key]) continue;
    return `'${proxy.name}' has a request of its own, which says otherwise (${own[key]}).`;
  }
  if (invented.expect !== undefined) {
    if (!byHttp && settings.check.selected.kind !== 'http') {
      return (
        `Nothing says that '${proxy.name}' is checked by HTTP: write "option httpchk GET /" there; ` +
        'for other protocols there is "option tcp-check" with "tcp-check expect".'
      );
    }
    if (written.has('http-check rules') && settings.check.expect.length > 0) {
      return `'${proxy.name}' has "http-check expect" already.`;
    }
  }
  if (invented.timeout !== undefined && written.has('timeout check')) {
    return `'${proxy.name}' has "timeout check" already.`;
  }
  return undefined;
}

/** What the section's own lines say about the request. */
function ownRequest(proxy: ProxyDraft): Pick<InventedCheck, 'method' | 'uri' | 'version'> {
  const own = proxy.written.has('option httpchk') || proxy.written.has('http-check send');
  return own ? (proxy.settings.check.request ?? {}) : {};
}

function directives(proxy: ProxyDraft, invented: InventedCheck): readonly (readonly string[])[] {
  const lines: string[][] = [];
  const own = ownRequest(proxy);
  const news = (['method', 'uri', 'version'] as const).some(
    (key) => invented[key] !== undefined && own[key] === undefined,
  );
  if (news) {
    const version = invented.version ?? own.version;
    const request = [invented.method ?? own.method ?? 'GET', invented.uri ?? own.uri ?? '/'];
    lines.push(['option', 'httpchk', ...request, ...(version === undefined ? [] : [version])]);
  }
  if (invented.expect !== undefined) lines.push(['http-check', 'expect', ...invented.expect]);
  if (invented.timeout !== undefined) lines.push(['timeout', 'check', invented.timeout]);
  return lines;
}

/** The words off the servers' lines, and the directives below the section's first line. Words in `defaults` serve others too. */
function realLines(proxy: ProxyDraft, lines: readonly (readonly string[])[]): Fix | undefined {
  const spans = new Map(
    proxy.servers
      .flatMap(({ settings }) => settings.invented?.spans ?? [])
      .map((span) => [`${span.file}:${span.line}:${span.start}`, span]),
  );
  const { file, line } = proxy.place;
  if ([...spans.values()].some((span) => span.file !== file || span.line < line)) return undefined;
  const texts = lines.map(quoteWords);
  const removed = [...spans.values()].map((span): TextEdit => ({ kind: 'remove', span }));
  const added: TextEdit[] = texts.length === 0 ? [] : [{ kind: 'insert', file, line, lines: texts, inSection: true }];
  const title = texts.length === 0 ? 'Remove it' : `Write ${texts.map((text) => `"${text}"`).join(' and ')}`;
  return { title, edits: [...removed, ...added] };
}
