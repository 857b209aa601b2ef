/** What a program printed, made comparable. */

const isCarets = (line: string | undefined) => line !== undefined && /^ {3}\| *\^+$/.test(line);

/**
 * Process ids, product names and versions replaced. Below a message hapax shows the source line, carets and advice; these
 * are left out, HAProxy's own continuation lines (`   | ` with text) stay.
 */
export function comparable(output: string): string {
  const lines = output.split('\n');
  return lines
    .filter((line, index) => !isCarets(line) && !isCarets(lines[index + 1]))
    .filter((line) => /^\[|^ {3}\| (?!help: )|^[A-Za-z]/.test(line))
    .map((line) =>
      line
        .replace(/\((?:\d+|PID)\) :/, '(PID) :')
        .replace(/\b(haproxy|hapax) version is .*/, 'version')
        .replace(/path to executable is .*/, 'path')
        .replace(/\[(haproxy|hapax)\./, '[program.'),
    )
    .join('\n');
}

/** The same as 3.5 frames it: what is found after reading has no `config : `, nothing sums it up, and maxconn is told. */
export function framedAsIn35(output: string): string {
  return comparable(output)
    .split('\n')
    .filter((line) => !/^\[NOTICE\]|Fatal errors found in configuration\.$/.test(line))
    .map((line) => line.replace(/^(\[\w+\] +\(PID\) : )config : /, '$1'))
    .join('\n');
}
