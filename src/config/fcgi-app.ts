/** The lines of `fcgi-app` sections: what programs are asked for when servers speak FastCGI. */
import { wordBytes } from '../grammar/line.ts';
import type { FastcgiProgram } from '../protocols/fastcgi-request.ts';
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import { notSupportedYet } from './not-supported.ts';
import { patternMessage, translatePattern } from './pcre.ts';
import type { Span } from './place.ts';
import { reportExtraArgument } from './section-draft.ts';

/** A `fcgi-app` section; without `docroot` it is refused where all sections are known. */
export interface FcgiAppDraft {
  readonly name: string;
  readonly span: Span;
  docroot?: string;
  index?: string;
  pathInfo?: string;
  keepConnection: boolean;
  getValues: boolean;
}

export function newFcgiAppDraft(name: Word): FcgiAppDraft {
  return { name: name.text, span: name.span, keepConnection: true, getValues: false };
}

/** `prefix`: `no` or `default` before the words of the line. */
export function readFcgiAppLine(
  draft: FcgiAppDraft,
  words: readonly Word[],
  prefix: string | undefined,
  report: ReportLine,
): void {
  const [first, value, extra] = words as [Word, Word?, Word?];
  switch (first.text) {
    case 'docroot':
      readText(draft, 'docroot', '<path>', words, report);
      break;
    case 'index':
      readText(draft, 'index', '<filename>', words, report);
      break;
    case 'path-info':
      readPathInfo(draft, words, report);
      break;
    case 'option':
      readOption(draft, words.slice(1), prefix, report);
      break;
    case 'set-param':
      // Requests of checks have none of these parameters, nor are they without what pass-header lets through (measured).
      if (value === undefined || extra === undefined)
        missing("'set-param' expects <name> and <value> as arguments.", report);
      break;
    case 'pass-header':
      if (value === undefined) missing("'pass-header' expects <name> as arguments.", report);
      break;
    default:
  }
}

function missing(message: string, report: ReportLine): void {
  report({ code: 'missing-argument', message });
}

function readText(
  draft: FcgiAppDraft,
  key: 'docroot' | 'index',
  what: string,
  [, value, extra]: readonly Word[],
  report: ReportLine,
): void {
  if (value === undefined || value.text === '') missing(`'${key}' expects ${what} as argument.`, report);
  else if (extra !== undefined) reportExtraArgument(`${key} ${value.text}`, extra, report);
  else draft[key] = value.text;
}

function readPathInfo(draft: FcgiAppDraft, [, value, extra]: readonly Word[], report: ReportLine): void {
  if (value === undefined || value.text === '') {
    missing("'path-info' expects <regex> as argument.", report);
    return;
  }
  if (extra !== undefined) {
    reportExtraArgument(`path-info ${value.text}`, extra, report);
    return;
  }
  const translated = translatePattern(wordBytes(value.text).toString('latin1'), true);
  if (translated.ok) draft.pathInfo = translated.source;
  else if (translated.unsupported) {
    const message = `'path-info' : ${notSupportedYet(`'${translated.message}'`)}`;
    report({ code: 'not-supported-yet', message, word: value });
  } else {
    const message = `'${value.text}' : ${patternMessage(value.text, translated)}.`;
    report({ code: 'bad-value', message, word: value });
  }
}

function readOption(
  draft: FcgiAppDraft,
  [option, value]: readonly Word[],
  prefix: string | undefined,
  report: ReportLine,
): void {
  const on = prefix === undefined;
  switch (option?.text) {
    case 'keep-conn':
      draft.keepConnection = on || prefix === 'default';
      break;
    case 'get-values':
      draft.getValues = on;
      break;
    case 'mpxs-conns':
      // Every check has a connection of its own.
      break;
    case 'max-reqs':
      if (!/^[1-9]\d*$/.test(value?.text ?? '')) {
        const message = "option 'max-reqs' expects a strictly positive integer argument.";
        report({ code: 'bad-value', message, word: value ?? option, tight: true });
      }
      break;
    default:
      report({
        code: 'unknown-option',
        message: `unknown option '${option?.text ?? ''}'.`,
        word: option,
        suggestFrom: ['keep-conn', 'get-values', 'mpxs-conns', 'max-reqs'],
      });
  }
}

/** What checks need of it. */
export function fastcgiProgram({
  docroot = '',
  index,
  pathInfo,
  keepConnection,
  getValues,
}: FcgiAppDraft): FastcgiProgram {
  return {
    docroot,
    ...(index === undefined ? {} : { index }),
    ...(pathInfo === undefined ? {} : { pathInfo }),
    keepConnection,
    getValues,
  };
}
