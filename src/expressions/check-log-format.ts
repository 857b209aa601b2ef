/** Log-format strings: text, variables and samples. */
import { type ParsedLogPart, parseLogFormat, parseSample, type Range } from '../grammar/expression.ts';
import { checkSample } from './check-sample.ts';
import { logVariables } from './log-variables.ts';
import type { LogPartModel } from './model.ts';
import { type Place, usableAt } from './places.ts';
import type { ExpressionProblem, Surroundings } from './surroundings.ts';

export type CheckedLogFormat =
  | { readonly ok: true; readonly format: readonly LogPartModel[] }
  /** `empty`: nothing stood before the mistake. */
  | { readonly ok: false; readonly problem: ExpressionProblem; readonly empty: boolean };

export interface LogFormatOptions {
  readonly place: Place;
  readonly mode: 'tcp' | 'http';
}

/** Checks a log-format string; the messages are HAProxy's, without what comes before them. */
export function checkLogFormat(text: string, options: LogFormatOptions, around: Surroundings): CheckedLogFormat {
  const format: LogPartModel[] = [];
  const parts = parseLogFormat(text);
  for (const part of parts) {
    const read = readPart(part, text, options, around);
    if (typeof read === 'string' || 'message' in read) {
      const problem = typeof read === 'string' ? { message: read, range: part } : read;
      // A sample that lacks its bracket has been taken in already.
      const taken = part.kind === 'sample' && !part.closed && typeof read === 'string';
      return { ok: false, problem, empty: isEmpty(format) && !taken };
    }
    if (read.kind !== 'text' || read.text !== '') format.push(read);
  }
  return { ok: true, format };
}

/** Nothing would be written: flags alone (`%{+Q}o`) are not. */
export function isEmpty(format: readonly LogPartModel[]): boolean {
  return format.every((part) => part.kind === 'variable' && part.name === 'o');
}

/** What a part means, or what is wrong with it. */
function readPart(
  part: ParsedLogPart,
  text: string,
  options: LogFormatOptions,
  around: Surroundings,
): LogPartModel | ExpressionProblem | string {
  switch (part.kind) {
    case 'text':
      return { kind: 'text', text: part.text };
    case 'variable':
      return readVariable(part, options);
    case 'sample':
      return readSample(part, text, options, around);
    case 'open-flags':
      return `truncated line after '${part.flags}'`;
    case 'lone-flags':
      return `parse argument modifier without variable name near '%{${part.flags}}'`;
    case 'truncated':
      return "truncated line after '%'";
    default:
      return (
        `unexpected variable name near ' ' at position ${part.start + 1} line : '${text}'. ` +
        "Maybe you want to write a single '%', use the syntax '%%'"
      );
  }
}

function readVariable(
  part: Extract<ParsedLogPart, { kind: 'variable' }>,
  options: LogFormatOptions,
): LogPartModel | ExpressionProblem | string {
  const { name, flags } = part;
  const variable = logVariables.get(name);
  if (variable === undefined) {
    const message = `no such format variable '${name}'. If you wanted to emit the '%' character verbatim, you need to use '%%'`;
    return { message, range: part, unknown: { name, known: logVariables.keys() } };
  }
  if (variable.http && options.mode !== 'http') return `format variable '${name}' is reserved for HTTP mode`;
  return { kind: 'variable', name, flags };
}

function readSample(
  part: Extract<ParsedLogPart, { kind: 'sample' }>,
  text: string,
  options: LogFormatOptions,
  around: Surroundings,
): LogPartModel | ExpressionProblem | string {
  const { sample, flags, closed } = part;
  const { start } = sample;
  const rest = text.slice(start);
  const shift = (range: Range) => ({ start: range.start + start, end: range.end + start });
  const checked = checkSample(rest, parseSample(rest), { inAcl: false, open: true }, around);
  if (!checked.ok) {
    const { message, range } = checked.problem;
    return {
      ...checked.problem,
      message: `failed to parse sample expression <${rest}> : ${message}`,
      ...(range === undefined ? {} : { range: shift(range) }),
    };
  }
  const read = text.slice(start, sample.end);
  if (!closed) {
    const next = text[sample.end];
    return next === undefined ? `missing ']' after '${read}'` : `expected ']' after '${read}', but found '${next}'`;
  }
  const { definition } = checked;
  if (definition.needs.length > 0 && !usableAt(definition.places, options.place)) {
    return (
      `sample fetch <${rest}> may not be reliably used here because it needs '${definition.needs.join(',')}' ` +
      'which is not available here'
    );
  }
  return { kind: 'sample', sample: checked.sample, flags };
}
