// Builds dist/: grammar first, then TypeScript, then the command in few files and its run bit. The finished tree takes the old one's
// place at once, so that a program running from dist meanwhile never finds half of it.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle.mjs';

const root = new URL('../', import.meta.url);
const fresh = new URL(`dist.${process.pid}.new/`, root);
const old = new URL(`dist.${process.pid}.old/`, root);
const dist = new URL('dist/', root);
const remove = (url) => rmSync(url, { recursive: true, force: true });

await import('./build-grammar.mjs');
try {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', fileURLToPath(fresh)];
  execFileSync(process.execPath, args, { cwd: fileURLToPath(root), stdio: 'inherit' });
  cpSync(new URL('src/grammar/generated/', root), new URL('grammar/generated/', fresh), { recursive: true });
  cpSync(new URL('src/web/assets/', root), new URL('web/assets/', fresh), { recursive: true });
  const unbundled = await bundleCommand(fresh);
  if (unbundled !== undefined) console.error(`the command will start later than it could: ${unbundled}`);
  chmodSync(new URL('cli/main.js', fresh), 0o755);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} catch (error) {
  // tsc has already said what is wrong.
  process.exitCode = 1;
  if (error.status === undefined) console.error(error);
} finally {
  remove(fresh);
  remove(old);
}
