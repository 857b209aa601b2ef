/** Colours for a terminal: what failed, what passed, and what to do. */
import { styleText } from 'node:util';

/** Paints lines of a report. Nothing a server said can do that: its bytes are shown as text. */
export function paint(lines: string): string {
  return lines
    .split('\n')
    .map((line) => {
      if (/^ {2}(?:verdict|expect|rules| {5,}) /.test(line)) return paintOutcome(line);
      if (/^ {2}(?:hint|note:|limits) /.test(line)) return inColour('yellow', line);
      return /^\S/.test(line) ? inColour('bold', line) : line;
    })
    .join('\n');
}

function paintOutcome(line: string): string {
  return line
    .replace(/: FAILED(?=, | \(|$)|NOT passed$|: FAILED$/, (words) => inColour('red', words))
    .replace(/(?<=: |, )passed(?=$| \(|, for )/, (words) => inColour('green', words));
}

/** Whoever calls this has looked whether there is a terminal. */
function inColour(style: 'red' | 'green' | 'yellow' | 'bold', text: string): string {
  return styleText(style, text, { validateStream: false });
}
