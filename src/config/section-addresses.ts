/** Addresses on the line of a section, which today stand on `bind` lines. */
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { quoteWords, removeWords, type TextEdit } from './fix.ts';
import type { Line, Word } from './keyword.ts';
import { parseBind } from './keywords/bind.ts';
import type { ReportLine } from './line-report.ts';

/** `listen stats :9000`, as HAProxy read it up to 2.2: the address of a `bind` line. A backend has none. */
export function reportOldAddress(
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
export function bindSectionAddress(
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
