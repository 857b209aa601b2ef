import { checkLogFormat, isEmpty } from '../../expressions/check-log-format.ts';
import type { Place } from '../../expressions/places.ts';
import { checkSupport, missingInFormat } from '../../expressions/support.ts';
import type { ExpressionProblem } from '../../expressions/surroundings.ts';
import { buildCheck } from '../build-check.ts';
import type { ConfigDraft, ProxyDraft, Reference } from '../draft.ts';
import { formatSurroundings } from '../expression-context.ts';
import { notSupportedYet } from '../not-supported.ts';
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
    const { formats } = proxy.settings;
    const id = formats['unique-id-format'];
    if (proxy.kind !== 'backend') {
      for (const [keyword, place, title] of LINE_FORMATS) {
        const reference = formats[keyword];
        if (reference !== undefined) check(reference, place, title, 'log-format string');
      }
    }
    if (id === undefined) return;
    const place = `${proxy.kind === 'backend' ? 'backend' : 'frontend'} http-request header rule` as const;
    const format = check(id, place, 'unique-id', 'unique-id-format string');
    if (format === undefined || !checksAskForId(proxy, config)) return;
    const missing = missingInFormat(format, checkSupport);
    if (missing === undefined) formats.uniqueId = format;
    else reportMissing(id, missing, report);
  },
};

const LINE_FORMATS = [
  ['log-format', 'logs', 'log-format'],
  ['log-format-sd', 'logs', 'log-format-sd'],
  ['error-log-format', 'logs', 'error-log-format'],
] as const;

/** Checks of these servers say `unique-id` somewhere in their rules. */
function checksAskForId({ kind, settings, servers }: ProxyDraft, config: ConfigDraft): boolean {
  if (kind === 'frontend') return false;
  const sections = new Set(servers.map((server) => server.settings.check.section?.text));
  const drafts = [settings.check, ...[...sections].map((name) => config.healthchecks.get(name ?? '')?.settings.check)];
  return drafts.some((draft) => draft !== undefined && asksFor('unique-id', buildCheck(draft)));
}

/** A sample of this fetch stands somewhere in the model of a check. */
function asksFor(fetch: string, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return ('fetch' in part && part.fetch === fetch) || Object.values(part).some((each) => asksFor(fetch, each));
}

/** Requests need no id as long as there are none; what a check sends as its id it must be able to make. */
function reportMissing({ span }: Reference, missing: string, report: PassReport): void {
  report({
    code: 'not-supported-yet',
    message: `Parsing [${span.file}:${span.line}]: unique-id : ${notSupportedYet(`'${missing}' in a check`)}`,
    span,
    help: "Checks ask for it by '%[unique-id]'; what there is of checks alone, as %[uuid()] or %[be_name], works.",
  });
}

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
