/** What a pattern says, as a tree. Texts hold one byte a character; one code more stands for bytes still to come. */

/** Which codes a character may have, by code: 0 to 255, and 256 for every higher one. */
export type CodeSet = Uint8Array;

export const CODES = 257;

export type PatternNode =
  | { readonly kind: 'set'; readonly set: CodeSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  /** `number`: from 1, in the order of the opening parentheses. */
  | { readonly kind: 'group'; readonly number: number; readonly body: PatternNode }
  | { readonly kind: 'reference'; readonly group: number; readonly ignoreCase: boolean }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negated: boolean; readonly body: PatternNode }
  /** What has been matched stays so: no other way through it is tried. */
  | { readonly kind: 'atomic'; readonly body: PatternNode }
  | { readonly kind: 'place'; readonly at: 'start' | 'end' | 'word' | 'no-word' }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      /** Infinity: as often as it goes. */
      readonly max: number;
      readonly lazy: boolean;
      /** The groups within: from this one, before that one. */
      readonly groups: readonly [from: number, to: number];
    };

export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groups: number;
  /** Groups as PCRE has them: see `PCRE_GROUPS`. */
  readonly pcre: boolean;
}

/** How many characters a node takes at the least and at the most. */
export function widthOf(node: PatternNode): readonly [least: number, most: number] {
  switch (node.kind) {
    case 'set':
      return [1, 1];
    case 'sequence': {
      const widths = node.parts.map(widthOf);
      return [sum(widths.map(([least]) => least)), sum(widths.map(([, most]) => most))];
    }
    case 'choice': {
      const widths = node.options.map(widthOf);
      return [Math.min(...widths.map(([least]) => least)), Math.max(...widths.map(([, most]) => most))];
    }
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'reference':
      return [0, Number.POSITIVE_INFINITY];
    case 'look':
    case 'place':
      return [0, 0];
    case 'repeat': {
      const [least, most] = widthOf(node.body);
      return [least * node.min, most === 0 || node.max === 0 ? 0 : most * node.max];
    }
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** With which codes a match can begin; undefined: it may take nothing, so that any place will do. */
export function firstCodes(node: PatternNode): CodeSet | undefined {
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'group':
    case 'atomic':
      return firstCodes(node.body);
    case 'repeat':
      return node.min === 0 ? undefined : firstCodes(node.body);
    case 'choice':
      return union(node.options.map(firstCodes));
    case 'sequence': {
      const before: CodeSet[] = [];
      for (const part of node.parts) {
        if (widthOf(part)[1] === 0) continue;
        const first = firstCodes(part);
        if (first !== undefined) return union([...before, first]);
        // What may take nothing is followed by what comes next.
        const optional = part.kind === 'repeat' && part.min === 0 ? firstCodes(part.body) : undefined;
        if (optional === undefined) return undefined;
        before.push(optional);
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function union(sets: readonly (CodeSet | undefined)[]): CodeSet | undefined {
  const all = new Uint8Array(CODES);
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (let code = 0; code < CODES; code++) all[code] = (all[code] as number) | (set[code] as number);
  }
  return all;
}

/** V8's linear matcher copies what is repeated, and does so often at most. */
const COPIES = 16;

/** Whether V8's linear matcher takes it: without look-around, references, atoms and high numbers of repetitions. */
export function isLinear(node: PatternNode, copies = 1): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.parts.every((part) => isLinear(part, copies));
    case 'choice':
      return node.options.every((option) => isLinear(option, copies));
    case 'group':
      return isLinear(node.body, copies);
    case 'repeat': {
      const here = copies * (Number.isFinite(node.max) ? Math.max(node.max, 1) : node.min + 1);
      return here <= COPIES && isLinear(node.body, here);
    }
    default:
      return node.kind === 'set' || node.kind === 'place';
  }
}

/** The number, in order, of the first look behind that may be of several lengths, which PCRE does not take. */
export function findLooseLook(root: PatternNode): number | undefined {
  const groups = new Map<number, PatternNode>();
  const looks: PatternNode[] = [];
  const visit = (node: PatternNode): void => {
    if (node.kind === 'group') groups.set(node.number, node.body);
    if (node.kind === 'look' && node.behind) looks.push(node.body);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  const fixed = (node: PatternNode) => Number.isInteger(fixedWidthOf(node, groups));
  const loose = looks.findIndex((body) => !(body.kind === 'choice' ? body.options.every(fixed) : fixed(body)));
  return loose < 0 ? undefined : loose;
}

function childrenOf(node: PatternNode): readonly PatternNode[] {
  switch (node.kind) {
    case 'sequence':
      return node.parts;
    case 'choice':
      return node.options;
    default:
      return 'body' in node ? [node.body] : [];
  }
}

/** How many characters it always takes; NaN: not always so many. */
function fixedWidthOf(node: PatternNode, groups: ReadonlyMap<number, PatternNode>): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return sum(node.parts.map((part) => fixedWidthOf(part, groups)));
    case 'choice': {
      const [first = 0, ...others] = node.options.map((option) => fixedWidthOf(option, groups));
      return others.every((width) => width === first) ? first : Number.NaN;
    }
    case 'group':
    case 'atomic':
      return fixedWidthOf(node.body, groups);
    case 'reference': {
      const group = groups.get(node.group);
      return group === undefined ? Number.NaN : fixedWidthOf(group, groups);
    }
    case 'look':
    case 'place':
      return 0;
    case 'repeat':
      return node.min === node.max ? node.min * fixedWidthOf(node.body, groups) : Number.NaN;
  }
}
