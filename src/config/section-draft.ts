/** What every section begins with: its name, and a draft that its lines fill. */
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import type { FcgiAppDraft } from './fcgi-app.ts';
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import type { MailersDraft } from './mailers.ts';
import { newProxySettings } from './settings.ts';

/** Where the lines that follow belong. */
export type SectionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'global' }
  | { readonly kind: 'proxy'; readonly draft: ProxyDraft }
  | { readonly kind: 'mailers'; readonly draft: MailersDraft }
  | { readonly kind: 'fcgi-app'; readonly draft: FcgiAppDraft }
  | { readonly kind: 'healthcheck'; readonly draft: ProxyDraft }
  | { readonly kind: 'foreign'; readonly name: string }
  /** Lines of a section hapax refused as a whole: nothing more is said about them. */
  | { readonly kind: 'skipped' }
  /** HAProxy lost the section (`frontend f :80`) and refuses each of its lines. */
  | { readonly kind: 'broken' };

/** What the section of a proxy is called in messages: a listen is a `proxy`. */
export function proxyKindText(kind: ProxyDraft['kind']): string {
  return kind === 'listen' ? 'proxy' : kind;
}

/** The line of a section has a word too many. */
export function reportExtraArgument(keyword: string, word: Word, report: ReportLine): void {
  report({
    code: 'unexpected-argument',
    message: `'${keyword}' cannot handle unexpected argument '${word.text}'.`,
    word,
  });
}

/** Names hold letters, digits and `-_.:`. */
export function checkName(section: string, word: Word, report: ReportLine, tight = false): void {
  const bad = /[^A-Za-z0-9\-_.:]/u.exec(word.text);
  if (bad === null) return;
  const message = `character '${bad[0]}' is not permitted in '${section}' name '${word.text}'.`;
  report({ code: 'invalid-name', message, word, tight });
}

/** An empty section of this kind; `words` are its line's. */
export function newDraft(
  kind: ProxyDraft['kind'],
  name: string,
  words: readonly Word[],
  config: ConfigDraft,
): ProxyDraft {
  const { file, line } = words[0]!.span;
  const last = words[words.length - 1]!.span;
  return {
    kind,
    name,
    place: { file, line },
    span: { file, line, start: words[0]!.span.start, end: last.end },
    settings: newProxySettings(),
    binds: [],
    servers: [],
    acls: new Map(),
    references: [],
    useBackends: [],
    useServers: [],
    tcpRules: [],
    httpRules: [],
    ruleKinds: new Map(),
    monitorFail: [],
    written: new Map(),
    iid: 0,
    index: config.proxies.length,
  };
}
