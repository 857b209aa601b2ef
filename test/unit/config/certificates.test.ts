/** Files of certificates that `bind` and `server` lines name: HAProxy 2.6 was observed with each. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPair } from '../../../src/config/certificate-pair.ts';
import { createAuthority } from '../../support/certificates.ts';
import { loadBackend, loadLines, messages } from '../../support/load-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-certificates-'));
const path = (name: string) => join(directory, name);

beforeAll(() => {
  const authority = createAuthority();
  const other = createAuthority();
  const files: Record<string, string> = {
    'both.pem': authority.cert + authority.key,
    'bare.pem': authority.cert,
    'split.pem': authority.cert,
    'split.pem.key': authority.key,
    'wrong.pem': authority.cert + other.key,
    'key.pem': authority.key,
    'empty.pem': '',
    'directory/one.pem': authority.cert + authority.key,
    'none/readme.txt': 'nothing here\n',
    'list.txt': `# comment\n${path('both.pem')} www.example.com\n`,
    'bad-list.txt': `${path('nowhere.pem')}\n`,
  };
  mkdirSync(path('directory'));
  mkdirSync(path('none'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const shown = (text: string) => text.replaceAll(`${directory}/`, '');

describe('crt of a bind line', () => {
  async function said(parameters: string): Promise<readonly string[]> {
    const words = parameters.replaceAll('@', `${directory}/`);
    const lines = ['frontend f', 'timeout client 1s', `bind :443 ${words}`];
    const all = messages(await loadLines(lines, { strict: true }));
    return all
      .map((message) => shown(message).replace(/^parsing \[t\.cfg:3\] : 'bind :443' in section 'frontend' : /, ''))
      .filter((message) => !message.includes('not supported yet'));
  }

  it.each<[string, string[]]>([
    ['ssl crt @both.pem', []],
    ['ssl crt @split.pem', []],
    ['ssl crt @directory', []],
    ['ssl crt-list @list.txt', []],
    ['ssl crt @bare.pem', ["No Private Key found in 'bare.pem.key'."]],
    ['ssl crt @wrong.pem', ["inconsistencies between private key and certificate loaded 'wrong.pem'."]],
    ['ssl crt @key.pem', ["unable to load certificate from file 'key.pem'."]],
    ['ssl crt @empty.pem', ["unable to load certificate from file 'empty.pem'."]],
    ['crt @nowhere.pem', ["unable to stat SSL certificate from file 'nowhere.pem' : No such file or directory."]],
    ['crt-list @nowhere', ["'crt-list' : cannot open file 'nowhere' : No such file or directory"]],
    [
      'crt-list @bad-list.txt',
      ["'crt-list' : unable to stat SSL certificate from file 'nowhere.pem' : No such file or directory."],
    ],
    [
      'ca-file @nowhere.pem',
      [
        "Couldn't open the ca-file 'nowhere.pem' (No such file or directory).",
        "'ca-file' : unable to load nowhere.pem",
      ],
    ],
    ['ssl', ["Proxy 'f': no SSL certificate specified for bind ':443' at [t.cfg:3] (use 'crt')."]],
    ['ssl crt @none', ["Proxy 'f': no SSL certificate specified for bind ':443' at [t.cfg:3] (use 'crt')."]],
    [
      'ssl strict-sni',
      ["Proxy 'f': no SSL certificate specified for bind ':443' at [t.cfg:3], ssl connections will fail (use 'crt')."],
    ],
    [
      'ssl crt @both.pem verify required',
      ["Proxy 'f': verify is enabled but no CA file specified for bind ':443' at [t.cfg:3]."],
    ],
    ['ssl crt @both.pem verify optional ca-file @bare.pem', []],
  ])('%s', async (parameters, expected) => {
    expect(await said(parameters)).toEqual(expected);
  });

  it('is found under crt-base', async () => {
    const lines = ['global', `crt-base ${directory}`, 'frontend f', 'timeout client 1s', 'bind :443 ssl crt both.pem'];
    const result = await loadLines(lines);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['not-supported-yet']);
  });
});

describe('crt of a server', () => {
  it.each<[string, string | undefined]>([
    ['crt @nowhere.pem', undefined],
    ['check check-ssl verify none crt @both.pem', undefined],
    ['check check-ssl verify none crt @split.pem', undefined],
    [
      'check check-ssl verify none crt @nowhere.pem',
      "unable to stat SSL certificate from file 'nowhere.pem' : No such file or directory.",
    ],
    ['check check-ssl verify none crt @directory', "unable to stat SSL certificate from file 'directory' : Success."],
    ['check check-ssl verify none crt @bare.pem', "No Private Key found in 'bare.pem.key'."],
  ])('%s', async (parameters, problem) => {
    const result = await loadBackend([`server s 127.0.0.1:1 ${parameters.replaceAll('@', `${directory}/`)}`]);
    const expected = problem === undefined ? [] : [`[t.cfg:10] : 'server b/s' : ${problem}`];
    expect(messages(result).map(shown)).toEqual(expected);
    expect(result.model === undefined).toBe(problem !== undefined);
  });

  it('may have its key in a file of its own', () => {
    const { cert, key } = readPair(path('split.pem'));
    expect(cert).toContain('BEGIN CERTIFICATE');
    expect(key).toContain('PRIVATE KEY');
  });
});
