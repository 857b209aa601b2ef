import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../../src/cli/options.ts';
import { rewriteSwitches } from '../../../src/cli/switches.ts';

/** What the command line means; fails the test when it means an error. */
function optionsOf(...argv: string[]) {
  const switches = rewriteSwitches(argv);
  if (switches.kind !== 'arguments') throw new Error(`${argv.join(' ')}: ${JSON.stringify(switches)}`);
  const options = parseOptions(switches.args);
  if (options === undefined) throw new Error(`${argv.join(' ')}: not understood`);
  return options;
}

describe('the command line', () => {
  test('files come from -f, and from everything after --', () => {
    expect(optionsOf('-f', 'a.cfg', '-f', 'dir', '-c').files).toEqual(['a.cfg', 'dir']);
    expect(optionsOf('-f', 'a', '--', '-f', 'b.cfg').files).toEqual(['a', '-f', 'b.cfg']);
    expect(optionsOf('-c').files).toEqual([]);
    expect(optionsOf('-f', '-odd').files).toEqual(['-odd']);
    expect(optionsOf('-f', '').files).toEqual(['']);
  });

  test.each([
    ['-c', 'check'],
    ['-V', 'verbose'],
    ['-q', 'quiet'],
    ['-db', 'foreground'],
    ['-d', 'debug'],
    ['-dfoo', 'debug'],
    ['-D', 'daemon'],
    ['-dW', 'zeroWarning'],
    ['-dD', 'diagnostic'],
    ['--strict', 'strict'],
  ] as const)('%s sets %s and nothing else', (word, name) => {
    const off = optionsOf('-f', 'x');
    expect(optionsOf('-f', 'x', word)).toEqual({ ...off, [name]: true });
  });

  test('-V takes back -q wherever it stands', () => {
    expect(optionsOf('-q', '-V').quiet).toBe(false);
    expect(optionsOf('-V', '-q').quiet).toBe(false);
  });

  test('-W and -Ws', () => {
    expect(optionsOf('-W').masterWorker).toBe('plain');
    expect(optionsOf('-Ws', '-db').masterWorker).toBe('systemd');
    expect(optionsOf('-db').masterWorker).toBe('no');
  });

  test('values', () => {
    const options = optionsOf('-p', 'x.pid', '-C', '/srv', '-L', 'peer', '-n', '1000', '-N', '100', '-m', '64');
    expect(options).toMatchObject({
      pidfile: 'x.pid',
      directory: '/srv',
      localPeer: 'peer',
      maxconn: 1000,
      proxyMaxconn: 100,
    });
    expect(optionsOf('-n', 'abc').maxconn).toBeUndefined();
    expect(optionsOf('-n', '-5').maxconn).toBeUndefined();
    expect(optionsOf('-n', '12abc').maxconn).toBe(12);
  });

  test('switches with a value of their own', () => {
    expect(optionsOf('-cc', '1 && 0').condition).toBe('1 && 0');
    expect(optionsOf('-dKcfg,acl').keywords).toBe('cfg,acl');
    expect(optionsOf('-dK').keywords).toBe('');
    expect(optionsOf('--format', 'sarif', '--target=2.8')).toMatchObject({ format: 'sarif', target: '2.8' });
    const refused = (...argv: string[]) => {
      const switches = rewriteSwitches(argv);
      return switches.kind === 'usage' || (switches.kind === 'arguments' && parseOptions(switches.args) === undefined);
    };
    expect(['-cc', '--format', '--target'].every((word) => refused(word))).toBe(true);
    expect(refused('--format', 'xml')).toBe(true);
    expect(refused('--target=2.7')).toBe(true);
  });

  test('-v and its longer forms show the version', () => {
    expect(rewriteSwitches(['-v'])).toEqual({ kind: 'version', build: false });
    expect(rewriteSwitches(['-c', '-vq', '-Z'])).toEqual({ kind: 'version', build: false });
    expect(rewriteSwitches(['-vv'])).toEqual({ kind: 'version', build: true });
    expect(rewriteSwitches(['-Z', '-v'])).toEqual({ kind: 'usage' });
  });

  test.each(['-de', '-dp', '-dS', '-dG', '-dR', '-dr', '-dL', '-dC', '-dM', '-dMhelp'])('%s does nothing', (word) => {
    expect(optionsOf('-f', 'x', word)).toEqual(optionsOf('-f', 'x'));
  });

  test.each([
    ['-Z'],
    ['valid.cfg'],
    ['--version'],
    ['--help'],
    ['-h'],
    ['-cc'],
    ['--check'],
    ['--file=x'],
    ['-'],
    [''],
  ])('%s is answered with the usage', (word) => {
    expect(rewriteSwitches(['-f', 'x', word])).toEqual({ kind: 'usage' });
  });

  test.each(['-f', '-p', '-n', '-N', '-m', '-C', '-L'])('%s without its value', (word) => {
    expect(rewriteSwitches([word])).toEqual({ kind: 'alert', message: 'failed to copy argv.' });
  });

  test('what hapax cannot do yet is refused by name', () => {
    for (const argv of [['-sf', '12'], ['-st', '1', '2'], ['-x', '/s'], ['-dV']]) {
      expect(rewriteSwitches(argv)).toMatchObject({
        kind: 'alert',
        message: expect.stringMatching(new RegExp(`^'${argv[0]}' is not supported yet by hapax`)),
      });
    }
    expect(rewriteSwitches(['-sf', 'abc'])).toEqual({
      kind: 'alert',
      message: '-sf option: some bytes unconsumed in PID list {abc}',
    });
    expect(rewriteSwitches(['-x'])).toEqual({ kind: 'alert', message: 'Unix socket path expected with the -x flag' });
    expect(optionsOf('-sf', '-f', 'x').files).toEqual(['x']);
  });

  test('-S has no effect, and says so', () => {
    expect(rewriteSwitches(['-S', '/run/m.sock', '-db'])).toEqual({
      kind: 'arguments',
      args: ['--foreground'],
      notices: [expect.stringContaining("'-S' has no effect")],
    });
    expect(rewriteSwitches(['-S'])).toEqual({ kind: 'usage' });
  });
});
