/** How long a program takes from its start to the first connection it serves. */
import { startChild } from '../children.mjs';
import { pause } from '../measure.mjs';
import { shortConnections } from './short.mjs';

/**
 * Starts a proxy and asks until it answers.
 * @param {readonly string[]} command
 * @param {number} port Where it will listen.
 * @param {number} patience Milliseconds.
 */
export async function startAndAsk(command, port, patience = 15_000) {
  const begun = performance.now();
  const child = startChild(command);
  for (;;) {
    try {
      await shortConnections(port, 1, 1);
      return { child, milliseconds: performance.now() - begun };
    } catch (error) {
      child.assertAlive();
      if (performance.now() - begun > patience) throw error;
      await pause(1);
    }
  }
}
