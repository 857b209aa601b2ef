import { describe, expect, it } from 'vitest';
import type { Syscalls } from '../../../src/system/syscalls.ts';
import { PipePool } from '../../../src/traffic/engines/linux/pipe-pool.ts';

/** A kernel that grants pipes of `granted` bytes, `pipes` of them, and counts descriptors. */
class Kernel {
  granted = 1_048_576;
  pipes = Number.POSITIVE_INFINITY;
  asked = 0;
  readonly open = new Set<number>();
  #next = 10;

  pipe(ends: Int32Array): number {
    this.asked += 1;
    if (this.open.size / 2 >= this.pipes) return -24;
    ends[0] = this.#next++;
    ends[1] = this.#next++;
    this.open.add(ends[0]).add(ends[1]);
    return 0;
  }

  setPipeSize(_fd: number, size: number): number {
    return size <= this.granted ? size : -1;
  }

  close(fd: number): number {
    expect(this.open.delete(fd)).toBe(true);
    return 0;
  }
}

function pool(kernel: Kernel, most = 4, highestFd = 1000) {
  const clock = { now: 0 };
  const told: (readonly [number, number])[] = [];
  const gauges = { pipesChanged: (used: number, free: number) => void told.push([used, free]) };
  const made = new PipePool(kernel as unknown as Syscalls, () => clock.now, most, highestFd, gauges);
  return { pool: made, clock, told };
}

describe('the pool of pipes', () => {
  it('makes pipes when needed and uses empty ones again', () => {
    const kernel = new Kernel();
    const { pool: pipes, told } = pool(kernel);
    const first = pipes.take();
    expect(first?.size).toBe(1_048_576);
    pipes.give(first!, true);
    expect(pipes.take()).toBe(first);
    expect(told).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  it('closes a pipe that still holds bytes', () => {
    const kernel = new Kernel();
    const { pool: pipes } = pool(kernel);
    pipes.give(pipes.take()!, false);
    expect(kernel.open.size).toBe(0);
    expect([pipes.used, pipes.free]).toEqual([0, 0]);
  });

  it('keeps within its budget', () => {
    const kernel = new Kernel();
    const { pool: pipes } = pool(kernel, 2);
    const taken = [pipes.take(), pipes.take()];
    expect(pipes.take()).toBeUndefined();
    expect(kernel.asked).toBe(2);
    pipes.give(taken[0]!, true);
    expect(pipes.take()).toBe(taken[0]);
  });

  it('takes smaller pipes where large ones are refused, and none below 64 KB', () => {
    const kernel = new Kernel();
    kernel.granted = 100_000;
    const { pool: pipes, clock } = pool(kernel);
    expect(pipes.take()?.size).toBe(65_536);
    kernel.granted = 8192;
    expect(pipes.take()).toBeUndefined();
    expect(kernel.open.size).toBe(2);
    kernel.granted = 1_048_576;
    expect(pipes.take()).toBeUndefined();
    clock.now = 1001;
    expect(pipes.take()?.size).toBe(1_048_576);
  });

  it('leaves a kernel without descriptors alone for a while', () => {
    const kernel = new Kernel();
    kernel.pipes = 0;
    const { pool: pipes, clock } = pool(kernel);
    expect([pipes.take(), pipes.take()]).toEqual([undefined, undefined]);
    expect(kernel.asked).toBe(1);
    clock.now = 1000;
    pipes.take();
    expect(kernel.asked).toBe(2);
  });

  it('leaves the highest descriptors to connections, and gives up free pipes when they are short', () => {
    const kernel = new Kernel();
    const { pool: pipes } = pool(kernel, 8, 12);
    const first = pipes.take();
    expect(pipes.take()).toBeUndefined();
    expect(kernel.open.size).toBe(2);
    pipes.give(first!, true);
    pipes.shrink();
    expect([kernel.open.size, pipes.free]).toEqual([0, 0]);
  });
});
