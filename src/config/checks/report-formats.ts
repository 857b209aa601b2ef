import { checkLogFormat, isEmpty } from '../../expressions/check-log-format.ts';
import type { Place } from '../../expressions/places.ts';
import type { ExpressionProblem } from '../../expressions/surroundings.ts';
import type { Reference } from '../draft.ts';
import { formatSurroundings } from '../expression-context.ts';
import { suggest } from '../suggest.ts';
import type { CheckPass, PassReport } from './pass.ts';

/** Log-format strings are read once the mode of their proxy is known: those of log lines, of ids and of `use_backend`. */
export const reportFormats: CheckPass = {
  name: 'report-formats',
  proxy(proxy, config, report) {
    const check = (reference: Reference, place: Place, title: string, usedBy: string) => {
      const around = formatSurroundings(proxy, config, reference.span, usedBy);
      const checked = checkLogFormat(reference.name, { place, mode: proxy.settings.mode }, around);
      const { formats } = proxy.settings;
      if (title === 'log-format') formats.lineIsEmpty = checked.ok ? isEmpty(checked.format) : checked.empty;
      if (checked.ok) return checked.format;
      reportFormat(reference, title, checked.problem, report);
      return undefined;
    };
    for (const rule of proxy.useBackends) {
      if (!rule.dynamic) continue;
      const format = check(
        rule,
        'frontend use-backend rule',
        `use_backend rule '${rule.name}'`,
        'use_backend expression',
      );
      if (format !== undefined) rule.format = format;
    }
    if (proxy.kind === 'backend') return;
    const { formats } = proxy.settings;
    for (const [keyword, place, title] of FORMATS) {
      const reference = formats[keyword];
      if (reference !== undefined) check(reference, place, title, 'log-format string');
    }
  },
};

const FORMATS = [
  ['log-format', 'logs', 'log-format'],
  ['log-format-sd', 'logs', 'log-format-sd'],
  ['error-log-format', 'logs', 'error-log-format'],
  ['unique-id-format', 'frontend http-request header rule', 'unique-id'],
] as const;

function reportFormat(reference: Reference, title: string, problem: ExpressionProblem, report: PassReport): void {
  const { span } = reference;
  const { range, unknown } = problem;
  const exact = range !== undefined && span.end - span.start === reference.name.length;
  const near = unknown === undefined ? undefined : suggest(unknown.name, unknown.known);
  report({
    code: unknown === undefined ? 'invalid-expression' : 'unknown-name',
    message: `Parsing [${span.file}:${span.line}]: failed to parse ${title} : ${problem.message}.`,
    span: exact ? { ...span, start: span.start + range.start, end: span.start + range.end } : span,
    ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
  });
}
