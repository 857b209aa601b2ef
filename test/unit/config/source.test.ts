import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readUpTo } from '../../../src/config/bounded-read.ts';
import { formatDiagnostics } from '../../../src/config/diagnostic-writer.ts';
import { loadConfiguration, loadConfigurationText } from '../../../src/config/load.ts';
import { verdict } from '../../../src/config/verdict.ts';

const folder = mkdtempSync(join(tmpdir(), 'hapax-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const good = 'listen l\n bind 127.0.0.1:8000\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n';

async function refusal(...files: readonly string[]): Promise<string> {
  const result = await loadConfiguration({ files, env: {} });
  expect(result.model).toBeUndefined();
  expect(verdict(result).exitCode).toBe(1);
  return formatDiagnostics(result, { pid: 1 });
}

describe('configuration files', () => {
  it('are read one after the other; defaults reach over, sections do not', async () => {
    const first = file('1.cfg', 'defaults\n mode http\n');
    const second = file('2.cfg', ' bind :1\nlisten l\n');
    expect(await refusal(first, second)).toContain(
      `config : parsing [${second}:1]: unknown keyword 'bind' out of section.`,
    );
    const timeouts = file('3.cfg', 'defaults\n timeout client 1s\n timeout server 2s\n timeout connect 3s\n');
    const proxies = file('4.cfg', 'listen l\n bind 127.0.0.1:8000\n');
    const result = await loadConfiguration({ files: [timeouts, proxies], env: {} });
    expect(result.diagnostics).toEqual([]);
    expect(result.model?.proxies[0]?.timeouts).toEqual({ client: 1000, server: 2000, connect: 3000 });
    expect(result.sources.map((source) => source.name)).toEqual([timeouts, proxies]);
  });

  it('of a directory are its *.cfg in order of their names', async () => {
    for (const name of ['b.cfg', 'a.cfg', 'c.txt', '.hidden.cfg'])
      file(`many/${name}`, name === 'a.cfg' ? good : '# nothing\n');
    mkdirSync(join(folder, 'many/d.cfg'));
    const result = await loadConfiguration({ files: [join(folder, 'many')], env: {} });
    expect(result.sources.map((source) => source.name)).toEqual([
      join(folder, 'many/a.cfg'),
      join(folder, 'many/b.cfg'),
    ]);
    expect(result.model).toBeDefined();
  });

  it('that have no end are refused', async () => {
    expect(await refusal('/dev/zero')).toContain(
      'config : Could not open configuration file /dev/zero : it is larger than 256 MB\n',
    );
  });

  it('that are UTF-16, or hold bytes that are no UTF-8, say so', async () => {
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good, 'utf16le')]);
    expect(await refusal(file('wide.cfg', wide))).toContain('This looks like UTF-16: save the file as UTF-8');
    expect(await refusal(file('bare.cfg', wide.subarray(2)))).toContain('This looks like UTF-16');
    const latin = file('latin.cfg', Buffer.from(`${good} description caf\xe9 # caf\xe9\n # caf\xe9\n`, 'latin1'));
    const { diagnostics, model } = await loadConfiguration({ files: [latin], env: {} });
    expect(model).toBeDefined();
    expect(diagnostics.map(({ code, span }) => [code, span?.line])).toEqual([['invalid-utf8', 6]]);
    const whole = file('whole.cfg', `${good} description \ufffd\n`);
    expect((await loadConfiguration({ files: [whole], env: {} })).diagnostics).toEqual([]);
  });

  it('that hold a character one cannot see, say which', async () => {
    for (const [line, code] of [
      ['mode\u00a0tcp', 'U+00A0'],
      ['mode \u200btcp', 'U+200B'],
      ['mode \u201ctcp\u201d', 'U+201C'],
    ]) {
      expect(await refusal(file('odd.cfg', `${good} ${line}\n`))).toContain(`The word holds ${code}`);
    }
  });

  it('end their lines at a carriage return, as for HAProxy', async () => {
    const crlf = file('crlf.cfg', good.replaceAll('\n', '\r\n'));
    expect((await loadConfiguration({ files: [crlf], env: {} })).diagnostics).toEqual([]);
    const lone = file('lone.cfg', `${good} mode tcp\r and more\n # a\rb\n\r\n`);
    const { diagnostics, model } = await loadConfiguration({ files: [lone], env: {} });
    expect(model).toBeDefined();
    expect(diagnostics.map(({ code, span }) => [code, span?.line, span?.start])).toEqual([
      ['stray-carriage-return', 6, 9],
    ]);
    const old = await refusal(file('mac.cfg', `${good} mode\rhttp\n`));
    expect(old).toContain("unknown proxy mode ''.");
    expect(old).toContain('the line ends at the carriage return at position 6; what follows is ignored.');
  });

  it('of a directory that cannot be opened are named', async () => {
    file('links/a.cfg', good);
    symlinkSync('nowhere', join(folder, 'links/b.cfg'));
    symlinkSync('.', join(folder, 'links/c.cfg'));
    expect(await refusal(join(folder, 'links'))).toContain(
      `Cannot open configuration file ${join(folder, 'links/b.cfg')} : No such file or directory`,
    );
    symlinkSync('ring.cfg', join(folder, 'ring.cfg'));
    expect(await refusal(join(folder, 'ring.cfg'))).toContain('Too many levels of symbolic links');
  });

  it('may be pipes; one that says nothing is given up', () => {
    const fifo = join(folder, 'fifo.cfg');
    execFileSync('mkfifo', [fifo]);
    expect(() => readUpTo(fifo, 1000, 50)).toThrow('nothing came from it in 0.05 seconds');
    const writer = spawn('sh', ['-c', `exec > ${fifo}; printf a; sleep 0.2; printf b`]);
    expect(readUpTo(fifo, 1000, 20_000)?.toString()).toBe('ab');
    writer.kill();
  });

  it('that change whenever they are read are refused', async () => {
    const growing = file('growing.cfg', Buffer.alloc(8 << 20, '#\n'));
    const writer = spawn('sh', ['-c', `while :; do printf '#\\n' >> ${growing}; done`]);
    try {
      const { size } = statSync(growing);
      await expect.poll(() => statSync(growing).size, { timeout: 20_000 }).toBeGreaterThan(size);
      const refused = () => {
        try {
          readUpTo(growing, 1 << 28);
          return 'it was still for once';
        } catch (error) {
          return (error as Error).message;
        }
      };
      await expect.poll(refused, { timeout: 20_000 }).toBe('it changes while it is read');
    } finally {
      writer.kill();
    }
  });

  it('that are missing, or a directory without any, end at once', async () => {
    expect(await refusal('/nonexistent.cfg')).toMatch(
      /\[ALERT\] {4}\(1\) : config : Cannot open configuration file\/directory \/nonexistent.cfg : No such file or directory\n$/,
    );
    mkdirSync(join(folder, 'empty'));
    expect(await refusal(join(folder, 'empty'))).toContain('No configuration file (*.cfg) found in');
  });

  it('that are binary say so once', async () => {
    const path = file('binary.cfg', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0, 0, 10, 0, 10, 200, 10]));
    const text = await refusal(path);
    expect(text).toContain(`config : parsing [${path}:1]: Stray NUL character at position 7.`);
    expect(text).toContain('Fatal errors found in configuration.');
    expect(text).not.toContain(':2]');
  });

  it('with a line of 10 MB are refused, and the other lines still read', async () => {
    const path = file('long.cfg', `global\n description ${'x'.repeat(10_000_000)}\n nonsense\n`);
    const text = await refusal(path);
    expect(text).toContain(`config : parsing [${path}:2]: line too long (10000013 bytes, the limit is 1048576).`);
    expect(text).toContain("unknown keyword 'nonsense'");
    expect(text.length).toBeLessThan(5000);
  });

  it('may lack the last newline, with a warning; not with --strict', async () => {
    const text = good.trimEnd();
    const usual = await loadConfigurationText(text, 'x.cfg', { env: {} });
    expect(usual.diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
      [
        'warning',
        'config : parsing [x.cfg:5]: Missing LF on last line, file might have been truncated at position 20.',
      ],
    ]);
    expect(verdict(usual)).toEqual({ exitCode: 0, stdout: ['Warnings were found.', 'Configuration file is valid'] });
    expect(verdict(usual, { zeroWarning: true }).exitCode).toBe(1);
    const strict = await loadConfigurationText(text, 'x.cfg', { env: {}, strict: true });
    expect(strict.model).toBeUndefined();
  });

  it('may begin with a byte order mark, with a warning; not with --strict', async () => {
    const usual = await loadConfigurationText(`\ufeff${good}`, 'x.cfg', { env: {} });
    expect(usual.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['byte-order-mark', 'warning']]);
    expect(usual.model?.proxies[0]?.name).toBe('l');
    const strict = await loadConfigurationText(`\ufeff${good}`, 'x.cfg', { env: {}, strict: true });
    expect(strict.diagnostics[0]?.message).toContain('out of section.');
  });

  it('may have CRLF, tabs and comments anywhere', async () => {
    const text = `# caf\u00e9\r\n${good.replaceAll('\n', '\t# comment\r\n')}`;
    const result = await loadConfigurationText(text, 'x.cfg', { env: {} });
    expect(result.diagnostics).toEqual([]);
    expect(result.model?.proxies.length).toBe(1);
  });

  it('without anything to listen on are good and yet end with 2', async () => {
    for (const text of ['', '# nothing\n', 'global\n maxconn 10\n', 'frontend f\n bind 127.0.0.1:1\n disabled\n']) {
      const result = await loadConfigurationText(text, 'x.cfg', { env: {} });
      expect(verdict(result)).toEqual({
        exitCode: 2,
        stdout: ['Configuration file has no error but will not start (no listener) => exit(2).'],
      });
    }
  });
});

describe('the environment', () => {
  it('is put into double-quoted words, as setenv and presetenv leave it', async () => {
    const text = `global
 setenv PORT 8001
 presetenv PORT 8002
 presetenv HOST 127.0.0.1
 unsetenv GONE
 description "\${GONE-nothing} \${.FILE}:\${.LINE}"
${good.replace('127.0.0.1:8000', '"$HOST:$PORT"')}`;
    const env = { GONE: 'x' };
    const { model } = await loadConfigurationText(text, 'x.cfg', { env });
    expect(model?.proxies[0]?.frontend?.listeners[0]?.address).toEqual({
      family: 'ipv4',
      host: '127.0.0.1',
      port: 8001,
    });
    expect(model?.global.description).toBe('nothing x.cfg:6');
    expect(env).toEqual({ GONE: 'x' });
  });
});
