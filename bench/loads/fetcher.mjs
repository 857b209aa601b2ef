/** Fetches a page again and again in a thread of its own, so that the load's clock does not see the work. */
import { get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** @typedef {{ milliseconds: number, bytes: number }} Fetch */

/** @returns {Promise<Fetch>} */
function fetchOnce(url) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const request = get(url, { agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ milliseconds: performance.now() - begun, bytes });
        else reject(new Error(`${url}: status ${response.statusCode}`));
      });
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

/**
 * Fetches `url` `times` times, with a pause after each.
 * @param {string} url
 * @param {number} times
 * @param {number} pauseMs
 * @returns {Promise<Fetch[]>}
 */
export function fetchAside(url, times, pauseMs) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { url, times, pauseMs } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (!isMainThread) {
  const { url, times, pauseMs } = workerData;
  const fetches = [];
  for (let turn = 0; turn < times; turn += 1) {
    fetches.push(await fetchOnce(url));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  parentPort?.postMessage(fetches);
}
