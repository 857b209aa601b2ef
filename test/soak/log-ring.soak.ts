/** A producer and a consumer in two threads, at chance speeds: no line is changed, doubled or lost without being counted. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createLogRing, LogRingReader } from '../../src/logging/log-ring.ts';
import { SOAK_MS, SOAK_SEED, seededRandom } from './soak.ts';

test('lines cross the ring between threads', async () => {
  const buffer = createLogRing(1);
  const reader = new LogRingReader(buffer);
  const random = seededRandom(SOAK_SEED);
  let last = -1;
  let received = 0;
  let wrong = '';
  reader.listen((proxy, level, text) => {
    const [number, filler] = Buffer.from(text).toString().split(':');
    const value = Number(number);
    const expected = 'é'.repeat(value % 700);
    if (value <= last || proxy !== value % 65_536 || level !== value % 8 || filler !== expected)
      wrong ||= `line ${text}`;
    last = value;
    received++;
    // Now and then the consumer is slow, and the ring runs full.
    if (random() < 0.001) for (const end = performance.now() + 2; performance.now() < end; );
  });
  const module = new URL('../../dist/logging/log-ring.js', import.meta.url).href;
  const worker = new Worker(
    `import(${JSON.stringify(module)}).then(({ LogRingWriter }) => {
       const { parentPort, workerData } = require('node:worker_threads');
       const writer = new LogRingWriter(workerData.buffer);
       const end = Date.now() + workerData.ms;
       let sent = 0;
       const burst = () => {
         for (let i = 0; i < 200; i++, sent++) writer.write(sent % 65536, sent % 8, sent + ':' + 'é'.repeat(sent % 700));
         if (Date.now() < end) setTimeout(burst, sent % 3); else parentPort.postMessage(sent);
       };
       burst();
     });`,
    { eval: true, workerData: { buffer, ms: SOAK_MS } },
  );
  const sent = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  reader.drain((_proxy, _level, text) => {
    last = Number(Buffer.from(text).toString().split(':')[0]);
    received++;
  });
  reader.close();
  expect(wrong).toBe('');
  expect(received + reader.dropped).toBe(sent);
  expect(received).toBeGreaterThan(1000);
  console.log(`${sent} lines sent, ${received} received, ${reader.dropped} dropped`);
});
