/** What the checks of an expression ask of the place it stands in. */
import type { Range } from '../grammar/expression.ts';
import type { ArgumentType } from './definition.ts';
import type { AclModel } from './model.ts';

/** A mistake. `message` is HAProxy's text without its final dot. */
export interface ExpressionProblem {
  readonly message: string;
  /** The words or characters meant, in the text that was checked. */
  readonly range?: Range;
  /** A name that is not known, and those that are. */
  readonly unknown?: { readonly name: string; readonly known: Iterable<string> };
}

/** An argument that names a proxy, a server or the like: looked up once everything is read. */
export interface ExpressionReference {
  readonly type: ArgumentType;
  readonly text: string;
  /** From 1. */
  readonly position: number;
  /** `ACL keyword 'nbsrv'` or `sample fetch keyword 'nbsrv'`, with the converter before it where it is one's argument. */
  readonly owner: string;
}

export interface Surroundings {
  /** The ACLs declared under a name so far. */
  aclsNamed(name: string): readonly AclModel[] | undefined;
  readonly aclNames: Iterable<string>;
  /** The lines of a pattern file, or undefined where it cannot be read. */
  readLines(path: string): readonly string[] | undefined;
  /** A regular expression as a source for `compilePattern`, or HAProxy's message about it. */
  translate(pattern: string, ignoreCase: boolean): { readonly source: string } | { readonly message: string };
  /** Whether the language asked for has a fetch or a converter hapax knows; absent: it has them all. */
  has?(kind: 'fetch' | 'converter', name: string): boolean;
  /** Addresses of a name, where it has any. */
  addressesOf(name: string): readonly string[];
  refer(reference: ExpressionReference): void;
  warn(message: string): void;
}
