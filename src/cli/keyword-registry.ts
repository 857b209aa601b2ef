/** `-dK`: the keywords hapax knows, in the form HAProxy lists its own, so that the two can be compared line by line. */
import { foreignSections } from '../config/foreign-sections.ts';
import { bindTlsParameters } from '../config/keywords/bind-tls-parameters.ts';
import { filterNames } from '../config/keywords/filters.ts';
import { actionNames as httpActionNames } from '../config/keywords/http-actions.ts';
import { bindTable, globalTable, proxyTable, serverTable } from '../config/keywords/index.ts';
import { actionNames, type TcpRuleKind } from '../config/keywords/tcp-actions.ts';
import { aclKeywords } from '../expressions/acl-keywords.ts';
import { converterTable } from '../expressions/converters/index.ts';
import type { Arguments } from '../expressions/definition.ts';
import { fetchTable } from '../expressions/fetches/index.ts';
import { placeTexts } from '../expressions/places.ts';
import { COMMANDS } from '../runtime-api/commands/index.ts';
import { commandMarks, missingCommands } from '../runtime-api/missing-commands.ts';
import {
  certificateOptions,
  unlistedActions,
  unlistedGlobal,
  unlistedOptions,
  unlistedProxy,
} from './unlisted-keywords.ts';

interface KeywordClass {
  readonly name: string;
  readonly doc: string;
  readonly title: string;
  lines(): readonly string[];
}

/** Actions that name something in parentheses. */
const WITH_PARENTHESES =
  /^(?:add-acl|del-acl|del-map|do-resolve|sc-(?:add|inc|set)-gp[ct][01]?|set-map|set-var|set-var-fmt|track-sc|unset-var)$/;

const classes: readonly KeywordClass[] = [
  { name: 'acl', doc: 'ACL keywords', title: 'ACL keywords', lines: aclLines },
  { name: 'cfg', doc: 'configuration keywords', title: 'configuration keywords', lines: configurationLines },
  { name: 'cli', doc: 'CLI keywords', title: 'CLI keywords', lines: commandLines },
  { name: 'cnv', doc: 'sample converter keywords', title: 'sample converter functions', lines: converterLines },
  { name: 'flt', doc: 'filter names', title: 'filter names', lines: filterLines },
  { name: 'smp', doc: 'sample fetch functions', title: 'sample fetch functions', lines: fetchLines },
  { name: 'svc', doc: 'service names', title: 'service names', lines: () => ['prometheus-exporter'] },
];

/** The text of the classes named (`cfg,acl`, `all`, `help`), each line ended. Names that are none are passed over. */
export function registryText(wanted: string): string {
  const names = wanted.split(',');
  const lines: string[] = [];
  if (names.includes('help')) {
    lines.push('# List of supported keyword classes:', 'all: list all keywords');
    lines.push(...classes.map(({ name, doc }) => `${name}: ${doc}`));
  }
  for (const each of classes) {
    if (!names.includes('all') && !names.includes(each.name)) continue;
    lines.push(`# List of registered ${each.title}:`, ...each.lines());
  }
  return lines.map((line) => `${line}\n`).join('');
}

function aclLines(): readonly string[] {
  return [...aclKeywords].map(([name, { fetch, method }]) => `${name} = ${fetch} -m ${method}`).sort();
}

function converterLines(): readonly string[] {
  return [...converterTable.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, arguments: args, input, output }) => `${name}${argumentsText(args)}: ${output} => ${input}`);
}

