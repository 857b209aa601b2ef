import { expect, test } from 'vitest';
import type { ServerState } from '../../../src/demo/server-snapshot.ts';
import { Storyteller } from '../../../src/demo/story.ts';
import { snapshot, UNWELL } from './pictures.ts';

const AT = new Date(2024, 0, 1);

/** What is told of servers `a` and `b` that go through these states. */
function told(...steps: readonly (readonly [ServerState, ServerState])[]): readonly string[][] {
  const storyteller = new Storyteller();
  return steps.map(([a, b]) => {
    const check = (state: ServerState) => (state === 'down' || state === 'failing' ? { ...UNWELL, state } : { state });
    return storyteller.tell([snapshot('a', check(a)), snapshot('b', check(b))], AT).map(({ text }) => text);
  });
}

test('the beginning is one sentence', () => {
  expect(told(['new', 'new'], ['up', 'new'], ['up', 'up'])).toEqual([
    [],
    [],
    ['a and b are UP: their status APIs answer 200.'],
  ]);
});

test('a server that is down from the start does not wait for the others', () => {
  expect(told(['new', 'new'], ['new', 'down'], ['up', 'down'])).toEqual([
    [],
    ['b is DOWN: its status API answers 500 (Internal Server Error). New connections go to a.'],
    ['a is UP: its status API answers 200.'],
  ]);
});

test('what is only on its way is not told', () => {
  expect(told(['up', 'up'], ['up', 'failing'], ['up', 'down'], ['up', 'recovering'], ['up', 'up']).flat()).toEqual([
    'b is DOWN: its status API answers 500 (Internal Server Error). New connections go to a.',
    'b is UP again and takes its share of new connections.',
  ]);
  expect(told(['up', 'up'], ['up', 'failing'], ['up', 'up']).flat()).toEqual([]);
});

test('when nobody is left, it says so', () => {
  const [, , last] = told(['up', 'up'], ['up', 'down'], ['maintenance', 'down']);
  expect(last).toEqual([
    'a is in MAINTenance, as ordered, and is not asked any more. Nobody is left: visitors are turned away.',
  ]);
});

test('orders are told', () => {
  expect(told(['up', 'up'], ['draining', 'up'], ['up', 'up']).flat()).toEqual([
    'a DRAINs, as ordered: what it has goes on. New connections go to b.',
    'a is UP again and takes its share of new connections.',
  ]);
});

test('a server that cannot be reached', () => {
  const storyteller = new Storyteller();
  storyteller.tell([snapshot('a'), snapshot('b')], AT);
  const gone = snapshot('b', { state: 'down', code: undefined, words: 'Connection refused' });
  expect(storyteller.tell([snapshot('a'), gone], AT).map(({ text, mood }) => [mood, text])).toEqual([
    ['bad', 'b is DOWN: it cannot be asked (Connection refused). New connections go to a.'],
  ]);
});
