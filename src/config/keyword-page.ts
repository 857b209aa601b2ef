/** docs/keywords.md from the tables: what hapax knows, and what it does with it. */
import { aclKeywords } from '../expressions/acl-keywords.ts';
import { converterTable } from '../expressions/converters/index.ts';
import type { Arguments } from '../expressions/definition.ts';
import { fetchTable } from '../expressions/fetches/index.ts';
import { matchMethods } from '../expressions/match-method.ts';
import { runningConverters, runningFetches } from '../expressions/support.ts';
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
    'for the reason given, which `-V` tells too; "not yet" is an error that says so, because the keyword would change what happens to traffic.',
    '',
    table('`global`', globalTable, false),
    table('`defaults`, `frontend`, `listen`, `backend`', proxyTable, true),
    table('Parameters of `bind` and `stats socket`', bindTable, false),
    table('Parameters of `server` and `default-server`', serverTable, false),
    otherSections(),
    expressions(),
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
    const shown = { yes: 'yes', none: 'no effect', 'not-yet': 'not yet' }[support];
    return `| ${code(name)} | ${shown} | ${note} |`;
  });
  return `## Other sections\n\n| section | support | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** Fetches and converters: those that run with their types, the others by name. */
function expressions(): string {
  const fetches = [...fetchTable.values()].sort(byName);
  const converters = [...converterTable.values()].sort(byName);
  const running = [
    ...fetches
      .filter(({ name }) => runningFetches.has(name))
      .map((each) => `| ${code(each.name + signature(each.arguments))} | fetch | ${each.output} |`),
    ...converters
      .filter(({ name }) => runningConverters.has(name))
      .map((each) => `| ${code(each.name + signature(each.arguments))} | converter | ${each.input} → ${each.output} |`),
  ];
  const names = (list: readonly { readonly name: string }[], except: ReadonlySet<string>) =>
    wrapped(list.filter(({ name }) => !except.has(name)).map(({ name }) => code(name)));
  return `## Expressions

Names, arguments and types of every expression are checked. These run, in mode tcp:

| | | type |
| --- | --- | --- |
${running.join('\n')}

Match methods (\`-m\`): ${matchMethods.map(code).join(', ')}. ACL keywords that stand for a fetch and a method:

${wrapped([...aclKeywords.keys()].map(code))}

These are known; a rule that would use one is an error that says so. Fetches:

${names(fetches, runningFetches)}

Converters:

${names(converters, runningConverters)}
`;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

function signature({ types, required }: Arguments): string {
  if (types.length === 0) return '';
  const needed = types.slice(0, required).join(',');
  const rest = types.slice(required).join(',');
  return rest === '' ? `(${needed})` : `(${needed}[${needed === '' ? '' : ','}${rest}])`;
}

/** Names with commas between them, in lines of at most 120 columns. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? `${name}.` : `${name},`;
    if (line !== '' && line.length + 1 + word.length > 120) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
