/** Arguments of the wrong kind are TypeErrors, those out of range RangeErrors; both name the argument and what may stand there. */
import { describe, expect, test } from 'vitest';
import {
  AgentChecker,
  DialogueChecker,
  defaultConfig,
  defaultRetryConfig,
  ExternalChecker,
  HealthMonitor,
  HttpChecker,
  HttpDialogueChecker,
  HttpSequenceChecker,
  MysqlChecker,
  PgsqlChecker,
  RedisChecker,
  SequenceChecker,
  SmtpChecker,
  StateTracker,
  TcpChecker,
  TlsChecker,
} from '../../../src/health-library/index.ts';

const LIMIT = 1000;
const target = { id: 'a', appName: 'x', ip: '127.0.0.1', port: 1, healthCheckPath: '/' };
/** As a program without types would say it. */
const any = (value: unknown) => value as never;

type Row = readonly [what: string, act: () => unknown, kind: 'TypeError' | 'RangeError', message: string];

const MS = 'a number of milliseconds from 1 to 2147483647';

const atOnce: readonly Row[] = [
  ['timeout', () => new TcpChecker(any('1000')), 'TypeError', `timeout must be ${MS}, not '1000'`],
  ['timeout', () => new TcpChecker(any(undefined)), 'TypeError', `timeout must be ${MS}, not undefined`],
  ['timeout', () => new TcpChecker(2 ** 31), 'RangeError', `timeout must be ${MS}, not 2147483648`],
  ['options', () => new HttpChecker(LIMIT, any(null)), 'TypeError', 'options must be an object, not null'],
  ['uri', () => new HttpChecker(LIMIT, { uri: any(5) }), 'TypeError', 'uri must be a string, not 5'],
  [
    'uri',
    () => new HttpChecker(LIMIT, { uri: '/a\r\nX: y' }),
    'TypeError',
    "uri must be percent-encoded ASCII, not '/a\\r\\nX: y'",
  ],
  ['https', () => new HttpChecker(LIMIT, { https: any('no') }), 'TypeError', "https must be true or false, not 'no'"],
  [
    'expectStatus',
    () => new HttpChecker(LIMIT, { expectStatus: any('200') }),
    'RangeError',
    "expectStatus must be a status such as 200, or a class such as 2 or '2xx', not '200'",
  ],
  [
    'expectStatus',
    () => new HttpChecker(LIMIT, { expectStatus: any(null) }),
    'TypeError',
    "expectStatus must be a status such as 200, or a class such as 2 or '2xx', not null",
  ],
  [
    'tls',
    () => new RedisChecker(LIMIT, { tls: any('yes') }),
    'TypeError',
    "tls must be true, false or an object, not 'yes'",
  ],
  ['tls', () => new TlsChecker(LIMIT, any(null)), 'TypeError', 'tls must be an object, not null'],
  ['ca', () => new TlsChecker(LIMIT, { ca: 'PEM' }), 'TypeError', "tls.ca must be certificates as PEM, not 'PEM'"],
  ['ca', () => new TlsChecker(LIMIT, { ca: any(5) }), 'TypeError', 'tls.ca must be certificates as PEM, not 5'],
  ['cert', () => new TlsChecker(LIMIT, { cert: 'x' }), 'TypeError', 'tls.cert and tls.key go together'],
  [
    'cert',
    () => new TlsChecker(LIMIT, { cert: 'x', key: 'y' }),
    'TypeError',
    'TLS cannot be set up with these options: ',
  ],
  [
    'ciphers',
    () => new TlsChecker(LIMIT, { ciphers: 'FOO' }),
    'TypeError',
    'TLS cannot be set up with these options: ',
  ],
  [
    'minVersion',
    () => new TlsChecker(LIMIT, { minVersion: any('TLSv9') }),
    'TypeError',
    'TLS cannot be set up with these options: ',
  ],
  [
    'method',
    () => new HttpDialogueChecker(LIMIT, { method: 'GET\r\nX: y' }),
    'TypeError',
    "method must be a word without blanks and separators, not 'GET\\r\\nX: y'",
  ],
  [
    'version',
    () => new HttpDialogueChecker(LIMIT, { version: '1.1' }),
    'TypeError',
    "version must be a version such as 'HTTP/1.1', not '1.1'",
  ],
  [
    'headers',
    () => new HttpDialogueChecker(LIMIT, { headers: [['a', 'x\r\ny: z']] }),
    'TypeError',
    "the value of header a must be a string without line ends and NUL, not 'x\\r\\ny: z'",
  ],
  [
    'headers',
    () => new HttpDialogueChecker(LIMIT, { headers: { 'a b': 'x' } }),
    'TypeError',
    "the name of headers[0] must be a word without blanks and separators, not 'a b'",
  ],
  ['expect', () => new HttpDialogueChecker(LIMIT, { expect: any({}) }), 'TypeError', 'expect must be an array, not {}'],
  [
    'expect',
    () => new HttpDialogueChecker(LIMIT, { expect: [any({})] }),
    'TypeError',
    'expect[0] must have one of status, header and body',
  ],
  [
    'expect',
    () => new HttpDialogueChecker(LIMIT, { expect: [{ status: [300, 200] }] }),
    'RangeError',
    'expect[0].status must be a whole number from 300 to 999, not 200',
  ],
  [
    'expect',
    () => new HttpDialogueChecker(LIMIT, { expect: [{ body: /x/i }] }),
    'TypeError',
    'expect[0].body must be an expression without flags, not /x/i',
  ],
  [
    'expect',
    () => new HttpDialogueChecker(LIMIT, { expect: [{ status: 200, okStatus: any('UP') }] }),
    'TypeError',
    "expect[0].okStatus must be one of 'L4OK', 'L6OK', 'L7OK', 'L7OKC', not 'UP'",
  ],
  ['requests', () => new HttpSequenceChecker(LIMIT, []), 'RangeError', 'requests must hold one at least'],
  [
    'sequence',
    () => new SequenceChecker(LIMIT, any(undefined)),
    'TypeError',
    'sequence must be an array, not undefined',
  ],
  [
    'sequence',
    () => new SequenceChecker(LIMIT, [any({ send: 'x', expect: 'y' })]),
    'TypeError',
    'sequence[0] must have exactly one of connect, send, expect',
  ],
  [
    'sequence',
    () => new SequenceChecker(LIMIT, [{ expect: '' }]),
    'TypeError',
    "sequence[0].expect must be a string or bytes, and not empty, not ''",
  ],
  [
    'port',
    () => new SequenceChecker(LIMIT, [{ connect: { port: 70_000 } }]),
    'RangeError',
    'sequence[0].connect.port must be a whole number from 1 to 65535, not 70000',
  ],
  ['user', () => new PgsqlChecker(LIMIT, any(undefined)), 'TypeError', 'options must be an object, not undefined'],
  [
    'user',
    () => new PgsqlChecker(LIMIT, { user: 'a\0b' }),
    'TypeError',
    "user must be a string without line ends and NUL, not 'a\\x00b'",
  ],
  [
    'version',
    () => new MysqlChecker(LIMIT, { version: any('5') }),
    'TypeError',
    "version must be one of 'pre-41', 'post-41', not '5'",
  ],
  [
    'hello',
    () => new SmtpChecker(LIMIT, { hello: 'HELO\r\nRSET' }),
    'TypeError',
    "hello must be a string without line ends and NUL, not 'HELO\\r\\nRSET'",
  ],
  ['send', () => new AgentChecker(LIMIT, { send: any(5) }), 'TypeError', 'send must be a string or bytes, not 5'],
  ['command', () => new ExternalChecker(LIMIT, ''), 'TypeError', "command must be a path or a name, not ''"],
  [
    'args',
    () => new ExternalChecker(LIMIT, 'true', { args: [any(5)] }),
    'TypeError',
    'args must be strings without NUL, not 5',
  ],
  [
    'begin',
    () => new DialogueChecker(LIMIT, any(undefined)),
    'TypeError',
    'begin must be a function that makes a dialogue, not undefined',
  ],
  ['fall', () => new StateTracker(0, 1), 'RangeError', 'fall must be a whole number of at least 1, not 0'],
  ['rise', () => new StateTracker(1, any('2')), 'TypeError', "rise must be a whole number of at least 1, not '2'"],
  [
    'targets',
    () => new StateTracker(1, 1).syncTargets(any([target, null])),
    'TypeError',
    'targets[1] must be an object, not null',
  ],
  [
    'id',
    () => new StateTracker(1, 1).syncTargets([{ ...target, id: any(5) }]),
    'TypeError',
    'targets[0].id must be a string, not 5',
  ],
  ['config', () => new HealthMonitor(any(null), () => []), 'TypeError', 'config must be an object, not null'],
  [
    'enabled',
    () => new HealthMonitor(any({ ...defaultConfig(), enabled: undefined }), () => []),
    'TypeError',
    'enabled must be true or false, not undefined',
  ],
  [
    'provider',
    () => new HealthMonitor(defaultConfig(), any([target])),
    'TypeError',
    'provider must be a function that returns targets, not [ [Object] ]',
  ],
  [
    'onHealthChange',
    () => new HealthMonitor(defaultConfig(), () => [], { onHealthChange: any(5) }),
    'TypeError',
    'onHealthChange must be a function, not 5',
  ],
  [
    'checker',
    () => new HealthMonitor(defaultConfig(), () => [], { checker: any({}) }),
    'TypeError',
    'checker must be an object with a function check, not {}',
  ],
];

