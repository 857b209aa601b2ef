/** Configurations by chance: lines of the keyword tables' own examples in their sections, some of them damaged. */
import type { KeywordTable } from '../../src/config/dispatch.ts';
import type { SectionKind } from '../../src/config/keyword.ts';
import { bindTable, globalTable, proxyTable, serverTable } from '../../src/config/keywords/index.ts';

export type Random = () => number;

const CHARACTERS = '"\'\\$#{}:,-+/*!.@=%09azA ';

function examples<Draft>(table: KeywordTable<Draft>, section: SectionKind, legalOnly: boolean): readonly string[] {
  return table.definitions
    .filter((each) => each.support.kind === 'yes')
    .filter((each) => !legalOnly || each.sections.includes(section))
    .flatMap(({ examples: { ok, bad } }) => [...ok, ...ok, ...ok, ...ok, ...ok, ...ok, ...bad]);
}

const lines: Readonly<Record<SectionKind, readonly string[]>> = {
  // What acts on the process's own environment or ends the reading is left to other tests.
  global: examples(globalTable, 'global', true).filter((line) => !/env|zero-warning|quiet/.test(line)),
  defaults: examples(proxyTable, 'defaults', true),
  frontend: examples(proxyTable, 'frontend', false),
  backend: examples(proxyTable, 'backend', false),
  listen: examples(proxyTable, 'listen', false),
};
const bindParameters = examples(bindTable, 'frontend', true);
const serverParameters = examples(serverTable, 'backend', true);
const words = [...new Set(Object.values(lines).flatMap((each) => each.flatMap((line) => line.split(' '))))];

/** A few sections with a few lines each; at most `damages` of the lines are damaged. */
export function randomConfiguration(random: Random, damages: number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const some = (kind: SectionKind, most: number) => Array.from({ length: below(most + 1) }, () => pick(lines[kind]));
  const parameters = (from: readonly string[]) => Array.from({ length: below(3) }, () => pick(from)).join(' ');
  let port = 20000;
  const bind = () => `bind 127.0.0.1:${port++} ${random() < 0.3 ? parameters(bindParameters) : ''}`.trimEnd();
  const server = () =>
    `server s${port} 127.0.0.1:${port++} ${random() < 0.5 ? 'check ' : ''}${parameters(serverParameters)}`.trimEnd();
  const mode = () => (random() < 0.2 ? ['mode http'] : []);
  const text = [
    ...(random() < 0.4 ? ['global', ...some('global', 3)] : []),
    'defaults',
    'timeout connect 1s',
    'timeout client 1s',
    'timeout server 1s',
    ...some('defaults', 3),
    'frontend front',
    bind(),
    ...some('frontend', 3),
    'default_backend back',
    'backend back',
    ...some('backend', 3),
    server(),
    ...(random() < 0.4 ? ['listen both', ...mode(), bind(), ...some('listen', 3), server()] : []),
  ];
  return damagedText(text, random, damages);
}

/** At most `damages` of the lines damaged, as a text. */
export function damagedText(lines: readonly string[], random: Random, damages: number): string {
  const text = [...lines];
  for (let count = Math.floor(random() * (damages + 1)); count > 0; count--) {
    const at = Math.floor(random() * text.length);
    if (text[at] !== undefined) text.splice(at, 1, ...damagedLine(text[at], random));
  }
  return `${text.join('\n')}\n`;
}

/** The line with one thing wrong: a word or a character more, less or another; or gone, or twice. */
function damagedLine(line: string, random: Random): readonly string[] {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const parts = line.split(' ');
  const word = below(parts.length);
  const at = below(line.length + 1);
  switch (below(10)) {
    case 0:
      return [parts.toSpliced(word, 1).join(' ')];
    case 1:
      return [parts.toSpliced(word, 0, pick(words)).join(' ')];
    case 2:
      return [parts.toSpliced(word, 1, pick(words)).join(' ')];
    case 3:
      return [parts.toSpliced(word, 0, parts[word]!).join(' ')];
    case 4:
      return [line.slice(0, at) + pick([...CHARACTERS]) + line.slice(at)];
    case 5:
      return [line.slice(0, at) + line.slice(at + 1)];
    case 6:
      return [line.slice(0, at) + pick([...CHARACTERS]) + line.slice(at + 1)];
    case 7:
      return [
        line.replace(/\d+/, () => pick(['0', '1', '-1', '65536', '99999999999', '2147483648', '1.5', '3x', '5s'])),
      ];
    case 8:
      return [line, line];
    default:
      return [];
  }
}
