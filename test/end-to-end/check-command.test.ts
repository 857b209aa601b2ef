/** The command in CI: `hapax fix`, `-c --format`, `-cc` and `-dK`, as processes. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runToEnd } from '../support/proxy-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-check-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const OLD = 'defaults\n  contimeout 5s # five\n  clitimeout 5s\n  srvtimeout 5s\nlisten web\n  bind 127.0.0.1:9001\n';
const NEW = OLD.replace('contimeout', 'timeout connect')
  .replace('clitimeout', 'timeout client')
  .replace('srvtimeout', 'timeout server');

function write(name: string, text: string | Buffer): string {
  writeFileSync(join(directory, name), text, { mode: 0o640 });
  return name;
}

const hapax = (...args: string[]) => runToEnd('hapax', args, directory);

describe('hapax fix', () => {
  it('prints the file, shows the difference, or writes it with its mode kept', async () => {
    const file = write('old.cfg', OLD);
    expect(await hapax('fix', file)).toMatchObject({
      code: 0,
      stdout: NEW,
      stderr: 'old.cfg: 3 fixes made, 0 problems left.\n',
    });
    expect(readFileSync(join(directory, file), 'utf8')).toBe(OLD);
    const { stdout } = await hapax('fix', file, '--diff');
    expect(stdout).toContain('-  contimeout 5s # five\n');
    expect(stdout).toContain('+  timeout connect 5s # five\n');
    expect(await hapax('fix', file, '--write')).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(directory, file), 'utf8')).toBe(NEW);
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o640);
    expect((await hapax('fix', file, '--diff')).stdout).toBe('');
  });

  it('shows what is left, and refuses what it cannot write back', async () => {
    const left = await hapax('fix', write('left.cfg', `${OLD}  bnid :80\n`));
    expect(left.code).toBe(1);
    expect(left.stderr).toContain("unknown keyword 'bnid' in 'listen' section; did you mean 'bind' maybe ?");
    expect(left.stderr).toContain('left.cfg: 3 fixes made, 1 problem left.\n');
    const latin = await hapax('fix', write('latin.cfg', Buffer.from('# caf\xe9\n', 'latin1')));
    expect(latin).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'hapax fix: latin.cfg: it is not UTF-8, and would not come out whole\n',
    });
    expect(await hapax('fix', 'nowhere.cfg')).toMatchObject({
      code: 2,
      stderr: 'hapax fix: nowhere.cfg: No such file or directory\n',
    });
    for (const args of [[], ['a', 'b'], ['a', '--write', '--diff'], ['a', '--nothing']]) {
      expect(await hapax('fix', ...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Usage : hapax fix'),
      });
    }
  });
});

describe('-c', () => {
  it('--format writes to stdout alone, with the same exit codes', async () => {
    const good = write('good.cfg', NEW);
    const bad = write('bad.cfg', `${OLD}  bnid :80\n`);
    for (const format of ['json', 'sarif', 'github']) {
      expect(await hapax('-c', '-f', good, '--format', format)).toMatchObject({ code: 0, stderr: '' });
      expect(await hapax('-c', '-f', bad, `--format=${format}`)).toMatchObject({ code: 1, stderr: '' });
    }
    const { stdout } = await hapax('-c', '-f', bad, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1 });
    expect((await hapax('-c', '-q', '-f', bad, '--format', 'json')).stdout).toBe('');
    expect((await hapax('-c', '-f', write('old2.cfg', OLD), '-dW', '--format', 'github')).code).toBe(1);
  });

  it('-dK lists keywords before the verdict', async () => {
    const { stdout, code } = await hapax('-c', '-dKsvc', '-f', write('good2.cfg', NEW));
    expect([code, stdout]).toEqual([
      0,
      '# List of registered service names:\nprometheus-exporter\nConfiguration file is valid\n',
    ]);
  });
});

describe('-cc', () => {
  it.each([
    ['1 && !0', 0, ''],
    ['version_atleast(4.0)', 1, ''],
    ['streq("$HOME",/nowhere)', 1, ''],
    ['foo(', 2, "config : Failed to evaluate condition: unparsable conditional expression 'foo('"],
    ['"', 2, 'config : Syntax Error in condition: Unmatched quote.'],
  ])('%s', async (condition, code, message) => {
    const result = await hapax('-cc', condition);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toContain(message);
    expect(await hapax('-q', '-cc', condition)).toMatchObject({ code, stderr: '' });
  });

  it('sees the target', async () => {
    expect((await hapax('-cc', 'version_before(3.0)', '--target', '2.8')).code).toBe(0);
    expect((await hapax('-cc', 'version_before(3.0)')).code).toBe(1);
  });
});
