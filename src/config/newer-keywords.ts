/** `--target`: lines that an older HAProxy would refuse, because it has not got their words. */
import type { DiagnosticLog } from './diagnostic-log.ts';
import { findDefinition, type KeywordTable } from './dispatch.ts';
import type { Line, SectionKind, Word } from './keyword.ts';
import { firstTarget, type VersionedKind } from './keyword-versions.ts';
import { bindTable, serverTable } from './keywords/index.ts';
import { isBefore, type Target } from './language-versions.ts';

const RULES = new Set(['http-request', 'http-response', 'http-after-response', 'tcp-request', 'tcp-response']);
const TCP_PLACES = new Set(['connection', 'session', 'content']);

const sectionKinds: readonly SectionKind[] = ['global', 'defaults', 'frontend', 'backend', 'listen'];

/** Reports every word that the target has not got: a warning, under `--strict` an error. */
export function reportNewerKeywords(lines: Iterable<Line>, target: Target, strict: boolean, log: DiagnosticLog): void {
  let section: SectionKind | undefined;
  for (const line of lines) {
    const first = line.words[0]!;
    const opened = sectionKinds.find((kind) => kind === first.text);
    if (opened !== undefined || firstTarget('section', first.text) !== undefined) section = opened;
    for (const [kind, word] of versioned(line, section)) {
      const since = firstTarget(kind, word.text.replace(/\(.*$/, ''));
      if (since === undefined || !isBefore(target, since)) continue;
      log.add({
        code: 'newer-than-target',
        severity: strict ? 'alert' : 'warning',
        message: `config : parsing [${line.file}:${line.number}] : HAProxy ${target} has no '${word.text}' yet.`,
        span: word.span,
        parsing: true,
      });
    }
  }
}

/** The words of a line that may be newer than others, with what they are. */
function* versioned({ words }: Line, section: SectionKind | undefined): Generator<readonly [VersionedKind, Word]> {
  const [first, second, third] = words as [Word, Word?, Word?];
  yield ['section', first];
  if (section === 'global') {
    yield ['global', first];
    return;
  }
  if (section === undefined) return;
  yield ['proxy', first];
  const { text } = first;
  if ((text === 'option' || text === 'stats' || text === 'timeout') && second !== undefined) yield [text, second];
  if (RULES.has(first.text) && second !== undefined) {
    const action = TCP_PLACES.has(second.text) ? third : second;
    if (action !== undefined) yield ['action', action];
  }
  if (first.text === 'bind') yield* parameters('bind', bindTable, words, 2, section);
  if (first.text === 'server') yield* parameters('server', serverTable, words, 3, section);
  if (first.text === 'server-template') yield* parameters('server', serverTable, words, 4, section);
  if (first.text === 'default-server') yield* parameters('server', serverTable, words, 1, section);
}

function* parameters<Draft>(
  kind: VersionedKind,
  table: KeywordTable<Draft>,
  words: readonly Word[],
  start: number,
  section: SectionKind,
): Generator<readonly [VersionedKind, Word]> {
  for (let at = start; at < words.length; ) {
    yield [kind, words[at]!];
    const found = findDefinition(table, words, at, section);
    const takes = found?.definition.takes ?? 0;
    const after = at + (found?.length ?? 1);
    at = after + (typeof takes === 'number' ? takes : takes(words.slice(after)));
  }
}
