/** Lines that begin a section: what they take, and the draft they make. */
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { foreignSections } from './foreign-sections.ts';
import type { SectionKind, Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import { notSupportedYet } from './not-supported.ts';
import { newProxySettings } from './settings.ts';

/** Where the lines that follow belong. */
export type SectionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'global' }
  | { readonly kind: 'proxy'; readonly draft: ProxyDraft }
  | { readonly kind: 'foreign'; readonly name: string }
  /** Inside of an `.if` block, which hapax refused; `depth` of them are open, and `before` stood outside. */
  | { readonly kind: 'conditional'; readonly depth: number; readonly before: SectionState }
  /** Lines of a section hapax refused as a whole: nothing more is said about them. */
  | { readonly kind: 'skipped' }
  /** HAProxy lost the section (`frontend f :80`) and refuses each of its lines. */
  | { readonly kind: 'broken' };

export const proxySectionNames: readonly Exclude<SectionKind, 'global'>[] = [
  'listen',
  'frontend',
  'backend',
  'defaults',
];

/** Every word that begins a section, for did-you-mean. */
export const sectionNames: readonly string[] = ['global', ...proxySectionNames, ...foreignSections.keys()];

/** What the section of a proxy is called in messages: a listen is a `proxy`. */
export function proxyKindText(kind: ProxyDraft['kind']): string {
  return kind === 'listen' ? 'proxy' : kind;
}

/** The state after a line that begins a section; undefined when it begins none. */
export function openSection(words: readonly Word[], config: ConfigDraft, report: ReportLine): SectionState | undefined {
  const name = words[0]!.text;
  if (name === 'global') {
    if (words.length > 1) reportExtraArgument('global', words[1]!, report);
    return { kind: 'global' };
  }
  const proxyKind = proxySectionNames.find((kind) => kind === name);
  if (proxyKind === 'defaults') return openDefaults(words, config, report);
  if (proxyKind !== undefined) return openProxy(proxyKind, words, config, report);
  return openForeign(words, config, report);
}

function openForeign(words: readonly Word[], config: ConfigDraft, report: ReportLine): SectionState | undefined {
  const section = foreignSections.get(words[0]!.text);
  if (section === undefined) return undefined;
  if (section.unnamed !== '' && (words[1]?.text ?? '') === '') {
    const tight = section.name === 'userlist' || section.name === 'fcgi-app';
    report({ code: 'missing-name', message: section.unnamed, tight });
    return { kind: 'skipped' };
  }
  if (section.support === 'not-yet') {
    report({
      code: 'not-supported-yet',
      message: notSupportedYet(`section '${section.name}'`),
      word: words[0],
      help: section.instead,
    });
    return { kind: 'skipped' };
  }
  if (words.length > 2) reportExtraArgument(section.name, words[2]!, report);
  reportForeignDuplicate(section.name, words[1], config, report);
  return { kind: 'foreign', name: section.name };
}

/** HAProxy reads the first userlist of a name only, and says so. */
function reportForeignDuplicate(
  section: string,
  name: Word | undefined,
  config: ConfigDraft,
  report: ReportLine,
): void {
  const key = `${section} ${name?.text ?? ''}`;
  if (!config.foreign.has(key)) config.foreign.add(key);
  else if (section === 'userlist') {
    const message = `ignoring duplicated userlist '${name?.text}'.`;
    report({ code: 'duplicate-section', severity: 'warning', message, word: name, tight: true });
  }
}

function openDefaults(words: readonly Word[], config: ConfigDraft, report: ReportLine): SectionState {
  const named = words[1] !== undefined && words[1].text !== 'from';
  const name = named ? words[1]!.text : '';
  const fromAt = named ? 2 : 1;
  if (named) checkName('defaults', words[1]!, report);
  const draft = newDraft('defaults', name, words, config);
  config.defaults.push(draft);
  if (words[fromAt]?.text === 'from') inherit(draft, words[fromAt + 1], config, report);
  return { kind: 'proxy', draft };
}

