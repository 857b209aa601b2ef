/** docs/keywords.md from the tables: what hapax knows, and what it does with it. */
import type { KeywordTable } from './dispatch.ts';
import { foreignSections } from './foreign-sections.ts';
import type { KeywordDefinition, Support } from './keyword.ts';
import { bindTable, globalTable, proxyTable, serverTable } from './keywords/index.ts';

const sectionOrder = ['defaults', 'frontend', 'listen', 'backend'] as const;

/** The whole page, in Markdown. */
export function renderKeywordPage(): string {
  const parts = [
    '# Keywords',
    '',
    'Made from the tables in `src/config/keywords/`; do not edit. "yes" is built; "no effect" is read and changes nothing,',
    'for the reason given; "not yet" is an error that says so, because the keyword would change what happens to traffic.',
    '',
    table('`global`', globalTable, false),
    table('`defaults`, `frontend`, `listen`, `backend`', proxyTable, true),
    table('Parameters of `bind` and `stats socket`', bindTable, false),
    table('Parameters of `server` and `default-server`', serverTable, false),
    otherSections(),
  ];
  return `${parts.join('\n')}`;
}

function table<Draft>(title: string, keywords: KeywordTable<Draft>, withSections: boolean): string {
  const rows = keywords.definitions
    .filter((definition) => !definition.family)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map((definition) => row(definition, withSections));
  const head = withSections
    ? '| keyword | where | support | |\n| --- | --- | --- | --- |'
    : '| keyword | support | |\n| --- | --- | --- |';
  return `## ${title}\n\n${head}\n${rows.join('\n')}\n`;
}

function row<Draft>(definition: KeywordDefinition<Draft>, withSections: boolean): string {
  const cells = [code(`${definition.name} ${definition.args}`.trim())];
  if (withSections) cells.push(sections(definition));
  const support = definition.listedAs ?? definition.support;
  cells.push(supportText(support, definition.obsolete === true), text(definition, support));
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(value: string): string {
  return `\`${value}\``;
}

/** `D F L B`: the letters of the sections, `-` where it is not allowed. */
function sections<Draft>(definition: KeywordDefinition<Draft>): string {
  return sectionOrder.map((name) => (definition.sections.includes(name) ? name[0]!.toUpperCase() : '-')).join(' ');
}

function supportText(support: Support, obsolete: boolean): string {
  if (obsolete) return 'obsolete';
  return support.kind === 'yes' ? 'yes' : support.kind === 'no-effect' ? 'no effect' : 'not yet';
}

function text<Draft>({ doc, mode }: KeywordDefinition<Draft>, support: Support): string {
  const where = mode === undefined ? '' : ` (mode ${mode})`;
  const sentence = `${doc.replace(/\.$/, '')}${where}.`;
  if (support.kind === 'no-effect') return `${sentence} No effect: ${support.because}.`;
  if (support.kind === 'not-yet' && support.instead !== undefined) return `${sentence} ${support.instead}`;
  return sentence;
}

function otherSections(): string {
  const rows = [...foreignSections.values()].map(({ name, support, instead }) => {
    const note = support === 'none' ? 'Read; nothing refers to it yet.' : (instead ?? '');
    return `| ${code(name)} | ${support === 'none' ? 'no effect' : 'not yet'} | ${note} |`;
  });
  return `## Other sections\n\n| section | support | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}
