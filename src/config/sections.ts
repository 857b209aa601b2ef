/** Lines that begin a section: what they take, and the draft they make. */
import { inherit, inheritLatest } from './defaults-inheritance.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { openForeign } from './foreign-opening.ts';
import { foreignSections } from './foreign-sections.ts';
import type { Line, SectionKind, Word } from './keyword.ts';
import { listenAddresses } from './keywords/listen-addresses.ts';
import type { ReportLine } from './line-report.ts';
import { proxiesNamed } from './proxy-index.ts';
import { bindSectionAddress, reportOldAddress } from './section-addresses.ts';
import { checkName, newDraft, proxyKindText, reportExtraArgument, type SectionState } from './section-draft.ts';

export const proxySectionNames: readonly Exclude<SectionKind, 'global'>[] = [
  'listen',
  'frontend',
  'backend',
  'defaults',
];

/** Every word that begins a section, for did-you-mean. */
export const sectionNames: readonly string[] = ['global', ...proxySectionNames, ...foreignSections.keys()];

const openingWords: ReadonlySet<string> = new Set(sectionNames);

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
