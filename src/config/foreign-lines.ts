/** Lines of sections hapax passes over: their arguments are looked at all the same, with HAProxy's words for mistakes. */
import { type AddressRules, parseAddress } from './address.ts';
import { parseDuration } from './duration.ts';
import type { Word } from './keyword.ts';
import { errorFileProblem } from './keywords/error-files.ts';
import type { ReportLine } from './line-report.ts';

type Reader = (args: readonly Word[], report: ReportLine) => void;

const MAILER: AddressRules = { kind: 'plain', portRequired: true };

function readMailer(args: readonly Word[], report: ReportLine): void {
  const [name, address] = args;
  if (name === undefined || address === undefined || name.text === '' || address.text === '') {
    report({ code: 'missing-argument', message: "'mailer' expects <name> and <addr>[:<port>] as arguments." });
    return;
  }
  const parsed = parseAddress(address.text, MAILER);
  const message = parsed.ok ? 'TCP not supported for this address family.' : parsed.message;
  if (!parsed.ok || parsed.parts.family !== 'ip') {
    report({ code: 'bad-address', message: `'mailer ${name.text}' : ${message}`, word: address });
  }
}

function readMailTimeout(args: readonly Word[], report: ReportLine): void {
  const [kind, time] = args;
  const wanted = "'timeout' expects 'mail' and <time> as arguments";
  if (kind === undefined || kind.text === '') report({ code: 'missing-argument', message: `${wanted}.` });
  else if (kind.text !== 'mail') {
    report({ code: 'unknown-keyword', message: `${wanted} got '${kind.text}'.`, word: kind });
  } else if (time === undefined || time.text === '') {
    report({ code: 'missing-argument', message: "'timeout mail' expects <time> as argument." });
  } else {
    const parsed = parseDuration(time.text);
    if (parsed.ok) return;
    const message =
      parsed.reason === 'overflow'
        ? `timer overflow in argument <${time.text}> to <timeout mail>, maximum value is 2147483647 ms (~24.8 days).`
        : `unexpected character '${parsed.character}' in argument to <timeout mail>.`;
    report({ code: 'invalid-duration', message, word: time, tight: true });
  }
}

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
  'mailers mailer': readMailer,
  'mailers timeout': readMailTimeout,
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
  readers[`${section} ${words[0]!.text}`]?.(words.slice(1), report);
}
