/** The lines of `resolvers` sections: not run yet, and looked at all the same. HAProxy 2.6 was asked for its words. */
import { type AddressRules, parseAddress } from './address.ts';
import { parseDuration } from './duration.ts';
import type { Word } from './keyword.ts';
import { leadingInteger } from './leading-integer.ts';
import type { ReportLine } from './line-report.ts';

export const resolversWords: readonly string[] = [
  'accepted_payload_size',
  'hold',
  'nameserver',
  'parse-resolv-conf',
  'resolve_retries',
  'timeout',
];

const EVENTS = ['nx', 'other', 'refused', 'timeout', 'valid', 'obsolete'];
const ADDRESS: AddressRules = { kind: 'plain', portRequired: true };

/** Reads a line that the section knows. */
export function readResolversLine(words: readonly Word[], report: ReportLine): void {
  const [keyword, ...args] = words;
  switch (keyword!.text) {
    case 'nameserver':
      readNameserver(args, report);
      break;
    case 'hold':
      readHold(args, report);
      break;
    case 'timeout':
      readTimeout(args, report);
      break;
    case 'parse-resolv-conf':
      break;
    default:
      readNumber(keyword!.text, args[0], report);
  }
}

function readNameserver([name, address]: readonly Word[], report: ReportLine): void {
  if (name === undefined || address === undefined || address.text === '') {
    const message = "'nameserver' expects <name> and <addr>[:<port>] as arguments.";
    report({ code: 'missing-argument', message });
    return;
  }
  const strange = /[^A-Za-z0-9_:.-]/.exec(name.text);
  if (strange !== null) {
    const message = `character '${strange[0]}' is not permitted in server name '${name.text}'.`;
    report({ code: 'bad-name', message, word: name });
    return;
  }
  const parsed = parseAddress(address.text.replace(/^tcp@/, ''), ADDRESS);
  if (parsed.ok || parsed.unsupported) return;
  report({ code: 'bad-address', message: `'nameserver ${name.text}' : ${parsed.message}`, word: address });
}

function readHold([event, time]: readonly Word[], report: ReportLine): void {
  if (event === undefined || time === undefined || time.text === '') {
    const code = 'missing-argument';
    report({ code, message: "'hold' expects an <event> and a <time> as arguments." });
    const list = "<event> can be either 'valid', 'nx', 'refused', 'timeout', or 'other'";
    report({ code, message: list, raw: true });
    return;
  }
  if (!EVENTS.includes(event.text)) {
    const list = "'nx', 'timeout', 'valid', 'obsolete' or 'other'";
    const message = `'hold' unknown <event>: '${event.text}', expects either ${list}.`;
    report({ code: 'unknown-keyword', message, word: event, suggestFrom: EVENTS });
    return;
  }
  // HAProxy names the event where it means the time.
  checkTime(time, 'hold', event.text, report);
}

function readTimeout([kind, time]: readonly Word[], report: ReportLine): void {
  const expects = "'timeout' expects 'retry' or 'resolve' and <time> as arguments";
  if (kind === undefined || kind.text === '') report({ code: 'missing-argument', message: `${expects}.` });
  else if (kind.text !== 'retry' && kind.text !== 'resolve') {
    const suggestFrom = ['retry', 'resolve'];
    report({ code: 'unknown-keyword', message: `${expects} got '${kind.text}'.`, word: kind, suggestFrom });
  } else if (time === undefined || time.text === '') {
    report({ code: 'missing-argument', message: `'timeout ${kind.text}' expects <time> as argument.` });
  } else checkTime(time, `timeout ${kind.text}`, time.text, report);
}

function checkTime(word: Word, keyword: string, shown: string, report: ReportLine): void {
  const parsed = parseDuration(word.text);
  if (parsed.ok) return;
  const message =
    parsed.reason === 'overflow'
      ? `timer overflow in argument <${shown}> to <${keyword}>, maximum value is 2147483647 ms (~24.8 days).`
      : `unexpected character '${parsed.character}' in argument to <${keyword}>.`;
  report({ code: 'invalid-duration', message, word, tight: true });
}

function readNumber(keyword: string, word: Word | undefined, report: ReportLine): void {
  if (word === undefined || word.text === '') {
    report({ code: 'missing-argument', message: `'${keyword}' expects <nb> as argument.` });
    return;
  }
  const value = leadingInteger(word.text);
  if (keyword !== 'accepted_payload_size' || (value >= 12 && value <= 65535)) return;
  const message = `'accepted_payload_size' must be between 12 and 65535 inclusive (was ${word.text}).`;
  report({ code: 'invalid-number', message, word });
}
