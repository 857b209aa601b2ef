/** Lines that begin a section: what they take, and the draft they make. */

import { copyData } from './copy-data.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { quoteWords, removeWords, type TextEdit } from './fix.ts';
import { foreignSections } from './foreign-sections.ts';
import type { Line, SectionKind, Word } from './keyword.ts';
import { parseBind } from './keywords/bind.ts';
import { listenAddresses } from './keywords/listen-addresses.ts';
import type { ReportLine } from './line-report.ts';
import { type MailersDraft, newMailersDraft } from './mailers.ts';
import { notSupportedYet } from './not-supported.ts';
import { proxiesNamed } from './proxy-index.ts';
import { newProxySettings } from './settings.ts';

/** Where the lines that follow belong. */
export type SectionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'global' }
  | { readonly kind: 'proxy'; readonly draft: ProxyDraft }
  | { readonly kind: 'mailers'; readonly draft: MailersDraft }
  | { readonly kind: 'healthcheck'; readonly draft: ProxyDraft }
  | { readonly kind: 'foreign'; readonly name: string }
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

const openingWords: ReadonlySet<string> = new Set(sectionNames);

/** What the section of a proxy is called in messages: a listen is a `proxy`. */
export function proxyKindText(kind: ProxyDraft['kind']): string {
  return kind === 'listen' ? 'proxy' : kind;
}

/** The state after a line that begins a section; undefined when it begins none. */
export function openSection(line: Line, config: ConfigDraft, report: ReportLine): SectionState | undefined {
  const { words } = line;
  const name = words[0]!.text;
  if (!openingWords.has(name)) return undefined;
  if (name === 'global') {
    if (words.length > 1) reportExtraArgument('global', words[1]!, report);
    return { kind: 'global' };
  }
  const proxyKind = proxySectionNames.find((kind) => kind === name);
  if (proxyKind === 'defaults') return openDefaults(words, config, report);
  if (proxyKind !== undefined) return openProxy(proxyKind, line, config, report);
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
    if (!section.read) return { kind: 'skipped' };
    checkName(section.name, words[1]!, report);
    return { kind: 'foreign', name: section.name };
  }
  if (words.length > 2 && (section.name === 'userlist' || section.name === 'cache')) {
    reportExtraArgument(section.name, words[2]!, report);
  }
  if (section.name === 'userlist' || section.name === 'mailers' || section.name === 'healthcheck') {
    checkName(section.name, words[1]!, report, section.name === 'userlist');
  }
  if (config.notes && section.because !== undefined) {
    const message = `section '${section.name}' has no effect: ${section.because}.`;
    report({ code: 'without-effect', severity: 'notice', message, word: words[0] });
  }
  reportForeignDuplicate(section.name, words[1], config, report);
  if (section.name === 'mailers') {
    const draft = newMailersDraft(words[1]!);
    config.mailers.set(draft.name, draft);
    return { kind: 'mailers', draft };
  }
  if (section.name === 'healthcheck') {
    const draft = newDraft('backend', words[1]!.text, words, config);
    if (!config.healthchecks.has(draft.name)) config.healthchecks.set(draft.name, draft);
    return { kind: 'healthcheck', draft };
  }
  return { kind: 'foreign', name: section.name };
}

