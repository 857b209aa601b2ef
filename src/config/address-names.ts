import { type AddressEnvironment, type AddressRules, parseAddress, splitAddresses } from './address.ts';
import type { Line } from './keyword.ts';

const LISTEN: AddressRules = { kind: 'listen' };
const SERVER: AddressRules = { kind: 'server' };
const PLAIN: AddressRules = { kind: 'plain' };
const SOURCE: AddressRules = { kind: 'plain', portRange: true };

/** Where an address stands among the words of a line, by the line's first words. */
const PLACES: Readonly<Record<string, { readonly word: number; readonly rules: AddressRules } | undefined>> = {
  bind: { word: 1, rules: LISTEN },
  server: { word: 2, rules: SERVER },
  'server-template': { word: 3, rules: SERVER },
  'stats socket': { word: 2, rules: LISTEN },
  log: { word: 1, rules: PLAIN },
  source: { word: 1, rules: PLAIN },
  mailer: { word: 2, rules: PLAIN },
};

/** The usual forms of an address without a name; a number that begins with 0 is octal to the resolver, which is asked then. */
const WITHOUT_NAME = /^(?:(?:(?:0|[1-9]\d{0,2})(?:\.(?!:|$)|(?=:|$))){4}|\*)?(?::\d*)?$/;

/** Words that say more about addresses than their place does. */
const TELLING: ReadonlySet<string> = new Set(['addr', 'source', 'usesrc', 'src', 'dst', 'init-addr', 'agent-addr']);

const NO_NAMES: readonly string[] = [];

/** Lines whose parameters may hold an address behind the word `addr`. */
const WITH_ADDR = new Set(['server', 'default-server', 'server-template', 'tcp-check', 'http-check']);

/**
 * Names in the addresses of a line that must be resolved before it is read (`bind`, `server`, `log`, ...). Mistakes are left to
 * the reading of the line.
 */
export function addressNames(line: Line, env: AddressEnvironment = {}): readonly string[] {
  if (isPlainServer(line)) return NO_NAMES;
  const words = line.words.map((word) => word.text);
  const names: string[] = [];
  const add = (text: string | undefined, rules: AddressRules) => {
    for (const one of splitAddresses(text ?? '')) {
      // Without a look at the rest of what an address can be.
      if (WITHOUT_NAME.test(one)) continue;
      const address = parseAddress(one, rules, env);
      if (address.ok && address.parts.isName) names.push(address.parts.host);
    }
  };
  const keyword = words[0] ?? '';
  const place = PLACES[`${keyword} ${words[1] ?? ''}`] ?? PLACES[keyword] ?? sectionAddress(words);
  if (place !== undefined && !resolvedByNobody(words)) add(words[place.word], place.rules);
  if (WITH_ADDR.has(keyword)) {
    for (const [index, word] of words.entries()) {
      if ((word === 'addr' || word === 'agent-addr') && index > 0) add(words[index + 1], PLAIN);
      if (word === 'source' && index > 0) add(words[index + 1], SOURCE);
    }
  }
  for (const name of patternNames(words)) names.push(name);
  const used = keyword === 'source' || words.includes('source') ? words.indexOf('usesrc', 2) : -1;
  if (used > 0) add(words[used + 1], PLAIN);
  return names;
}

/** A server with an IP address and nothing else to look at: what long files are made of. */
function isPlainServer({ words }: Line): boolean {
  if (words[0]!.text !== 'server' || words.length < 3 || !WITHOUT_NAME.test(words[2]!.text)) return false;
  for (const { text } of words) if (TELLING.has(text)) return false;
  return true;
}

/** Names among the patterns of ACLs on addresses: `src office.example`. */
function patternNames(words: readonly string[]): readonly string[] {
  const names: string[] = [];
  let reading = false;
  for (const [index, word] of words.entries()) {
    if (index > 0 && (word === 'src' || word === 'dst')) reading = true;
    else if (word === '}') reading = false;
    else if (reading && /^[a-z_][\w.-]*(\/\d+)?$/i.test(word)) names.push(word.replace(/\/.*$/, ''));
    else if (reading && (word === '-n' || word === '-f' || word === '-m')) reading = false;
  }
  return names;
}

/** Where old files have the address of a section: behind its name, or behind the defaults it names. */
function sectionAddress(words: readonly string[]): (typeof PLACES)[string] | undefined {
  if (words[0] !== 'frontend' && words[0] !== 'listen') return undefined;
  return { word: words[2] === 'from' && words[3] !== undefined ? 4 : 2, rules: LISTEN };
}

/** `init-addr none`, or one that begins with an address, never asks the resolver. */
function resolvedByNobody(words: readonly string[]): boolean {
  const at = words.indexOf('init-addr', 3);
  const methods = at < 0 ? [] : (words[at + 1] ?? '').split(',').filter((method) => method !== 'last');
  return methods.length > 0 && methods[0] !== 'libc' && methods[0] !== '';
}
