/** Lines of sections hapax passes over: their arguments are looked at all the same, with HAProxy's words for mistakes. */
import type { Word } from './keyword.ts';
import { errorFileProblem } from './keywords/error-files.ts';
import type { ReportLine } from './line-report.ts';
import { readResolversLine } from './resolvers-lines.ts';

type Reader = (args: readonly Word[], report: ReportLine) => void;

function account(name: 'user' | 'group', options: readonly string[], usage: string): Reader {
  return (args, report) => {
    if ((args[0]?.text ?? '') === '') {
      report({ code: 'missing-argument', message: `'${name}' expects <name> as arguments.`, tight: true });
      return;
    }
    for (let at = 1; at < args.length; at += 2) {
      if (options.includes(args[at]!.text)) continue;
      report({ code: 'unknown-keyword', message: `'${name}' only supports ${usage}.`, word: args[at], tight: true });
      return;
    }
  };
}

const readErrorFile: Reader = (args, report) => {
  const problem = errorFileProblem(args, 'errorfile: expects <status_code> and <file> as arguments.');
  if (problem !== undefined) report(problem);
};

/** By section and first word. */
const readers: Readonly<Record<string, Reader | undefined>> = {
  'userlist user': account(
    'user',
    ['password', 'insecure-password', 'groups'],
    "'password', 'insecure-password' and 'groups' options",
  ),
  'userlist group': account('group', ['users'], "'users' option"),
  'http-errors errorfile': readErrorFile,
};

/** Reads a line that the section knows. */
export function readForeignLine(section: string, words: readonly Word[], report: ReportLine): void {
  if (section === 'resolvers') {
    readResolversLine(words, report);
    return;
  }
  readers[`${section} ${words[0]!.text}`]?.(words.slice(1), report);
}