function fetchLines(): readonly string[] {
  const header = placeTexts.map((text, index) => {
    const left = placeTexts.length - index;
    return `#${' '.repeat(left + 1)}${'/ '.repeat(index)}_.${'-'.repeat(left)} ${text}`;
  });
  const rows = [...fetchTable.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = rows.map(({ name, arguments: args, output, places }) => {
    return `[ ${[...places].join(' ')} ] ${name}${argumentsText(args)}: ${output}`;
  });
  return [...header, `# ${'/ '.repeat(placeTexts.length)} `, `# ${'| '.repeat(placeTexts.length)}`, ...lines];
}

/** `(integer,string[,integer])`; nothing where there are none. */
function argumentsText({ types, required }: Arguments): string {
  if (types.length === 0) return '';
  const must = types.slice(0, required).join(',');
  const may = types.slice(required).join(',');
  if (may === '') return `(${must})`;
  return must === '' ? `([${may}])` : `(${must}[,${may}])`;
}

function commandLines(): readonly string[] {
  const own = COMMANDS.map(({ words }) => words.join(' ')).map((name) => `${name} ${commandMarks(name)} `);
  return [...own, ...[...missingCommands].map(([name, marks]) => `${name} ${marks} `)].sort();
}

function filterLines(): readonly string[] {
  return [...filterNames].map(([name, part]) => `${name} [${part}]`).sort();
}

function configurationLines(): readonly string[] {
  const names = (table: { readonly definitions: readonly { readonly name: string }[] }) =>
    table.definitions.map(({ name }) => name);
  const tls = new Set(bindTlsParameters.map(({ name }) => name));
  const bind = bindTable.definitions.filter(({ name }) => name !== 'ssl');
  const sections: readonly (readonly [name: string, lines: readonly (readonly string[])[]])[] = [
    ['global', [names(globalTable).filter((name) => !unlistedGlobal.has(name))]],
    [
      'listen',
      [
        names(proxyTable)
          .map((name) => name.split(' ')[0]!)
          .filter((name) => !unlistedProxy.has(name)),
        bind.filter(({ name }) => !tls.has(name)).map((each) => `bind <addr> ${parameter(each)}`),
        bind.filter(({ name }) => tls.has(name)).map((each) => `bind <addr> ssl ${parameter(each)}`),
        serverTable.definitions.map((each) => `server <name> <addr> ${parameter(each)}`),
        optionLines(),
        ...ruleLines(),
      ],
    ],
    ['userlist', [foreignSections.get('userlist')!.words]],
    ['peers', []],
    ['crt-list', [bind.filter(({ name }) => certificateOptions.has(name)).map(parameter)]],
    ...['crt-store', 'traces', 'acme'].map((name) => [name, [foreignSections.get(name)!.words]] as const),
  ];
  return sections.flatMap(([name, groups]) => [
    name,
    ...groups.flatMap((group) => [...new Set(group)].sort().map((line) => `\t${line}`)),
  ]);
}

/** A parameter of a line and how many words it takes. */
function parameter({ name, takes }: { readonly name: string; readonly takes?: unknown }): string {
  if (name === 'source') return 'source +-1';
  const lone = name === 'set-proxy-v2-tlv-fmt' || name === 'usesrc';
  return takes === 1 && !lone ? `${name} +1` : name;
}

function optionLines(): readonly string[] {
  return proxyTable.definitions
    .filter(({ name }) => name.startsWith('option ') && !unlistedOptions.has(name.slice('option '.length)))
    .map(({ name, sections, mode }) => {
      const sides = [['FE', 'frontend'] as const, ['BE', 'backend'] as const].filter(([, kind]) =>
        sections.includes(kind),
      );
      return `${name} [ ${[...sides.map(([side]) => side), ...(mode === 'http' ? ['HTTP'] : [])].join(' ')} ]`;
    });
}

const tcpRules: readonly (readonly [words: string, kind: TcpRuleKind])[] = [
  ['tcp-request connection', 'connection'],
  ['tcp-request session', 'session'],
  ['tcp-request content', 'content'],
  ['tcp-response content', 'response'],
];

function ruleLines(): readonly (readonly string[])[] {
  const rules = [
    ...tcpRules.map(([words, kind]) => [words, actionNames(kind)] as const),
    ...['http-request', 'http-response', 'http-after-response'].map((rule) => [rule, httpActionNames(rule)] as const),
  ];
  return rules.map(([rule, names]) =>
    names
      .filter((name) => !unlistedActions.has(`${rule} ${name}`))
      .map((name) => `${rule} ${name}${WITH_PARENTHESES.test(name) ? '*' : ''}`),
  );
}
