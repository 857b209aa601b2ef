import { expect, test } from 'vitest';
import { paint } from '../../../src/probe/paint.ts';

/** A change of colour, as `<31 ` and `>`. */
const painted = (line: string) =>
  paint(line)
    .split('\x1b[')
    .map((part, index) =>
      index === 0 ? part : part.replace(/^(\d+)m/, (_all, code) => (/39|22/.test(code) ? '>' : `<${code} `)),
    )
    .join('');

test.each([
  ['b/s (t.cfg:1): HTTP', '<1 b/s (t.cfg:1): HTTP>'],
  [
    '  verdict              L4OK in 1 ms: passed (2 in a row bring the server up)',
    '  verdict              L4OK in 1 ms: <32 passed> (2 in a row bring the server up)',
  ],
  [
    '  verdict              L4CON "x" in 1 ms: FAILED, Layer4 connection problem (3)',
    '  verdict              L4CON "x" in 1 ms<31 : FAILED>, Layer4 connection problem (3)',
  ],
  [
    '  expect               status 200: saw 500, NOT passed',
    '  expect               status 200: saw 500, <31 NOT passed>',
  ],
  [
    '                       2 expect string "passed": not reached',
    '                       2 expect string "passed": not reached',
  ],
  ['                       2 expect string "a": passed', '                       2 expect string "a": <32 passed>'],
  ['  hint                 Look.', '<33   hint                 Look.>'],
  ['  received     1.0 ms  HTTP/1.1 200 passed', '  received     1.0 ms  HTTP/1.1 200 passed'],
])('%s', (line, expected) => {
  expect(painted(line)).toBe(expected);
});
