/** `log <address> [len <bytes>] [format <format>] [sample ...] <facility> [<level> [<minimum>]]`. */
import { isIP } from 'node:net';
import { type AddressEnvironment, emptyAddress, expandAddress } from './address.ts';
import type { ConfigDraft } from './draft.ts';
import type { Line, LineContext, Word } from './keyword.ts';
import { leadingInteger } from './leading-integer.ts';
import type { LogFormat, LogTargetModel } from './model.ts';
import { notSupportedYet } from './not-supported.ts';

export const facilities: readonly string[] = (
  'kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');

export const levels: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

const formats: readonly LogFormat[] = ['rfc3164', 'rfc5424', 'raw', 'short', 'timed', 'priority', 'iso', 'local'];

const DEFAULT_PORT = 514;
const DEFAULT_LENGTH = 1024;

type Target = LogTargetModel['target'];
type Report = LineContext<never>['report'];

/** The name a log line sends to, when it is no address: it is resolved before the line is read. */
export function logAddressNames(line: Line, env: AddressEnvironment = {}): readonly string[] {
  const target = line.words[0]?.text === 'log' ? line.words[1]?.text : undefined;
  if (target === undefined || target === 'global') return [];
  const inet = splitInet(expandAddress(target, env).replace(/^udp[46]?@|^ipv[46]@/, ''));
  return inet === undefined || inet.host === '' || inet.host === '*' || isIP(inet.host) !== 0 ? [] : [inet.host];
}

/** Reads the words after `log`; undefined after an error was reported. */
export function parseLogTarget(
  args: readonly Word[],
  config: ConfigDraft,
  line: Line,
  report: Report,
  expectation: string,
): LogTargetModel | undefined {
  const fail = (message: string, word?: Word, help?: string) => {
    report({ code: 'invalid-log', message: `log : ${message}`, word, help });
    return undefined;
  };
  if (args.length < 2) return fail(expectation);
  const address = args[0]!;
  const state = { position: 1, format: undefined as LogFormat | undefined, maxLength: DEFAULT_LENGTH };
  while (true) {
    const keyword = args[state.position];
    const value = args[state.position + 1];
    if (keyword?.text === 'len') {
      const length = leadingInteger(value?.text ?? '');
      if (length < 80 || length > 65535) {
        return fail(`invalid log length '${value?.text ?? ''}', must be between 80 and 65535`, value ?? keyword);
      }
      state.maxLength = length;
    } else if (keyword?.text === 'format') {
      const format = formats.find((each) => each === value?.text);
      if (format === undefined) return fail(`unknown log format '${value?.text ?? ''}'`, value ?? keyword);
      state.format = format;
    } else if (keyword?.text === 'sample') {
      return fail(notSupportedYet("'sample'"), keyword, 'Remove "sample ...": every line is then sent.');
    } else if (keyword?.text === 'profile') {
      return fail(notSupportedYet("'profile'"), keyword);
    } else break;
    state.position += 2;
  }
  const facility = args[state.position];
  if (facility === undefined) return fail(expectation);
  const facilityNumber = facilities.indexOf(facility.text);
  if (facilityNumber < 0) return fail(`unknown log facility '${facility.text}'`, facility);
  const level = readLevel(args[state.position + 1], 7, 'unknown optional log level', fail);
  const minLevel = readLevel(args[state.position + 2], 0, 'unknown optional minimum log level', fail);
  if (level === undefined || minLevel === undefined) return undefined;
  const extra = args[state.position + 3];
  if (extra !== undefined) return fail(`cannot handle unexpected argument '${extra.text}'`, extra);
  const target = parseTarget(address.text, config);
  if (typeof target === 'string') return fail(target, address);
  return {
    target,
    format: state.format ?? 'local',
    ...(state.format === undefined && { formatIsDefault: true }),
    maxLength: state.maxLength,
    facility: facilityNumber,
    level,
    minLevel,
    place: { file: line.file, line: line.number },
  };
}

function readLevel(
  word: Word | undefined,
  absent: number,
  message: string,
  fail: (message: string, word: Word) => undefined,
): number | undefined {
  if (word === undefined) return absent;
  const level = levels.indexOf(word.text);
  return level < 0 ? fail(`${message} '${word.text}'`, word) : level;
}

/** The target, or what is wrong with it. */
function parseTarget(written: string, config: ConfigDraft): Target | string {
  const text = expandAddress(written, config.env);
  if (text === '') return emptyAddress(written);
  if (text === 'stdout') return { kind: 'fd', fd: 1 };
  if (text === 'stderr') return { kind: 'fd', fd: 2 };
  const fd = /^fd@(\d+)$/.exec(text);
  if (fd !== null) return { kind: 'fd', fd: Number(fd[1]) };
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  const unix = /^(?:unix|uxdg)@(.*)$/.exec(text);
  if (unix !== null) return { kind: 'unix', path: unix[1]! };
  if (/^(ring|tcp[46]?|uxst|abns|sockpair|backend|rhttp)@/.test(text)) {
    return notSupportedYet(`'${text}' : this kind of log address`);
  }
  return parseUdp(text, written, config);
}

function parseUdp(text: string, written: string, config: ConfigDraft): Target | string {
  const inet = splitInet(text.replace(/^udp[46]?@|^ipv[46]@/, ''));
  if (inet === undefined) return `invalid character in port number in '${written}'`;
  if (inet.range) return `port range not permitted here in '${written}'`;
  const port = inet.port === '' ? DEFAULT_PORT : Number(inet.port);
  if (port > 65535) return `invalid port '${inet.port}'`;
  if (inet.host === '' || inet.host === '*') return { kind: 'udp', host: '127.0.0.1', port };
  if (isIP(inet.host) !== 0) return { kind: 'udp', host: inet.host, port };
  const lookup = config.hosts.get(inet.host);
  const found = lookup?.ok ? lookup.addresses[0] : undefined;
  if (found === undefined) return `invalid address: '${inet.host}' in '${written}'`;
  return { kind: 'udp', host: found.address, port };
}

/** `host`, `host:port`, `[v6]:port`, `v6`, `:port`. Undefined when the port is no number. */
function splitInet(text: string): { host: string; port: string; range: boolean } | undefined {
  const bracket = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracket === null && isIP(text) === 6) return { host: text, port: '', range: false };
  const colon = text.lastIndexOf(':');
  const host = bracket?.[1] ?? (colon < 0 ? text : text.slice(0, colon));
  const port = bracket === null ? (colon < 0 ? '' : text.slice(colon + 1)) : (bracket[2] ?? '');
  const numbers = /^(\d*)(-\d+)?$/.exec(port);
  return numbers === null ? undefined : { host, port: numbers[1]!, range: numbers[2] !== undefined };
}
