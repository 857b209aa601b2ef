/** The values of a header line, parted by commas outside of quotes, without the blanks around them (observed, HAProxy 2.6). */
export function headerValues(line: string): string[] {
  const values: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      values.push(line.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...values, line.slice(from).trim()];
}
