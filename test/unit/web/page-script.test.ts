/** The page's script runs in browsers; here it is checked as strictly as the rest. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

it('has no type errors', () => {
  const path = fileURLToPath(new URL('../../../tsconfig.page.json', import.meta.url));
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const config = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  expect(config?.fileNames.map((name) => name.replace(/.*\//, ''))).toEqual(['page.js']);
  const program = ts.createProgram(config?.fileNames ?? [], config?.options ?? {});
  const found = ts.getPreEmitDiagnostics(program).map(({ messageText, start, file }) => {
    const at = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    return `${at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(found).toEqual([]);
});
