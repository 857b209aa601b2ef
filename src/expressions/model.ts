/** Expressions as plain data (structured-cloneable), checked: what a model holds and what is compiled where it runs. */
import type { ArgumentType } from './definition.ts';
import type { SampleType } from './sample-type.ts';

/** As written; an empty text is an argument left out (a proxy: the one the expression stands in). */
export interface ArgumentModel {
  readonly type: ArgumentType;
  readonly text: string;
}

export interface SampleModel {
  readonly fetch: string;
  readonly args: readonly ArgumentModel[];
  readonly converters: readonly ConverterModel[];
  /** What comes out in the end. */
  readonly output: SampleType;
}

export interface ConverterModel {
  readonly name: string;
  readonly args: readonly ArgumentModel[];
  /** A map's file: keys and values in its order. */
  readonly map?: readonly (readonly [key: string, value: string])[];
}

/** Bounds are inclusive; absent: none. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** Bytes of the address, masked, and of the mask: 4 for IPv4, 16 for IPv6. */
export interface NetworkModel {
  readonly address: readonly number[];
  readonly mask: readonly number[];
}

export type MatchModel =
  | { readonly method: 'found' }
  | { readonly method: 'bool' }
  | { readonly method: 'int' | 'len'; readonly ranges: readonly NumberRange[] }
  | { readonly method: 'ip'; readonly networks: readonly NetworkModel[] }
  /** Hexadecimal. */
  | { readonly method: 'bin'; readonly patterns: readonly string[] }
  | {
      readonly method: 'str' | 'beg' | 'sub' | 'dir' | 'dom' | 'end';
      readonly ignoreCase: boolean;
      readonly patterns: readonly string[];
    }
  /** Sources for RegExp, which match bytes held one per character. */
  | { readonly method: 'reg'; readonly patterns: readonly string[] };

export interface AclModel {
  readonly sample: SampleModel;
  /** The word that stood for the fetch (`path_beg`), for messages. */
  readonly keyword: string;
  readonly match: MatchModel;
}

export interface TermModel {
  readonly negated: boolean;
  /** True when one of them is: the ACLs of one name. */
  readonly acls: readonly AclModel[];
}

/** Terms are joined by "and", groups of them by "or". */
export interface ConditionModel {
  readonly unless: boolean;
  readonly anyOf: readonly (readonly TermModel[])[];
}

export type LogPartModel =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly flags: string }
  | { readonly kind: 'sample'; readonly sample: SampleModel; readonly flags: string };

export type LogFormatModel = readonly LogPartModel[];
