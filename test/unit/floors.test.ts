/** The rooms of src stand on floors: a lower one never imports from a higher one, nor a room from another of its floor. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = join(dirname(fileURLToPath(import.meta.url)), '../../src');

/** From the ground up. `version.ts` and `index.ts` are rooms of their own. */
const FLOORS: readonly (readonly string[])[] = [
  ['version.ts', 'grammar', 'system'],
  ['patterns'],
  ['protocols'],
  ['expressions'],
  ['config'],
  ['servers'],
  ['stats', 'balance', 'logging'],
  ['traffic', 'health'],
  ['runtime-api', 'web', 'health-library'],
  ['control'],
  ['demo', 'probe', 'health-checker'],
  ['cli', 'index.ts'],
];

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

const roomOf = (path: string) => relative(SRC, path).split(sep)[0] ?? '';
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

/** Every relative import or re-export of a file. */
function edges(path: string): Edge[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Edge[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const target = isImport
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
    if (target !== undefined && ts.isStringLiteral(target) && target.text.startsWith('.')) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ from: path, to: resolve(dirname(path), target.text), line });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
  .map((name) => join(SRC, name));
const all = files.flatMap(edges);

describe('the floors of src', () => {
  it('has a floor for every room', () => {
    const rooms = [...new Set(files.map(roomOf))];
    expect(rooms.filter((room) => floorOf(room) < 0)).toEqual([]);
  });

  it('no room imports from a higher floor, nor from another room of its own', () => {
    const wrong = all
      .filter(({ from, to }) => roomOf(from) !== roomOf(to))
      // The config room reads with the grammar's words; types of the model may be used everywhere above.
      .filter(({ from, to }) => floorOf(roomOf(to)) >= floorOf(roomOf(from)))
      .map(({ from, to, line }) => `${relative(SRC, from)}:${line} imports ${relative(SRC, to)}`);
    expect(wrong).toEqual([]);
  });

  it('reads imports at all', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.some(({ from, to }) => roomOf(from) === 'traffic' && roomOf(to) === 'config')).toBe(true);
  });
});
