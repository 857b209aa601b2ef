/** A unified diff of two texts. */

const CONTEXT = 3;

interface Row {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** In the form `diff -u` prints, or empty for equal texts. Both are called `name`. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const rows = compare(linesOf(before), linesOf(after));
  const out = [`--- ${name}`, `+++ ${name}`];
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < rows.length; ) {
    const first = rows.findIndex((row, at) => at >= index && row.mark !== ' ');
    if (first < 0) break;
    let last = first;
    for (let at = first; at < rows.length && at - last <= 2 * CONTEXT; at++) if (rows[at]!.mark !== ' ') last = at;
    const from = Math.max(index, first - CONTEXT);
    const hunk = rows.slice(from, Math.min(rows.length, last + CONTEXT + 1));
    oldLine += from - index;
    newLine += from - index;
    const [removed, added] = [hunk.filter(({ mark }) => mark !== '+'), hunk.filter(({ mark }) => mark !== '-')];
    out.push(`@@ -${oldLine},${removed.length} +${newLine},${added.length} @@`);
    out.push(...hunk.map(({ mark, line }) => mark + line));
    oldLine += removed.length;
    newLine += added.length;
    index = from + hunk.length;
  }
  return `${out.join('\n')}\n`;
}

/** A last line without its line feed is another line than one with it. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop()!;
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

/** Lines in order with what became of them. Looks no further than a few hundred lines for what is equal again. */
function compare(before: readonly string[], after: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  let [a, b] = [0, 0];
  while (a < before.length || b < after.length) {
    if (a < before.length && before[a] === after[b]) {
      rows.push({ mark: ' ', line: before[a]! });
      a++;
      b++;
      continue;
    }
    const [skipA, skipB] = nextEqual(before, after, a, b);
    for (const line of before.slice(a, a + skipA)) rows.push({ mark: '-', line });
    for (const line of after.slice(b, b + skipB)) rows.push({ mark: '+', line });
    a += skipA;
    b += skipB;
  }
  return rows;
}

const FARTHEST = 400;

/** The least number of lines to leave out on both sides until the next pair is equal. */
function nextEqual(before: readonly string[], after: readonly string[], a: number, b: number): [number, number] {
  for (let sum = 1; sum < FARTHEST; sum++) {
    for (let skipA = 0; skipA <= sum; skipA++) {
      const [x, y] = [before[a + skipA], after[b + sum - skipA]];
      if (x !== undefined && x === y) return [skipA, sum - skipA];
    }
  }
  return [before.length - a, after.length - b];
}
