/** The second pass: gives every line to its section's keywords. */

import type { DiagnosticLog } from './diagnostic-log.ts';
import { type ContextBase, findDefinition, type KeywordTable, runDefinition, secondWords } from './dispatch.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { readFcgiAppLine } from './fcgi-app.ts';
import { removeLine } from './fix.ts';
import { readForeignLine } from './foreign-lines.ts';
import { foreignSections } from './foreign-sections.ts';
import { healthcheckWords } from './healthcheck-lines.ts';
import type { KeywordDefinition, Line, SectionKind, Word } from './keyword.ts';
import { globalTable, proxyTable } from './keywords/index.ts';
import type { LexedLine } from './lexer.ts';
import { reportLineProblem } from './line-problems.ts';
import { type LineReporter, lineReporter } from './line-report.ts';
import { readMailersLine } from './mailers.ts';
import { proxyKindText, type SectionState } from './section-draft.ts';
import { openSection, sectionNames } from './sections.ts';
import { suggest } from './suggest.ts';

/** HAProxy stops reading a file at this many bad lines. */
const MAX_BAD_LINES = 50;

const NEGATABLE_LIST =
  'options, log, busy-polling, set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping';
const negatableWords: ReadonlySet<string> = new Set([
  'option',
  'log',
  'busy-polling',
  'set-dumpable',
  'strict-limits',
  'insecure-fork-wanted',
  'numa-cpu-mapping',
]);

/** Reads one file's lines into the draft. Sections do not reach over from one file to the next; `defaults` do. */
export function readFile(file: string, lines: readonly LexedLine[], config: ConfigDraft, log: DiagnosticLog): void {
  let state: SectionState = { kind: 'none' };
  let badLines = 0;
  let pastGlobal = false;
  for (const lexed of lines) {
    if (badLines >= MAX_BAD_LINES) {
      log.add({
        code: 'too-many-errors',
        severity: 'alert',
        message: `config : parsing [${file}:${lexed.number}]: too many fatal errors (${MAX_BAD_LINES}), stopping now.`,
        parsing: true,
        span: { file, line: lexed.number, start: 0, end: 0 },
      });
      return;
    }
    // HAProxy stops at what it takes for mistakes.
    const count = () => (config.strict ? log.mistakes : log.alerts);
    const before = count();
    if (lexed.problem !== undefined) reportLineProblem(log, file, lexed.number, lexed.problem, config.strict);
    else if (lexed.line !== undefined) {
      if (pastGlobal && lexed.line.words[0]!.text === 'global') reportLateGlobal(lexed.line, log);
      state = readLine(lexed.line, state, config, log);
      pastGlobal ||= state.kind !== 'none' && state.kind !== 'global';
    }
    if (log.ended) return;
    if (count() > before) badLines++;
  }
}

/** Told under `-dD`. */
function reportLateGlobal({ file, number, words }: Line, log: DiagnosticLog): void {
  log.add({
    code: 'late-global',
    severity: 'diag',
    message: `config : parsing [${file}:${number}] : global section detected after a non-global one, the prevalence of their statements is unspecified`,
    span: words[0]!.span,
    parsing: true,
    help: 'Write what it says into the "global" section at the top of the file.',
  });
}

function readLine(line: Line, state: SectionState, config: ConfigDraft, log: DiagnosticLog): SectionState {
  const reporter = lineReporter(line, log, config.strict);
  const first = line.words[0]!;
  if (line.prefix !== undefined && !negatableWords.has(first.text)) {
    const message = `negation/default currently supported only for ${NEGATABLE_LIST}.`;
    reporter.report({ code: 'not-negatable', message, tight: true });
  }
  const opened = openSection(line, config, reporter.report);
  if (opened !== undefined) return opened;
  switch (state.kind) {
    case 'none':
      reporter.report({
        code: 'out-of-section',
        message: `unknown keyword '${first.text}' out of section.`,
        word: first,
        tight: true,
        suggestFrom: sectionNames,
      });
      break;
    case 'broken':
      reporter.report({ code: 'out-of-section', message: "'listen' or 'defaults' expected.", word: first });
      break;
    case 'mailers':
      readForeign('mailers', line.words, reporter, () =>
        readMailersLine(state.draft, line.words, config, reporter.report),
      );
      break;
    case 'fcgi-app':
      readForeign('fcgi-app', line.words, reporter, () =>
        readFcgiAppLine(state.draft, line.words, line.prefix, reporter.report),
      );
      break;
    case 'healthcheck':
      readForeign('healthcheck', line.words, reporter, () => {
        const words = healthcheckWords(line.words, reporter.report);
        if (words !== undefined) readProxy({ ...line, words }, state.draft, config, reporter);
      });
      break;
    case 'foreign':
      readForeign(state.name, line.words, reporter, () => readForeignLine(state.name, line.words, reporter.report));
      break;
    case 'global':
      readGlobal(line, config, reporter);
      break;
    case 'proxy':
      readProxy(line, state.draft, config, reporter);
      break;
    default:
  }
  return state;
}

/** A line of a section that is no proxy; `read` is for those that begin with a word it knows. */
function readForeign(name: string, words: readonly Word[], reporter: LineReporter, read: () => void): void {
  const section = foreignSections.get(name)!;
  const first = words[0]!;
  if (section.words.includes(first.text)) {
    read();
    return;
  }
  const shown = section.shownAs ?? name;
  const message = `unknown keyword '${first.text}' in '${shown}' section`;
  reporter.report({
    code: 'unknown-keyword',
    message,
    word: first,
    tight: shown === 'users' || shown === 'fcgi-app',
    suggestFrom: section.words,
  });
}