function openProxy(
  kind: 'frontend' | 'backend' | 'listen',
  words: readonly Word[],
  config: ConfigDraft,
  report: ReportLine,
): SectionState {
  const name = words[1];
  if (name === undefined || name.text === '') {
    report({ code: 'missing-name', message: `'${kind}' expects an <id> argument`, word: words[0], fatal: true });
    return { kind: 'skipped' };
  }
  checkName(kind, name, report);
  const fromAt = words[2]?.text === 'from' && words[3] !== undefined ? 2 : undefined;
  const end = fromAt === undefined ? 2 : 4;
  const extra = words[end];
  if (extra !== undefined) {
    if (fromAt !== undefined) reportExtraArgument(kind, extra, report);
    reportOldAddress(kind, extra, report);
    // HAProxy loses the section here; its lines are read all the same, so that their mistakes are found too.
    if (config.strict) return { kind: 'broken' };
  }
  const draft = newDraft(kind, name.text, words, config);
  reportDuplicate(draft, config, report, name);
  if (fromAt !== undefined) inherit(draft, words[3], config, report);
  else inheritLatest(draft, config);
  config.proxies.push(draft);
  return { kind: 'proxy', draft };
}

function reportOldAddress(kind: string, word: Word, report: ReportLine): void {
  const address = /^(\*|\[?[0-9a-fA-F:.]*\]?):\d+(-\d+)?$/.test(word.text);
  report({
    code: 'address-on-section-line',
    message: "please use the 'bind' keyword for listening addresses.",
    word,
    help: address ? `Write "bind ${word.text}" on a line of its own below "${kind} ...".` : undefined,
  });
}

function reportExtraArgument(keyword: string, word: Word, report: ReportLine): void {
  report({
    code: 'unexpected-argument',
    message: `'${keyword}' cannot handle unexpected argument '${word.text}'.`,
    word,
  });
}

/** Names hold letters, digits and `-_.:`. */
function checkName(section: string, word: Word, report: ReportLine): void {
  const bad = /[^A-Za-z0-9\-_.:]/u.exec(word.text);
  if (bad === null) return;
  const message =
    section === 'defaults'
      ? `character '${bad[0]}' is not permitted in '${section}' name '${word.text}'.`
      : `character '${bad[0]}' is not permitted in '${section}' name '${word.text}'.`;
  report({ code: 'invalid-name', message, word });
}

function newDraft(kind: ProxyDraft['kind'], name: string, words: readonly Word[], config: ConfigDraft): ProxyDraft {
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
    useBackends: [],
    httpRules: [],
    written: new Map(),
    iid: 0,
    index: config.proxies.length,
  };
}

function inheritLatest(draft: ProxyDraft, config: ConfigDraft): void {
  const latest = config.defaults[config.defaults.length - 1];
  if (latest !== undefined) takeOver(draft, latest);
}

function inherit(draft: ProxyDraft, word: Word | undefined, config: ConfigDraft, report: ReportLine): void {
  const name = word?.text ?? '';
  const found = config.defaults.filter((each) => each !== draft && each.name === name && name !== '');
  const owner = `${proxyKindText(draft.kind)} '${draft.name}'`;
  if (found.length === 0) {
    report({
      code: 'unknown-defaults',
      message: `defaults section '${name}' not found for ${owner}.`,
      word,
      fatal: true,
      suggestFrom: config.defaults.map((each) => each.name),
    });
    return;
  }
  if (found.length > 1) {
    const [first, second] = found.map((each) => `${each.place.file}:${each.place.line}`);
    report({
      code: 'ambiguous-defaults',
      fatal: true,
      message: `ambiguous defaults section name '${name}' referenced by ${owner} exists at least at ${first} and ${second}.`,
      word,
    });
    return;
  }
  takeOver(draft, found[0]!);
}

/** A clone, so that what the section writes does not reach its defaults. */
function takeOver(draft: ProxyDraft, from: ProxyDraft): void {
  Object.assign(draft.settings, structuredClone(from.settings));
}

function reportDuplicate(draft: ProxyDraft, config: ConfigDraft, report: ReportLine, word: Word): void {
  const frontend = draft.kind !== 'backend';
  const backend = draft.kind !== 'frontend';
  const other = config.proxies.find(
    (each) =>
      each.name === draft.name && ((frontend && each.kind !== 'backend') || (backend && each.kind !== 'frontend')),
  );
  if (other === undefined) return;
  const { file, line } = draft.place;
  report({
    code: 'duplicate-proxy',
    message:
      `Parsing [${file}:${line}]: ${proxyKindText(draft.kind)} '${draft.name}' has the same name as ` +
      `${proxyKindText(other.kind)} '${other.name}' declared at ${other.place.file}:${other.place.line}.`,
    raw: true,
    word,
  });
}
