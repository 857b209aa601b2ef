/** Lines that begin with a dot: messages of the author, and conditional blocks (which are not evaluated yet). */
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import { notSupportedYet } from './not-supported.ts';
import type { SectionState } from './sections.ts';

const severities = { '.notice': 'notice', '.warning': 'warning', '.alert': 'alert' } as const;

/** Acts on a directive and gives the state after it. The lines of a refused `.if` block are passed over up to its end. */
export function readDirective(words: readonly Word[], state: SectionState, report: ReportLine): SectionState {
  const word = words[0]!;
  const name = word.text;
  if (state.kind === 'conditional') {
    if (name === '.if') return { ...state, depth: state.depth + 1 };
    if (name !== '.endif') return state;
    return state.depth === 1 ? state.before : { ...state, depth: state.depth - 1 };
  }
  if (name === '.if') {
    report({
      code: 'not-supported-yet',
      message: notSupportedYet("'.if'"),
      tight: true,
      help: 'Keep the lines that apply and remove the directives. The lines up to the matching .endif were not looked at.',
    });
    return { kind: 'conditional', depth: 1, before: state };
  }
  if (name === '.elif' || name === '.else' || name === '.endif') {
    const message = `lone '${name}' with no matching '.if'.`;
    report({ code: 'lone-directive', message, word, tight: true, fatal: true });
  } else if (name === '.notice' || name === '.warning' || name === '.alert') {
    const severity = severities[name];
    const text = words
      .slice(1)
      .map((each) => each.text)
      .join(' ');
    report({ code: 'directive', severity, message: `'${text}'.`, word, tight: true, fatal: severity === 'alert' });
  } else if (name !== '.diag') {
    report({ code: 'unknown-keyword', message: `unknown directive '${name}'.`, word, tight: true });
  }
  return state;
}
