import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../src/control/choose-engine.ts';
import { linuxProblem } from '../../../src/system/syscalls.ts';

const problem = linuxProblem();

describe('the engine that moves the bytes', () => {
  it('is the node engine where that is asked for', () => {
    expect(chooseEngine('node', undefined)).toEqual({ engine: 'node' });
    expect(chooseEngine(undefined, 'node')).toEqual({ engine: 'node' });
    expect(chooseEngine('node', 'linux')).toEqual({ engine: 'node' });
  });

  it('is the linux engine where it runs', () => {
    const expected =
      problem === undefined ? { engine: 'linux' } : { engine: 'node', notice: expect.stringContaining(problem) };
    expect(chooseEngine('linux', undefined)).toEqual(expected);
    expect(chooseEngine(undefined, 'linux')).toEqual(expected);
    expect(chooseEngine('linux', 'node')).toEqual(expected);
    expect(chooseEngine(undefined, '').engine).toBe(expected.engine);
  });

  it('is the usual one, with a word about it, when nobody knows the name', () => {
    const { engine, notice } = chooseEngine(undefined, 'turbo');
    expect(engine).toBe(problem === undefined ? 'linux' : 'node');
    expect(notice).toContain("no engine 'turbo'");
  });
});
