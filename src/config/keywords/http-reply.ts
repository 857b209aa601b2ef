/** What follows `deny`, `tarpit` and `return`: the answer they make. */
import { readUpTo } from '../bounded-read.ts';
import { errorCodes } from './error-files.ts';
import { type ArgumentProblem, filled, formatProblem, type ReadArguments } from './http-rule-context.ts';

/** Payloads; one answer has one at most. */
const PAYLOADS = new Set(['errorfile', 'errorfiles', 'file', 'lf-file', 'string', 'lf-string', 'default-errorfiles']);
const EXPECTED: Readonly<Record<string, string>> = {
  status: '<status_code>',
  'content-type': '<ctype>',
  errorfiles: '<name>',
  errorfile: '<file>',
  file: '<file>',
  'lf-file': '<file>',
  string: '<str>',
  'lf-string': '<fmt>',
};

export const replyArguments: ReadArguments = (args, rule) => {
  const action = rule.action.text;
  let payload: string | undefined;
  let typed = false;
  let code: string | undefined;
  let at = 0;
  const done = (): number | ArgumentProblem => {
    const file = payload === 'file' || payload === 'string';
    if (!typed && file) return { message: 'a content type must be defined when non-empty payload is configured' };
    if (!typed && payload?.startsWith('lf-')) {
      return { message: 'a content type must be defined with a log-format payload' };
    }
    const named = payload === undefined || payload === 'default-errorfiles';
    if (code !== undefined && named && action !== 'return' && !errorCodes.includes(code)) {
      return { message: `status code '${code}' not handled by default with 'default-errorfiles' argument.` };
    }
    return at;
  };
  for (; at < args.length; at++) {
    const word = args[at]!;
    const keyword = word.text === 'deny_status' && action !== 'return' ? 'status' : word.text;
    if (keyword === 'hdr') {
      const [name, value] = [args[at + 1], args[at + 2]];
      if (!filled(name) || !filled(value)) {
        return { message: "'hdr' expects <name> and <value> as arguments", word };
      }
      const wrong = formatProblem(value, rule);
      if (wrong !== undefined) return wrong;
      at += 2;
      continue;
    }
    if (PAYLOADS.has(keyword)) {
      if (payload !== undefined) {
        return { message: `unexpected '${keyword}' argument, '${payload}' already defined`, word };
      }
      payload = keyword;
    }
    if (keyword === 'default-errorfiles') continue;
    const expected = EXPECTED[keyword];
    if (expected === undefined) return done();
    const value = args[++at];
    if (!filled(value)) return { message: `'${keyword}' expects ${expected} as argument`, word };
    if (keyword === 'status') {
      code = value.text;
      const number = Number.parseInt(value.text, 10) || 0;
      if (number < 200 || number > 599) return { message: `Unexpected status code '${number}'`, word: value };
    } else if (keyword === 'content-type') typed = true;
    else if (keyword === 'lf-string') {
      const wrong = typed ? formatProblem(value, rule) : undefined;
      if (wrong !== undefined) return wrong;
    } else if (/file$/.test(keyword)) {
      const wrong = fileProblem(value.text, keyword === 'errorfile');
      if (wrong !== undefined) return { message: wrong, word: value };
    }
  }
  return done();
};

function fileProblem(path: string, dotted: boolean): string | undefined {
  try {
    readUpTo(path, 1 << 20);
    return undefined;
  } catch {
    return `error opening file '${path}'${dotted ? '.' : ''}`;
  }
}
