// Puts the modules of the command into a few files: Node spends longer on finding, reading and linking two hundred of them
// than on running them. Traffic threads and the library go on with the single modules, which stay where they are.
import { readFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the files with the shared modules go, in dist/. */
const CHUNKS = 'cli/modules';

/**
 * Bundles `cli/main.js` of a finished tree in place.
 * @param {URL} tree The folder with `cli/main.js`, its name ending in a slash.
 * @returns {Promise<string | undefined>} Why nothing was done, if so: the command works without, and starts later.
 */
export async function bundleCommand(tree) {
  let esbuild;
  try {
    esbuild = await import('esbuild');
    // Its program comes as a package of the platform, which an installation may have left out.
    await esbuild.transform('');
  } catch (error) {
    return `esbuild cannot be used (${error.message.split('\n')[0]})`;
  }
  const root = fileURLToPath(tree);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['cli/main.js'],
    outdir: root,
    outbase: root,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [keepModuleUrls(root)],
  });
}

/** A module finds its files (`./worker.js`, `./assets/`) beside where it stood, not beside the file it was put into. */
function keepModuleUrls(root) {
  return {
    name: 'keep-module-urls',
    setup(build) {
      build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes('import.meta.url')) return undefined;
        const place = relative(`${root}${CHUNKS}`, path).split(sep).join('/');
        const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
        return { contents: text.replaceAll('import.meta.url', url), resolveDir: dirname(path) };
      });
    },
  };
}
