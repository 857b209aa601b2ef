/**
 * Session logic must run in a loop of its own, where no promise, Node timer, stream or socket ever fires (see
 * src/traffic/engine.ts). So nothing in src/traffic outside engines/ may use one, but the files that host a thread.
 */
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const TRAFFIC = join(dirname(fileURLToPath(import.meta.url)), '../../src/traffic');
/** They live in Node's loop by their nature: the thread's entry, and the control thread's grip on it. */
const HOSTS = new Set(['worker.ts', 'worker-host.ts']);
/** Types only: the control thread's interface speaks of promises, the session's side never sees it. */
const PROMISING_TYPES = new Set(['traffic-handle.ts']);

const FORBIDDEN_MODULES =
  /^(node:)?(net|stream|tls|http|https|http2|dgram|timers|events|fs|dns|worker_threads|child_process)(\/.*)?$/;
const FORBIDDEN_NAMES = new Set([
  'Promise',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'fetch',
  'WebSocket',
  'EventTarget',
  'MessageChannel',
]);

function findings(file: string, name: string): string[] {
  const text = ts.sys.readFile(file) ?? '';
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const at = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${name}:${line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const { text: target } = node.moduleSpecifier;
      if (FORBIDDEN_MODULES.test(target)) at(node, `imports ${target}`);
      if (/(^|\/)engines\/(node|linux|simulated)\//.test(target)) at(node, `imports an engine: ${target}`);
    }
    if (node.kind === ts.SyntaxKind.AsyncKeyword) at(node, 'async');
    if (ts.isAwaitExpression(node)) at(node, 'await');
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) at(node, 'for await');
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) at(node, 'import()');
    if (ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text)) at(node, node.text);
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'nextTick') at(node, 'nextTick');
    if (ts.isPropertyAccessExpression(node) && /^(then|finally)$/.test(node.name.text)) at(node, `.${node.name.text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(TRAFFIC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('engines'))
  .filter((name) => !HOSTS.has(name) && !PROMISING_TYPES.has(name));

describe('src/traffic outside engines/', () => {
  it.each(files)('%s uses nothing of Node’s loop', (name) => {
    expect(findings(join(TRAFFIC, name), name)).toEqual([]);
  });

  it('has the files this test is about', () => {
    expect(files).toContain('session.ts');
    expect(files).toContain('engine.ts');
  });

  it('the handle’s file holds nothing but types', () => {
    for (const name of PROMISING_TYPES) {
      const text = ts.sys.readFile(join(TRAFFIC, name)) ?? '';
      const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      const values = source.statements.filter(
        (statement) =>
          !ts.isInterfaceDeclaration(statement) &&
          !ts.isTypeAliasDeclaration(statement) &&
          !(ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly === true),
      );
      expect(values.map((statement) => statement.getText())).toEqual([]);
    }
  });

  it('would notice', () => {
    const self = fileURLToPath(import.meta.url);
    const name = relative(TRAFFIC, self);
    expect(findings(join(TRAFFIC, 'worker-host.ts'), name).some((finding) => finding.endsWith('async'))).toBe(true);
    expect(findings(join(TRAFFIC, 'worker-host.ts'), name).some((finding) => finding.includes('worker_threads'))).toBe(
      true,
    );
  });
});
