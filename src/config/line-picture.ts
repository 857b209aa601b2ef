/** HAProxy's own picture of a line with a caret: indentation cut, at most 80 columns, the caret at column 40 if it must be cut. */
export function caretLines(text: string, at: number): string {
  const indent = text.length - text.trimStart().length;
  let line = text.slice(indent).replace(/[\r\n]+$/, '');
  let column = Math.max(0, at - indent);
  if (line.length > 80) {
    if (column > 40) {
      line = `...${line.slice(column - 37)}`;
      column = 40;
    }
    if (line.length > 80) line = `${line.slice(0, 77)}...`;
  }
  return `  ${line}\n  ${' '.repeat(column)}^`;
}
