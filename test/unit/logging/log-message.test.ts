import { describe, expect, test } from 'vitest';
import type { LogFormat } from '../../../src/config/model.ts';
import { LogDate } from '../../../src/logging/log-date.ts';
import { logMessage } from '../../../src/logging/log-message.ts';
import { target } from './model.ts';

const text = Buffer.from('127.0.0.1:42076 [x] fmt');
const at = new Date(2026, 10, 5, 1, 57, 58, 535);
const zone = () => {
  const minutes = -at.getTimezoneOffset();
  const part = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${part(Math.floor(Math.abs(minutes) / 60))}:${part(Math.abs(minutes) % 60)}`;
};
const context = { tag: 'haproxy', pid: 539, hostname: undefined, now: at.getTime() + 0.763 };

describe('the formats of a log message', () => {
  const iso = `2026-11-05T01:57:58.535763${zone()}`;
  const cases: [LogFormat, string, string][] = [
    ['local', '<142>Nov  5 01:57:58 haproxy[539]: ', '<142>Nov  5 01:57:58 haproxy[539]: '],
    ['rfc3164', '<142>Nov  5 01:57:58 localhost haproxy[539]: ', '<142>Nov  5 01:57:58 box haproxy[539]: '],
    ['rfc5424', `<142>1 ${iso} - haproxy 539 - - `, `<142>1 ${iso} box haproxy 539 - - `],
    ['priority', '<142>', '<142>'],
    ['short', '<6>', '<6>'],
    ['timed', `<6>${iso} `, `<6>${iso} `],
    ['iso', `${iso} `, `${iso} `],
    ['raw', '', ''],
  ];
  test.each(cases)('%s', (format, bare, named) => {
    const to = target({ format });
    expect(logMessage(to, 6, text, context)?.toString()).toBe(`${bare}${text}\n`);
    expect(logMessage(to, 6, text, { ...context, hostname: 'box' })?.toString()).toBe(`${named}${text}\n`);
  });

  test('where none is written it is local, and rfc3164 with log-send-hostname', () => {
    const to = target({ format: 'local', formatIsDefault: true });
    expect(logMessage(to, 6, text, context)?.toString()).toBe(`<142>Nov  5 01:57:58 haproxy[539]: ${text}\n`);
    expect(logMessage(to, 6, text, { ...context, hostname: 'box' })?.toString()).toBe(
      `<142>Nov  5 01:57:58 box haproxy[539]: ${text}\n`,
    );
  });

  test('facility and level make the priority; less severe messages are left out, more severe ones are demoted', () => {
    const notices = target({ format: 'priority', facility: 16, level: 5 });
    expect(logMessage(notices, 6, text, context)).toBeUndefined();
    expect(logMessage(notices, 5, text, context)?.toString()).toBe(`<133>${text}\n`);
    const demoted = target({ format: 'priority', facility: 19, level: 7, minLevel: 3 });
    expect(logMessage(demoted, 0, text, context)?.toString()).toBe(`<155>${text}\n`);
    expect(logMessage(demoted, 6, text, context)?.toString()).toBe(`<158>${text}\n`);
  });

  test('is cut to its length at every length, and always ends with a line feed', () => {
    const whole = `<142>${text}\n`;
    for (let maxLength = 1; maxLength <= whole.length + 2; maxLength++) {
      const message = logMessage(target({ format: 'priority', maxLength }), 6, text, context)!.toString();
      // The line feed comes on top of the length (measured with HAProxy 2.6).
      expect(message).toBe(maxLength >= whole.length - 1 ? whole : `${whole.slice(0, maxLength)}\n`);
    }
  });
});

test('dates keep up when the second changes and when time goes back', () => {
  const date = new LogDate();
  const base = new Date(2026, 0, 1, 23, 59, 59, 7).getTime();
  expect(date.accept(base)).toBe('01/Jan/2026:23:59:59.007');
  expect(date.accept(base + 90)).toBe('01/Jan/2026:23:59:59.097');
  expect(date.accept(base + 993)).toBe('02/Jan/2026:00:00:00.000');
  expect(date.accept(base)).toBe('01/Jan/2026:23:59:59.007');
});
