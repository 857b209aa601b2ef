/** What a section takes over from `defaults`. */
import { copyData } from './copy-data.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import { proxyKindText } from './section-draft.ts';

/** Without `from` a section takes over the last `defaults` above it. */
export function inheritLatest(draft: ProxyDraft, config: ConfigDraft, report: ReportLine): void {
  const latest = config.defaults[config.defaults.length - 1];
  if (latest !== undefined) takeOver(draft, latest, 'implicit', report);
}

/** `from NAME`. */
export function inherit(draft: ProxyDraft, word: Word | undefined, config: ConfigDraft, report: ReportLine): void {
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
