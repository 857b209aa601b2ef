// Turns grammar/*.peggy into ES modules below src/grammar/generated/.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import peggy from 'peggy';

const target = new URL('../src/grammar/generated/', import.meta.url);
/** The rules other than a grammar's first that are parsed on their own. */
const startRules = { expression: ['wholeSample', 'aclLine', 'condition', 'logFormat'] };

mkdirSync(target, { recursive: true });
for (const file of readdirSync(new URL('../grammar/', import.meta.url))) {
  if (!file.endsWith('.peggy')) continue;
  const text = readFileSync(new URL(`../grammar/${file}`, import.meta.url), 'utf8');
  const name = file.slice(0, -'.peggy'.length);
  const code = peggy.generate(text, {
    output: 'source',
    format: 'es',
    grammarSource: file,
    ...(startRules[name] === undefined ? {} : { allowedStartRules: startRules[name] }),
  });
  writeFileSync(new URL(`${name}.js`, target), `// @ts-nocheck\n${code}`);
  writeFileSync(
    new URL(`${name}.d.ts`, target),
    'export function parse(text: string, options?: Record<string, unknown>): unknown;\n',
  );
}
