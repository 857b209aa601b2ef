import { expect, it } from 'vitest';
import { Word } from '../../../src/servers/shared-table.ts';
import { Lab } from './lab.ts';

it('a limit that is changed while clients wait counts at once, and 0 (-1 in the table) lets nobody in', () => {
  const test = new Lab({ frontend: { maxconn: 1 } });
  const change = (limit: number) => {
    test.table.set(test.frontendSlot, Word.maxconn, limit);
    test.service.serverChanged(test.frontendSlot);
    test.engine.run();
  };
  const current = () => test.figures(test.frontendSlot).scur;
  for (let client = 0; client < 4; client++) test.connect();
  expect(current()).toBe(1);
  change(3);
  expect(current()).toBe(3);
  change(-1);
  for (const peer of test.servers[0]!.peers) peer.reset();
  test.engine.run();
  expect(current()).toBe(0);
  change(0);
  expect(current()).toBe(1);
});
