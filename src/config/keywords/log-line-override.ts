/** A form of log lines chosen twice in one `defaults` section: HAProxy says which one counts. */
import type { ProxyDraft } from '../draft.ts';
import { fixed, removeLine } from '../fix.ts';
import type { LineContext } from '../keyword.ts';

/** Notes what chose the form (`option httplog clf`, `log-format`), and warns if something did before. */
export function chooseLogLine(context: LineContext<ProxyDraft>, chosen: string): void {
  const { draft, line } = context;
  const { log } = draft.settings;
  const { chosenBy: before, lineSpan } = log;
  log.chosenBy = chosen;
  if (draft.kind !== 'defaults' || before === undefined) return;
  // HAProxy takes one for the other here.
  const shown = chosen === 'option httpslog' ? 'option httplog' : chosen;
  const own = lineSpan !== undefined && lineSpan.file === line.file && lineSpan.line > draft.place.line;
  context.report({
    code: 'duplicate-keyword',
    severity: 'warning',
    message: `'${shown}' overrides previous '${before}' in 'defaults' section.`,
    tight: true,
    ...fixed(own ? removeLine(lineSpan) : undefined),
  });
}
