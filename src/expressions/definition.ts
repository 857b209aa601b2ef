/** The shape of a sample fetch's and of a converter's definition: plain data, one object each. */
import type { Need } from './needs.ts';
import type { Places } from './places.ts';
import type { SampleType } from './sample-type.ts';

/** The names are those of HAProxy's messages and of its registry. */
export type ArgumentType =
  | 'integer'
  | 'string'
  | 'regex'
  | 'frontend'
  | 'backend'
  | 'server'
  | 'table'
  | 'user list'
  | 'IPv4 address'
  | 'IPv6 address'
  | 'IPv4 mask'
  | 'IPv6 mask'
  | 'Protocol buffers field number';

export interface Arguments {
  readonly types: readonly ArgumentType[];
  /** How many of them must be there. */
  readonly required: number;
}

export interface FetchDefinition {
  readonly name: string;
  readonly arguments: Arguments;
  readonly output: SampleType;
  readonly places: Places;
  /** Empty: nothing beyond what its places give. */
  readonly needs: readonly Need[];
}

export interface ConverterDefinition {
  readonly name: string;
  readonly arguments: Arguments;
  readonly input: SampleType;
  /** `same`: the type that went in. */
  readonly output: SampleType;
}

/** A row of a table of fetches; `args` as the registry has it (`integer,integer[,string]`). */
export function fetch(
  name: string,
  args: string,
  output: SampleType,
  places: Places,
  needs: readonly Need[] = [],
): FetchDefinition {
  return { name, arguments: readArguments(args), output, places, needs };
}

/** A row of a table of converters. */
export function converter(name: string, args: string, input: SampleType, output: SampleType): ConverterDefinition {
  return { name, arguments: readArguments(args), input, output };
}

const NONE: Arguments = { types: [], required: 0 };

function readArguments(text: string): Arguments {
  if (text === '') return NONE;
  const split = (part: string) => part.split(',').filter((type) => type !== '') as ArgumentType[];
  const bracket = text.indexOf('[');
  if (bracket < 0) {
    const types = split(text);
    return { types, required: types.length };
  }
  const required = split(text.slice(0, bracket));
  return { types: [...required, ...split(text.slice(bracket + 1, -1))], required: required.length };
}
