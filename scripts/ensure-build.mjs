// Builds dist/ when it is missing or older than what it is made from. Tests that start processes run against it.
import { readdirSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);

function newest(path) {
  const url = new URL(path, root);
  const stat = statSync(url, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(url, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('generated'))
    .reduce((latest, entry) => Math.max(latest, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs), 0);
}

const sources = [
  'src',
  'grammar',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
];
const made = statSync(new URL('dist/cli/main.js', root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (Math.max(...sources.map(newest)) > made) await import('./build.mjs');
