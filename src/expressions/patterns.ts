/** What an ACL compares with: numbers, networks, bytes, texts and regular expressions. */
import { addressBytes, numericHost, readNetworks } from './addresses.ts';
import type { MatchMethod } from './match-method.ts';
import type { MatchModel, NetworkModel, NumberRange } from './model.ts';
import type { Surroundings } from './surroundings.ts';

/** Takes patterns one by one; `add` gives HAProxy's message where one is wrong. */
export class PatternList {
  readonly #method: MatchMethod;
  readonly #around: Surroundings;
  readonly #ignoreCase: boolean;
  readonly #resolve: boolean;
  readonly #dotted: boolean;
  readonly #ranges: NumberRange[] = [];
  readonly #networks: NetworkModel[] = [];
  readonly #texts: string[] = [];
  #operator: string | undefined;

  /** `dotted`: versions as `3.1` (TLS) instead of numbers. `resolve`: names may stand for addresses. */
  constructor(
    method: MatchMethod,
    around: Surroundings,
    options: { readonly ignoreCase: boolean; readonly resolve: boolean; readonly dotted: boolean },
  ) {
    this.#method = method;
    this.#around = around;
    this.#ignoreCase = options.ignoreCase;
    this.#resolve = options.resolve;
    this.#dotted = options.dotted;
  }

  /** Reads a word of the line, which may be an operator before numbers. */
  addWord(text: string): string | undefined {
    const operator = this.#method === 'int' || this.#method === 'len' ? /^(eq|gt|ge|lt|le)$/.exec(text) : null;
    if (operator === null) return this.add(text);
    this.#operator = text;
    return undefined;
  }

  /** Reads a pattern, of the line or of a file. */
  add(text: string): string | undefined {
    switch (this.#method) {
      case 'found':
      case 'bool':
        return undefined;
      case 'int':
      case 'len':
        return this.#addNumber(text);
      case 'ip':
        return this.#addNetwork(text);
      case 'bin':
        return this.#addBytes(text);
      case 'reg':
        return this.#addRegex(text);
      default:
        this.#texts.push(text);
        return undefined;
    }
  }

  finish(): MatchModel {
    const method = this.#method;
    if (method === 'found' || method === 'bool') return { method };
    if (method === 'int' || method === 'len') return { method, ranges: this.#ranges };
    if (method === 'ip') return { method, networks: this.#networks };
    if (method === 'bin' || method === 'reg') return { method, patterns: this.#texts };
    return { method, ignoreCase: this.#ignoreCase, patterns: this.#texts };
  }

  #addNumber(text: string): string | undefined {
    const range = this.#dotted ? readRange(text, readVersion) : readRange(text, readInteger);
    if (range === undefined || (range.min ?? -Infinity) > (range.max ?? Infinity)) {
      if (this.#dotted) return `'${text}' is not a dotted number`;
      if (/[:-]/.test(text)) return `'${text}' is not a valid number range`;
      return this.#operator === undefined
        ? `'${text}' is not a number`
        : `'${text}' is neither a number nor a supported operator`;
    }
    this.#ranges.push(bounded(range, this.#operator));
    return undefined;
  }

  #addNetwork(text: string): string | undefined {
    const lookUp = (name: string) => {
      if (!this.#resolve) return [];
      const numeric = numericHost(name);
      if (numeric !== undefined) return [numeric];
      return this.#around.addressesOf(name).flatMap((address) => {
        const bytes = addressBytes(address);
        return bytes === undefined ? [] : [bytes];
      });
    };
    const networks = readNetworks(text, lookUp);
    if (networks === undefined) return `'${text}' is not a valid IPv4 or IPv6 address`;
    this.#networks.push(...networks);
    return undefined;
  }

  #addBytes(text: string): string | undefined {
    const odd = /[^0-9a-fA-F]/.exec(text);
    if (text.length % 2 === 1) return 'an even number of hex digit is expected';
    if (odd !== null) return `an hex digit is expected (found '${odd[0]}')`;
    this.#texts.push(text.toLowerCase());
    return undefined;
  }

  #addRegex(text: string): string | undefined {
    const translated = this.#around.translate(text, this.#ignoreCase);
    if ('message' in translated) return translated.message;
    this.#texts.push(translated.source);
    return undefined;
  }
}

/** `5`, `5:7`, `5:`, `:7`; a dash does as well as a colon, so there are no negative numbers. */
function readRange(text: string, read: (text: string) => number | undefined): NumberRange | undefined {
  const separator = text.search(/[:-]/);
  if (separator < 0) {
    const value = read(text);
    return value === undefined ? undefined : { min: value, max: value };
  }
  const [low, high] = [text.slice(0, separator), text.slice(separator + 1)];
  const min = low === '' ? undefined : read(low);
  const max = high === '' ? undefined : read(high);
  if ((min === undefined && low !== '') || (max === undefined && high !== '') || text.length === 1) return undefined;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function readInteger(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 2 ** 63 ? undefined : value;
}

/** `3.1`: the major version in the upper 16 bits. */
function readVersion(text: string): number | undefined {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [major, minor] = [Number(parts[1]), Number(parts[2] ?? 0)];
  return major > 0xffff || minor > 0xffff || parts[1]!.length > 4 ? undefined : major * 65536 + minor;
}

function bounded(range: NumberRange, operator: string | undefined): NumberRange {
  const { min, max } = range;
  switch (operator) {
    case 'gt':
      return { min: (max ?? min ?? 0) + 1 };
    case 'ge':
      return { min: min ?? max ?? 0 };
    case 'lt':
      return { max: (min ?? max ?? 0) - 1 };
    case 'le':
      return { max: max ?? min ?? 0 };
    default:
      return range;
  }
}
