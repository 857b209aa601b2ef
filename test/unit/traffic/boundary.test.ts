import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../../src/', import.meta.url);
/** Ends of the thread and of the control side, where Node's own means are in place. */
const ENDS = new Set(['traffic/worker.ts', 'traffic/worker-host.ts']);

function sources(room: string): string[] {
  return readdirSync(new URL(room, ROOT))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}${name}`);
}

/** Nothing of this ever runs in a worker that sits in an event loop of its own. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a promise', /\bPromise\b|\.then\(|\bqueueMicrotask\b/],
  ['async', /\basync\b|\bawait\b/],
  ['a timer of Node', /\bset(Timeout|Interval|Immediate)\b|\bnextTick\b/],
  [
    'a module of Node',
    /from '(node:)?(net|tls|stream|timers|dgram|http|https|events|fs|dns|worker_threads|child_process)/,
  ],
  ['an engine', /from '\.\/engines\//],
];

const files = [...sources('traffic/'), ...sources('balance/')].filter((file) => !ENDS.has(file));

it('there is session logic to look at', () => {
  expect(files).toContain('traffic/session.ts');
  expect(files.length).toBeGreaterThan(15);
});

it.each(files)('%s could run in a loop of its own', (file) => {
  const code = readFileSync(new URL(file, ROOT), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
  // The handle is the control thread's side, promises are its point; it is types alone.
  const rules = file === 'traffic/traffic-handle.ts' ? FORBIDDEN.filter(([what]) => what !== 'a promise') : FORBIDDEN;
  for (const [what, pattern] of rules) expect(pattern.test(code), `${file} uses ${what}`).toBe(false);
});