function readGlobal(line: Line, config: ConfigDraft, reporter: LineReporter): void {
  const found = findDefinition(globalTable, line.words, 0, 'global');
  if (found === undefined) {
    reportUnknown(line.words[0]!, 'global', globalTable, reporter);
    return;
  }
  const readInstead = (words: readonly Word[]) => readGlobal({ ...line, words }, config, reporter);
  const base = contextBase(line, 'global', config.global, config, reporter, globalTable, readInstead);
  runLine(found.definition, found.length, base);
}

/** Reads one line of a proxy's section, wherever the words come from. */
export function readProxyLine(line: Line, draft: ProxyDraft, config: ConfigDraft, log: DiagnosticLog): void {
  readProxy(line, draft, config, lineReporter(line, log, config.strict));
}

function readProxy(line: Line, draft: ProxyDraft, config: ConfigDraft, reporter: LineReporter): void {
  const section = draft.kind;
  const found = findDefinition(proxyTable, line.words, 0, section);
  if (found === undefined) {
    reportUnknown(line.words[0]!, section, proxyTable, reporter);
    return;
  }
  const { definition, length } = found;
  const readInstead = (words: readonly Word[]) => readProxy({ ...line, words }, draft, config, reporter);
  const base = contextBase(line, section, draft, config, reporter, proxyTable, readInstead);
  const option = line.words[0]!.text === 'option';
  if (line.prefix !== undefined && option && !definition.negatable) {
    const message = `negation/default is not supported for option '${line.words[1]?.text ?? ''}'.`;
    const suggestFrom = definition.family ? secondWords(proxyTable, 'option') : [];
    reporter.report({ code: 'not-negatable', message, tight: true, word: line.words[1], suggestFrom });
    return;
  }
  const shown = option ? (line.words[1]?.text ?? 'option') : definition.name;
  const late = definition.elsewhere === 'late' || definition.elsewhere === 'checked';
  if (definition.elsewhere !== 'silent' && !definition.sections.includes(section)) {
    if (section === 'defaults') {
      const message = `'${shown}' not allowed in 'defaults' section.`;
      const tight =
        definition.name === 'id' || definition.name === 'description' || definition.name.startsWith('stats ');
      reporter.report({ code: 'not-in-defaults', message, word: line.words[0], tight });
      return;
    }
    if (!late && !reportElsewhere(line, shown, definition, draft, reporter)) return;
  }
  runLine(definition, length, base);
  if (late && !definition.sections.includes(section) && !reporter.failed()) {
    reportElsewhere(line, shown, definition, draft, reporter);
  }
  if (!draft.written.has(definition.name)) draft.written.set(definition.name, line.words[0]!.span);
}

/** Says that the section lacks what the keyword needs. False: the line must not be read. */
function reportElsewhere(
  line: Line,
  shown: string,
  definition: KeywordDefinition<ProxyDraft>,
  draft: ProxyDraft,
  reporter: LineReporter,
): boolean {
  const lacks = draft.kind === 'frontend' ? 'backend' : 'frontend';
  const because = `because ${proxyKindText(draft.kind)} '${draft.name}' has no ${lacks} capability`;
  if (definition.elsewhere === 'refused') {
    reporter.report({ code: 'wrong-section', message: `'${shown}' not allowed ${because}.` });
    return false;
  }
  const late = definition.elsewhere === 'late';
  const message = late ? `'${shown}' will be ignored ${because}` : `'${shown}' ignored ${because}.`;
  const hint = definition.elsewhereHint === undefined ? '' : ` ${definition.elsewhereHint}`;
  const fix = removeLine({ file: line.file, line: line.number });
  reporter.report({ code: 'ignored-keyword', severity: 'warning', message: `${message}${hint}`, fix });
  return true;
}

function contextBase<Draft>(
  line: Line,
  section: SectionKind,
  draft: Draft,
  config: ConfigDraft,
  reporter: LineReporter,
  table: KeywordTable<Draft>,
  readInstead: (words: readonly Word[]) => void,
): ContextBase<Draft> {
  const siblings = () => secondWords(table, line.words[0]!.text);
  const { report, failed } = reporter;
  return { line, section, draft, config, strict: config.strict, report, failed, siblings, readInstead };
}

function runLine<Draft>(definition: KeywordDefinition<Draft>, length: number, base: ContextBase<Draft>): void {
  const words = base.line.words;
  const extra = definition.maxArgs === undefined ? undefined : words[length + definition.maxArgs];
  if (extra !== undefined) {
    const message = `'${definition.name}' cannot handle unexpected argument '${extra.text}'.`;
    base.report({ code: 'unexpected-argument', message, word: extra });
    return;
  }
  runDefinition(definition, base, [words[0]!, words[length - 1]!], words.slice(length));
}

function reportUnknown<Draft>(
  word: Word,
  section: SectionKind,
  table: KeywordTable<Draft>,
  reporter: LineReporter,
): void {
  const near = suggest(word.text, candidates(table, section));
  const maybe = near === undefined ? '' : `; did you mean '${near}' maybe ?`;
  reporter.report({
    code: 'unknown-keyword',
    message: `unknown keyword '${word.text}' in '${section}' section${maybe}`,
    word,
  });
}

/** First words of the keywords legal in a section, then the words that begin a section. */
function candidates<Draft>(table: KeywordTable<Draft>, section: SectionKind): readonly string[] {
  const words = new Set<string>();
  for (const definition of table.definitions) {
    if (definition.sections.includes(section) && !definition.obsolete) words.add(definition.name.split(' ')[0]!);
  }
  for (const name of sectionNames) words.add(name);
  return [...words];
}
