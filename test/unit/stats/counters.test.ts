import { describe, expect, it } from 'vitest';
import { averageOf, Counter, CounterBlock } from '../../../src/stats/counters.ts';

const SLOT = 1;

function used(): CounterBlock {
  const block = CounterBlock.create(2);
  for (const time of [4, 8]) {
    block.add(SLOT, Counter.sessions, 1);
    block.add(SLOT, Counter.chosen, 1);
    block.average(SLOT, Counter.totalTimeAverage, time);
    block.tick(SLOT, Counter.sessionRate, 10_500);
  }
  block.add(SLOT, Counter.responses2xx, 2);
  block.set(SLOT, Counter.lastSessionSecond, 10);
  return block;
}

describe('clear counters', () => {
  it('sets highest values to 0 and leaves the rest', () => {
    const block = used();
    expect(block.rateMax(SLOT, Counter.sessionRate)).toBe(2);
    block.clear('maxima');
    expect(block.rateMax(SLOT, Counter.sessionRate)).toBe(0);
    expect(block.get(SLOT, Counter.totalTimeMax)).toBe(0);
    expect(block.get(SLOT, Counter.sessions)).toBe(2);
    expect(averageOf([block], SLOT, Counter.totalTimeAverage)).toBe(6);
    expect(block.rate(SLOT, Counter.sessionRate, 10_600)).toBe(2);
  });

  it('with all starts every sum anew without writing to what another thread adds to', () => {
    const block = used();
    const writer = CounterBlock.attach(block.buffer);
    block.clear('all');
    expect(block.get(SLOT, Counter.sessions)).toBe(0);
    expect(block.get(SLOT, Counter.responses2xx)).toBe(0);
    expect(block.get(SLOT, Counter.lastSessionSecond)).toBe(0);
    expect(averageOf([block], SLOT, Counter.totalTimeAverage)).toBe(0);
    expect(writer.words[writer.offset(SLOT) + Counter.sessions]).toBe(2);
    writer.add(SLOT, Counter.sessions, 1);
    writer.add(SLOT, Counter.chosen, 1);
    writer.average(SLOT, Counter.totalTimeAverage, 3);
    expect(block.get(SLOT, Counter.sessions)).toBe(1);
    expect(averageOf([block], SLOT, Counter.totalTimeAverage)).toBe(3);
  });
});

describe('averages', () => {
  it('weigh the threads by their sessions', () => {
    const one = CounterBlock.create(2);
    const other = CounterBlock.create(2);
    for (const [block, time] of [
      [one, 9],
      [other, 1],
      [other, 1],
      [other, 1],
    ] as const) {
      block.add(SLOT, Counter.sessions, 1);
      block.add(SLOT, Counter.chosen, 1);
      block.average(SLOT, Counter.connectTimeAverage, time);
    }
    expect(averageOf([one, other], SLOT, Counter.connectTimeAverage)).toBe(3);
    expect(averageOf([], SLOT, Counter.connectTimeAverage)).toBe(0);
  });
});
