/** What a check in CI is made of: comments that take warnings back, targets, and forms for machines. */
import { describe, expect, it } from 'vitest';
import { loadConfigurationText, type TextOptions } from '../../../src/config/load.ts';
import { verdict } from '../../../src/config/verdict.ts';
import { FORMATS } from '../../../src/config/writers/formats.ts';
import { writers } from '../../../src/config/writers/index.ts';

const TIMEOUTS = 'defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n';

async function codes(text: string, options: TextOptions = {}) {
  const { diagnostics } = await loadConfigurationText(`${TIMEOUTS}${text}`, 't.cfg', options);
  return diagnostics.map(({ severity, code, span }) => `${severity} ${code} ${span?.line}`);
}

describe('comments that take warnings back', () => {
  const listen = (before: string, after: string) => `listen l${before}\n bind :80\n redispatch${after}\n`;

  it.each([
    ['on the line', listen('', ' # hapax:ignore removed-keyword')],
    ['on the line, without codes', listen('', ' # kept for 1.8 # hapax:ignore')],
    ['on the line before', listen('', '').replace(' redispatch', '# hapax:ignore other, removed-keyword\n redispatch')],
    ['for the file', `${listen('', '')}# hapax:ignore-file removed-keyword\n`],
  ])('%s', async (_name, text) => {
    expect(await codes(text)).toEqual([]);
    expect(await codes(text, { strict: true })).toHaveLength(1);
  });

  it.each([
    ['of other codes', listen('', ' # hapax:ignore other'), 'warning removed-keyword 7'],
    ['on another line', listen(' # hapax:ignore', ''), 'warning removed-keyword 7'],
    ['for errors', 'listen l\n bind :80\n bnid # hapax:ignore\n', 'alert unknown-keyword 7'],
  ])('but not %s', async (_name, text, left) => {
    expect(await codes(text)).toEqual([left]);
  });

  it('count for zero-warning', async () => {
    const text = `${TIMEOUTS}${listen('', ' # hapax:ignore')}`;
    expect(verdict(await loadConfigurationText(text), { zeroWarning: true }).exitCode).toBe(0);
  });
});

describe('a target', () => {
  it.each([
    ['2.6', 'listen l\n bind :80\n server s 127.0.0.1:80 guid x', 'warning newer-than-target 7'],
    ['2.8', 'listen l\n bind :80\n guid x', 'warning newer-than-target 7'],
    ['2.6', 'global\n key-base /etc', 'warning newer-than-target 6'],
    ['3.0', 'listen l\n bind :80\n server s 127.0.0.1:80 init-state up', 'warning newer-than-target 7'],
    ['2.6', 'listen l\n bind :80 label x', 'warning newer-than-target 6'],
  ] as const)('%s has not got: %s', async (target, text, expected) => {
    expect(await codes(`${text}\n`, { target })).toContain(expected);
    expect(await codes(`${text}\n`, { target: '3.4' })).not.toContain(expected);
    expect(await codes(`${text}\n`)).not.toContain(expected);
    expect(await codes(`${text}\n`, { target, strict: true })).toContain(expected.replace('warning', 'alert'));
  });

  it('takes values for what they are', async () => {
    expect(
      await codes('listen l\n bind :80 name label\n server guid 127.0.0.1:80 cookie init-state\n', { target: '2.6' }),
    ).not.toContain('warning newer-than-target 6');
  });

  it('refuses one name for two since 3.4', async () => {
    const text = 'frontend x\n bind :80\n default_backend x\nbackend x\n';
    expect(await codes(text, { target: '3.2', strict: true })).toEqual([]);
    expect(await codes(text, { target: '3.4', strict: true })).toEqual(['alert shared-name 8']);
    expect(await codes(text)).toEqual(['warning shared-name 8']);
  });
});

describe('forms for machines', () => {
  const TEXT = `${TIMEOUTS}listen l\n bind :80\n\tredispatch # 100%\n server s 127.0.0.1:80 chekc\n.notice "a\\nb: c,d"\n`;
  const load = async (name = 'a b/t.cfg', text = TEXT) => loadConfigurationText(text, name);

  it('JSON has places from 1, and fixes', async () => {
    const result = await load();
    const found = JSON.parse(writers.json(result, verdict(result)));
    expect(found).toMatchObject({ tool: 'hapax', exitCode: 1, closing: 'Fatal errors found in configuration.' });
    expect(found.diagnostics).toHaveLength(3);
    expect(found.diagnostics[0]).toMatchObject({
      code: 'removed-keyword',
      severity: 'warning',
      file: 'a b/t.cfg',
      startLine: 7,
      startColumn: 2,
      endColumn: 12,
      message: "keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.",
      fix: { edits: [{ kind: 'replace', text: 'option redispatch' }] },
    });
    expect(found.diagnostics[1]).toMatchObject({
      severity: 'alert',
      message: "'server l/s' : unknown keyword 'chekc'; did you mean 'check' maybe ?",
    });
  });

  it('SARIF has rules, regions and replacements', async () => {
    const result = await load();
    const { version, runs } = JSON.parse(writers.sarif(result, verdict(result)));
    expect(version).toBe('2.1.0');
    const [{ tool, results }] = runs;
    expect(tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual([
      'directive',
      'removed-keyword',
      'unknown-keyword',
    ]);
    expect(results.map((each: { level: string }) => each.level)).toEqual(['warning', 'error', 'note']);
    expect(results[0].ruleIndex).toBe(1);
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/t.cfg' },
      region: { startLine: 7, startColumn: 2, endColumn: 12 },
    });
    expect(results[0].fixes[0].artifactChanges[0].replacements[0].insertedContent.text).toBe('option redispatch');
  });

  it('annotations escape what would end them', async () => {
    const result = await load('a,b:c.cfg');
    const lines = writers.github(result, verdict(result)).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^::warning file=a%2Cb%3Ac\.cfg,line=7,col=2,endColumn=12,title=hapax removed-keyword::keyword 'redispatch'/,
    );
    expect(lines[0]).toContain('%0AWrite "option redispatch" instead.');
    expect(lines[2]).toMatch(/^::notice .*::'a%0Ab: c,d'\.$|^::notice .*::'a b: c,d'\.$/);
  });

  it('say nothing of what is right, and everything where nothing could be read', async () => {
    const right = await load('t.cfg', `${TIMEOUTS}listen l\n bind :80\n`);
    expect(writers.github(right, verdict(right))).toBe('');
    expect(JSON.parse(writers.json(right, verdict(right)))).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(JSON.parse(writers.sarif(right, verdict(right))).runs[0].results).toEqual([]);
    expect(FORMATS).toEqual(['text', ...Object.keys(writers)]);
  });
});
