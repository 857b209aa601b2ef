import { expect, test } from 'vitest';
import type { Model } from '../../../src/config/model.ts';
import { fixedFiles, maxconnFor, neededFiles } from '../../../src/control/file-budget.ts';
import { loadConfigurationText } from '../../../src/index.ts';

async function modelOf(text: string): Promise<Model> {
  const { model } = await loadConfigurationText(`defaults\n  mode tcp\n${text}`);
  expect(model).toBeDefined();
  return model!;
}

// Measured on HAProxy 2.6.12: Maxsock of `show info` less twice maxconn.
test.each([
  ['listen l\n  bind 127.0.0.1:1\n  server a 127.0.0.1:1\nglobal\n  stats socket /tmp/x.sock\n', 28],
  [
    'listen l\n  bind 127.0.0.1:1\n  server a 127.0.0.1:1 check\n  server b 127.0.0.1:2\nglobal\n  stats socket /tmp/x.sock\n',
    29,
  ],
])('files that do not depend on the number of clients: %#', async (text, fixed) => {
  const model = await modelOf(text);
  expect(fixedFiles(model)).toBe(fixed);
  expect(neededFiles(model, 1000)).toBe(2000 + fixed);
});

test('a limit of open files leaves room for half as many clients, and for one at least', async () => {
  const model = await modelOf(
    'listen l\n  bind 127.0.0.1:1\n  server a 127.0.0.1:1 check\nglobal\n  stats socket /tmp/x.sock\n',
  );
  expect(maxconnFor(model, 20_000)).toBe(9985);
  expect(neededFiles(model, maxconnFor(model, 20_000))).toBeLessThanOrEqual(20_000);
  expect(maxconnFor(model, 10)).toBe(1);
  expect(maxconnFor(model, Number.POSITIVE_INFINITY)).toBeGreaterThan(500_000);
});

test('what is disabled opens nothing', async () => {
  const model = await modelOf('listen l\n  disabled\n  bind 127.0.0.1:1\n  server a 127.0.0.1:1 check\n');
  expect(fixedFiles(model)).toBe(26);
});
