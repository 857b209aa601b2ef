import { describe, expect, it } from 'vitest';
import { type Membership, Roll } from '../../../src/traffic/roll.ts';

describe('a roll', () => {
  it('has its members in order of arrival, whoever leaves', () => {
    for (const leaving of ['abc', 'cba', 'bac', 'bca', 'acb', 'cab']) {
      const roll = new Roll<string>();
      const places = new Map([...'abc'].map((name) => [name, roll.enter(name)]));
      let left = 'abc';
      for (const name of leaving) {
        roll.leave(places.get(name) as Membership<string>);
        left = left.replace(name, '');
        expect([roll.members.join(''), roll.size]).toEqual([left, left.length]);
      }
      roll.enter('d');
      expect(roll.members).toEqual(['d']);
    }
  });

  it('lets go of who has left, and is not disturbed by a second leave', () => {
    const roll = new Roll<string>();
    const first = roll.enter('a');
    roll.enter('b');
    roll.leave(first);
    roll.leave(first);
    expect([first.member, first.before, first.after]).toEqual([undefined, undefined, undefined]);
    expect(roll.members).toEqual(['b']);
  });
});
