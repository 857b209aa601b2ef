/** `-V`: what is without effect is told of, with the reason; nobody else hears of it. */
import { expect, it } from 'vitest';
import { loadConfigurationText, type TextOptions } from '../../../src/config/load.ts';

const TEXT = `global
    tune.bufsize 32768
traces
    trace h1 sink stderr
userlist people
    user one insecure-password two
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
listen l
    bind 127.0.0.1:18080 alpn h2
    option http-no-delay
    server s 127.0.0.1:80 pool-max-conn 5
`;

async function notesOf(options: TextOptions): Promise<readonly (readonly [line: number, text: string])[]> {
  const { diagnostics } = await loadConfigurationText(TEXT, 'l.cfg', options);
  return diagnostics
    .filter(({ code }) => code === 'without-effect')
    .map(({ severity, span, message }) => {
      expect(severity).toBe('notice');
      return [span!.line, message] as const;
    });
}

it('tells of settings, sections, options and parameters of both kinds of line', async () => {
  const notes = await notesOf({ notes: true });
  const named = notes.map(([line, text]) => [line, /'([^']+)' has no effect: \S/.exec(text)?.[1]]);
  expect(named).toEqual([
    [2, 'tune.bufsize'],
    [3, 'traces'],
    [5, 'userlist'],
    [13, 'alpn'],
    [14, 'option http-no-delay'],
    [15, 'pool-max-conn'],
  ]);
});

it('tells nobody who does not ask, and not in the place of HAProxy', async () => {
  expect(await notesOf({})).toEqual([]);
  expect(await notesOf({ notes: true, strict: true })).toEqual([]);
});