describe('at once', () => {
  test.each(atOnce)('%s: %s', (_what, act, kind, message) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: kind, message: expect.stringContaining(message) });
  });
});

const checker = new TcpChecker(LIMIT);
const inCalls: readonly (readonly [what: string, act: () => Promise<unknown>, kind: string, message: string])[] = [
  ['signal', () => checker.check(target, { signal: any(5) }), 'TypeError', 'signal must be an AbortSignal, not 5'],
  ['options', () => checker.check(target, any(null)), 'TypeError', 'options must be an object, not null'],
  [
    'targets',
    () => checker.checkAll(any(new Set([target])), 1),
    'TypeError',
    'targets must be an array, not Set(1) { [Object] }',
  ],
  [
    'maxConcurrent',
    () => checker.checkAll([target], any('2')),
    'TypeError',
    "maxConcurrent must be a whole number of at least 1, not '2'",
  ],
  [
    'retry',
    () => checker.checkWithRetry(target, any(undefined)),
    'TypeError',
    'retry must be an object, not undefined',
  ],
  [
    'maxRetries',
    () => checker.checkWithRetry(target, { ...defaultRetryConfig(), maxRetries: 0.5 }),
    'RangeError',
    'retry.maxRetries must be a whole number of at least 0, not 0.5',
  ],
  [
    'onRetry',
    () => checker.checkWithRetry(target, defaultRetryConfig(), any(5)),
    'TypeError',
    'onRetry must be a function, not 5',
  ],
];

