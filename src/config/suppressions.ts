/** Comments that take warnings back: `# hapax:ignore code`, on the line meant or alone on the one before. */
import type { Diagnostic } from './diagnostic.ts';
import type { SourceFile } from './source.ts';

const COMMENT = /#\s*hapax:(ignore|ignore-file)(?:\s+([a-z][\w-]*(?:[\s,]+[a-z][\w-]*)*))?\s*$/;

/** `undefined`: every code. */
type Codes = ReadonlySet<string> | undefined;

/**
 * The diagnostics without those a comment of their file takes back. Errors stay; so do diagnostics without a place. A comment
 * without codes means all of them; `hapax:ignore-file` means its whole file.
 */
export function withoutSuppressed(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
): readonly Diagnostic[] {
  const comments = new Map(sources.map((source) => [source.name, commentsOf(source)]));
  return diagnostics.filter(({ severity, span, code }) => {
    if (severity === 'alert' || span === undefined) return true;
    const lines = comments.get(span.file);
    return ![span.line, 0].some((line) => (lines?.get(line) ?? []).some((codes) => codes?.has(code) ?? true));
  });
}

/** By the line they are about; 0 is the whole file. */
function commentsOf({ lines }: SourceFile): ReadonlyMap<number, readonly Codes[]> {
  const found = new Map<number, Codes[]>();
  for (const [index, line] of lines.entries()) {
    const comment = line.includes('hapax:ignore') ? COMMENT.exec(line) : null;
    if (comment === null) continue;
    const alone = line.slice(0, comment.index).trim() === '';
    const about = comment[1] === 'ignore-file' ? 0 : alone ? index + 2 : index + 1;
    const codes = comment[2] === undefined ? undefined : new Set(comment[2].split(/[\s,]+/));
    found.set(about, [...(found.get(about) ?? []), codes]);
  }
  return found;
}
