/** Lines that begin a section which is no proxy: lists, caches, mailers and the like. */
import type { ConfigDraft } from './draft.ts';
import { newFcgiAppDraft } from './fcgi-app.ts';
import { foreignSections } from './foreign-sections.ts';
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import { newMailersDraft } from './mailers.ts';
import { notSupportedYet } from './not-supported.ts';
import { checkName, newDraft, reportExtraArgument, type SectionState } from './section-draft.ts';

/** The state after the line of a section that is no proxy's; undefined when there is none of that name. */
export function openForeign(words: readonly Word[], config: ConfigDraft, report: ReportLine): SectionState | undefined {
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
  if (words.length > 2 && (section.name === 'userlist' || section.name === 'cache' || section.name === 'fcgi-app')) {
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
  if (section.name === 'fcgi-app') {
    const draft = newFcgiAppDraft(words[1]!);
    if (!config.fcgiApps.has(draft.name)) config.fcgiApps.set(draft.name, draft);
    return { kind: 'fcgi-app', draft };
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
  } else if (section === 'fcgi-app') {
    const same = `fcgi-app section '${name.text}' has the same name as another one declared at ${where}.`;
    report({ code, message: `Parsing [${name.span.file}:${name.span.line}]: ${same}`, word: name, raw: true });
  } else if (section === 'http-errors') {
    const message = `http-errors section '${name.text}' already exists (declared at ${where}).`;
    report({ code, message, word: name, tight: true });
  }
}