/** HAProxy reads the first userlist of a name only, and says so; other sections must have names of their own. */
function reportForeignDuplicate(
  section: string,
  name: Word | undefined,
  config: ConfigDraft,
  report: ReportLine,
): void {
  if (name === undefined) return;
  const key = `${section} ${name.text}`;
  const first = config.foreign.get(key);
  if (first === undefined) {
    config.foreign.set(key, { file: name.span.file, line: name.span.line });
    return;
  }
  const code = 'duplicate-section';
  const where = `${first.file}:${first.line}`;
  if (section === 'userlist') {
    const message = `ignoring duplicated userlist '${name.text}'.`;
    report({ code, severity: 'warning', message, word: name, tight: true });
  } else if (section === 'mailers' || section === 'healthcheck') {
    const same = `${section} section '${name.text}' has the same name as another ${section} section declared at ${where}.`;
    report({ code, message: `Parsing [${name.span.file}:${name.span.line}]: ${same}`, word: name, raw: true });
  } else if (section === 'http-errors') {
    const message = `http-errors section '${name.text}' already exists (declared at ${where}).`;
    report({ code, message, word: name, tight: true });
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
  line: Line,
  config: ConfigDraft,
  report: ReportLine,
): SectionState {
  const { words } = line;
  const name = words[1];
  if (name === undefined || name.text === '') {
    report({ code: 'missing-name', message: `'${kind}' expects an <id> argument`, word: words[0], fatal: true });
    return { kind: 'skipped' };
  }
  checkName(kind, name, report);
  const fromAt = words[2]?.text === 'from' && words[3] !== undefined ? 2 : undefined;
  const end = fromAt === undefined ? 2 : 4;
  const extra = words[end];
  const readable = extra !== undefined && kind !== 'backend' && listenAddresses(extra.text, config).ok;
  if (extra !== undefined) {
    if (fromAt !== undefined && (config.strict || !readable)) reportExtraArgument(kind, extra, report);
    reportOldAddress(kind, words.slice(end), readable, config, report);
    // HAProxy loses the section here. Otherwise its lines are read, be it to find their mistakes too.
    if (config.strict) return { kind: 'broken' };
  }
  const draft = newDraft(kind, name.text, words, config);
  reportDuplicate(draft, config, report, name);
  if (fromAt !== undefined) inherit(draft, words[3], config, report);
  else inheritLatest(draft, config, report);
  config.proxies.push(draft);
  if (readable) bindSectionAddress(draft, line, words.slice(end), config, report);
  return { kind: 'proxy', draft };
}

/** `listen stats :9000`, as HAProxy read it up to 2.2: the address of a `bind` line. A backend has none. */
function reportOldAddress(
  kind: 'frontend' | 'backend' | 'listen',
  words: readonly Word[],
  readable: boolean,
  config: ConfigDraft,
  report: ReportLine,
): void {
  const written = words.map((word) => word.text).join(' ');
  if (kind === 'backend') {
    // HAProxy says nothing here, and refuses the lines of the section.
    if (config.strict) return;
    const rest = removeWords(words[0]!, words.at(-1)!);
    report({
      fix: rest,
      code: 'address-on-section-line',
      message: `'backend' cannot handle unexpected argument '${words[0]!.text}'.`,
      word: words[0],
      help: 'A backend takes connections from frontends alone; a "listen" section has addresses of its own.',
    });
    return;
  }
  const [first, last] = [words[0]!, words.at(-1)!];
  const { file, line } = first.span;
  const bind = `bind ${quoteWords(words.map((word) => word.text))}`;
  const below: TextEdit = { kind: 'insert', file, line, lines: [bind], inSection: true };
  report({
    ...(readable ? { fix: { title: `Write "${bind}"`, edits: [...removeWords(first, last).edits, below] } } : {}),
    code: 'address-on-section-line',
    severity: readable && !config.strict ? 'warning' : 'alert',
    message: "please use the 'bind' keyword for listening addresses.",
    word: words[0],
    until: words[words.length - 1],
    help: readable ? `Write "bind ${written}" on a line of its own below "${kind} ...".` : undefined,
  });
}

/** Reads what follows the name of a section as a `bind` line. */
function bindSectionAddress(
  draft: ProxyDraft,
  line: Line,
  args: readonly Word[],
  config: ConfigDraft,
  report: ReportLine,
): void {
  let failed = false;
  parseBind({
    line: { ...line, words: [line.words[0]!, ...args] },
    args,
    section: draft.kind,
    draft,
    config,
    strict: config.strict,
    failed: () => failed,
    report: (problem) => {
      if ((problem.severity ?? 'alert') === 'alert') failed = true;
      report(problem);
    },
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
function checkName(section: string, word: Word, report: ReportLine, tight = false): void {
  const bad = /[^A-Za-z0-9\-_.:]/u.exec(word.text);
  if (bad === null) return;
  const message = `character '${bad[0]}' is not permitted in '${section}' name '${word.text}'.`;
  report({ code: 'invalid-name', message, word, tight });
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

function inheritLatest(draft: ProxyDraft, config: ConfigDraft, report: ReportLine): void {
  const latest = config.defaults[config.defaults.length - 1];
  if (latest !== undefined) takeOver(draft, latest, 'implicit', report);
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
  takeOver(draft, found[0]!, 'explicit', report);
}

/** A clone, so that what the section writes does not reach its defaults. */
function takeOver(draft: ProxyDraft, from: ProxyDraft, way: 'implicit' | 'explicit', report: ReportLine): void {
  Object.assign(draft.settings, copyData(from.settings));
  from.taken ??= {};
  const complaint = rulesComplaint(draft, from);
  if (complaint !== undefined) {
    report({ code: 'rules-in-defaults', message: complaint, tight: true, fatal: true });
  }
  draft.rulesFrom = from;
  from.taken[way] = true;
  if (!from.taken.implicit || !from.taken.explicit) return;
  // HAProxy calls this an alert, and goes on.
  const { file, line } = from.place;
  report({
    code: 'defaults-used-both-ways',
    harmless: true,
    message:
      `defaults section '${from.name}' (declared at ${file}:${line}) is explicitly referenced by another proxy and implicitly ` +
      "used here. To avoid any ambiguity don't mix both usage. Add a last defaults section not explicitly used or always use " +
      'explicit references.',
  });
}

/** Rules of a `defaults` section go to frontends or to backends, not to both. HAProxy ends at once where they do. */
function rulesComplaint({ kind }: ProxyDraft, from: ProxyDraft): string | undefined {
  const { taken = {}, tcpRules } = from;
  if (kind === 'frontend') taken.frontend = true;
  if (kind === 'backend') taken.backend = true;
  if (tcpRules.length === 0 && from.httpRules.length === 0) return undefined;
  const at = ` (defaults section at ${from.place.file}:${from.place.line}).`;
  const refused = `a ${kind} section cannot inherit from a defaults section defining`;
  const has = (where: string) => tcpRules.some((rule) => rule.where === where);
  if (kind === 'listen') return `${refused} TCP/HTTP rules.`;
  if (kind === 'defaults') return `${refused} TCP/HTTP rules${at}`;
  if (taken.frontend && taken.backend) {
    return `frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules${at}`;
  }
  if (kind === 'frontend' && has('response')) return `${refused} 'tcp-response content' rules${at}`;
  if (kind === 'backend' && (has('connection') || has('session'))) {
    return `${refused} 'tcp-request connection' or 'tcp-request session' rules${at}`;
  }
  return undefined;
}

function reportDuplicate(draft: ProxyDraft, config: ConfigDraft, report: ReportLine, word: Word): void {
  const frontend = draft.kind !== 'backend';
  const backend = draft.kind !== 'frontend';
  const other = proxiesNamed(config.proxies, draft.name).find(
    (each) => (frontend && each.kind !== 'backend') || (backend && each.kind !== 'frontend'),
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
