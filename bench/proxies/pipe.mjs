/** What a Node programmer writes first: node:net and pipe, both ways. */
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./pipe-server.mjs', import.meta.url));

/** @type {import('./index.mjs').Proxy} */
export const pipe = {
  name: 'node-pipe',
  version: () => `node:net pipe, ${process.version}`,
  command: (listenPort, originPort, logPort) =>
    logPort === undefined ? [process.execPath, SERVER, String(listenPort), String(originPort)] : undefined,
};
