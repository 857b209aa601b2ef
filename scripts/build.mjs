// Builds dist/: grammar first, then TypeScript, then the run bit of the command.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
await import('./build-grammar.mjs');
rmSync(new URL('dist/', root), { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: fileURLToPath(root), stdio: 'inherit' });
cpSync(new URL('src/grammar/generated/', root), new URL('dist/grammar/generated/', root), { recursive: true });
chmodSync(new URL('dist/cli/main.js', root), 0o755);