describe('in calls', () => {
  test.each(inCalls)('%s: %s', async (_what, act, name, message) => {
    await expect(act()).rejects.toMatchObject({ name, message });
  });
});

describe('targets', () => {
  test.each([
    [any(null), 'a target must be an object, not null'],
    [{ ...target, ip: any(5) }, "the target's ip must be an address or a host name, not 5"],
    [{ ...target, ip: 'a\r\nb' }, "the target's ip must be an address or a host name, not 'a\\r\\nb'"],
    [{ ...target, ip: 'http://x/' }, "the target's ip must be an address or a host name, not 'http://x/'"],
    [{ ...target, port: any('80') }, "the target's port must be a whole number from 1 to 65535, not '80'"],
    [{ ...target, port: 65_536 }, "the target's port must be a whole number from 1 to 65535, not 65536"],
    [{ ...target, healthCheckPath: '/a b' }, "the target's healthCheckPath must be percent-encoded ASCII, not '/a b'"],
    [
      { ...target, healthCheckPath: '/\r\nX: y' },
      "the target's healthCheckPath must be percent-encoded ASCII, not '/\\r\\nX: y'",
    ],
  ])('%j is a result', async (wrong, text) => {
    for (const each of [new HttpChecker(LIMIT), new HttpDialogueChecker(LIMIT), new HttpSequenceChecker(LIMIT, [{}])]) {
      const result = await each.check(wrong);
      expect(result).toEqual({ target: wrong, healthy: false, status: 'SOCKERR', text, duration: 0 });
    }
  });

  test('whose path nobody asks for are checked', async () => {
    const odd = { ...target, healthCheckPath: '/a b' };
    expect((await new HttpChecker(LIMIT, { uri: '/' }).check(odd)).status).toBe('L4CON');
    expect((await new TcpChecker(LIMIT).check(odd)).status).toBe('L4CON');
  });
});
