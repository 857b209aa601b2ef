/** Log-format strings and expressions in the rules of checks. */
import { checkLogFormat } from '../../expressions/check-log-format.ts';
import { checkSample } from '../../expressions/check-sample.ts';
import type { LogFormatModel, SampleModel } from '../../expressions/model.ts';
import { usableAt } from '../../expressions/places.ts';
import { checkSupport, missingInFormat, missingInSample } from '../../expressions/support.ts';
import type { ExpressionProblem } from '../../expressions/surroundings.ts';
import { parseSample } from '../../grammar/expression.ts';
import { reportExpression, surroundings } from '../expression-context.ts';
import type { Word } from '../keyword.ts';
import { type CheckContext, ruleNotYet } from './check-shapes.ts';

const PLACE = 'backend tcp-check rule';

/** A log-format string, or undefined after a report: HAProxy's, framed by `message`. */
export function readFormat(
  context: CheckContext,
  keyword: string,
  word: Word,
  message: (problem: string) => string = (problem) => `'${word.text}' invalid log-format string (${problem}).\n.`,
): LogFormatModel | undefined {
  const { mode } = context.draft.settings;
  const checked = checkLogFormat(word.text, { place: PLACE, mode }, surroundings(context, 'log-format string'));
  if (!checked.ok) {
    fail(context, keyword, word, checked.problem, message);
    return undefined;
  }
  const missing = missingInFormat(checked.format, checkSupport);
  if (missing === undefined) return checked.format;
  ruleNotYet(context, keyword, missing, word);
  return undefined;
}

/** The text of a log-format string that has nothing to fill in. */
export function plainText(format: LogFormatModel): string | undefined {
  const texts = format.map((part) => (part.kind === 'text' ? part.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** An expression, or undefined after a report. */
export function readSample(
  context: CheckContext,
  keyword: string,
  word: Word,
  message: (problem: string) => string,
): SampleModel | undefined {
  const checked = checkSample(word.text, parseSample(word.text), { inAcl: false }, surroundings(context, 'expression'));
  if (!checked.ok) {
    fail(context, keyword, word, checked.problem, message);
    return undefined;
  }
  const { definition, sample } = checked;
  if (definition.needs.length > 0 && !usableAt(definition.places, PLACE)) {
    const owner = context.line.words[1]?.text ?? '';
    const problem = `fetch method '${owner}' extracts information from '${definition.needs.join(',')}', none of which is available here`;
    fail(context, keyword, word, { message: problem }, message);
    return undefined;
  }
  const missing = missingInSample(sample, checkSupport);
  if (missing === undefined) return sample;
  ruleNotYet(context, keyword, missing, word);
  return undefined;
}

function fail(
  context: CheckContext,
  keyword: string,
  word: Word,
  problem: ExpressionProblem,
  message: (problem: string) => string,
): void {
  reportExpression(context, [word], problem, (text) => `'${keyword}' : ${message(text)}`);
}
