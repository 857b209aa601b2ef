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

describe('rates', () => {
  const at = (block: CounterBlock, now: number) => block.rate(SLOT, Counter.sessionRate, now);

  it('show a burst whole for a second, then less and less of it, wherever in a second it came', () => {
    for (const start of [5000, 5999, 1_000_000_000_123]) {
      const block = CounterBlock.create(2);
      for (let i = 0; i < 5; i++) block.tick(SLOT, Counter.sessionRate, start);
      const seen = [0, 999, 1010, 1210, 1410, 1610, 1810, 2010].map((age) => at(block, start + age));
      expect(seen).toEqual([5, 5, 4, 3, 2, 1, 0, 0]);
      expect(block.rateMax(SLOT, Counter.sessionRate)).toBe(5);
    }
  });

  it('show a single event for two seconds', () => {
    const block = CounterBlock.create(2);
    block.tick(SLOT, Counter.sessionRate, 7300);
    expect([7300, 8500, 9299, 9300].map((now) => at(block, now))).toEqual([1, 1, 1, 0]);
  });

  it('keep steady traffic steady over the turn of a period', () => {
    const block = CounterBlock.create(2);
    for (let now = 10_000; now < 15_000; now += 10) {
      block.tick(SLOT, Counter.sessionRate, now);
      if (now >= 11_000) expect(Math.abs(at(block, now) - 100)).toBeLessThanOrEqual(1);
    }
    expect(block.rateMax(SLOT, Counter.sessionRate)).toBeLessThanOrEqual(101);
  });

  it('start anew after silence and after a clock that went back', () => {
    const block = CounterBlock.create(2);
    for (const now of [1000, 1000, 60_000, 60_500]) block.tick(SLOT, Counter.sessionRate, now);
    expect(at(block, 60_600)).toBe(2);
    block.tick(SLOT, Counter.sessionRate, 30_000);
    expect(at(block, 30_000)).toBe(1);
  });
});
