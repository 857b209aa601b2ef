/** The lines of `mailers` sections: who takes mail about servers, and how long that may take. */
import { type AddressRules, parseAddress } from './address.ts';
import { addressModel, invalidAddress } from './address-resolution.ts';
import type { ConfigDraft } from './draft.ts';
import { parseDuration } from './duration.ts';
import type { MailerModel } from './email-alert-model.ts';
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';
import type { Span } from './place.ts';

/** A `mailers` section. */
export interface MailersDraft {
  readonly name: string;
  readonly span: Span;
  readonly mailers: MailerModel[];
  /** ms. */
  timeout: number;
}

/** HAProxy's, where `timeout mail` is not written (measured). */
const DEFAULT_TIMEOUT = 10_000;

export function newMailersDraft(name: Word): MailersDraft {
  return { name: name.text, span: name.span, mailers: [], timeout: DEFAULT_TIMEOUT };
}

/** What every address of a mailer must have. */
const MAILER: AddressRules = { kind: 'plain', portRequired: true };

/** Reads a line that the section knows. */
export function readMailersLine(
  draft: MailersDraft,
  words: readonly Word[],
  config: ConfigDraft,
  report: ReportLine,
): void {
  if (words[0]!.text === 'mailer') readMailer(draft, words.slice(1), config, report);
  else readMailTimeout(draft, words.slice(1), report);
}

function readMailer(draft: MailersDraft, args: readonly Word[], config: ConfigDraft, report: ReportLine): void {
  const [name, address] = args;
  if (name === undefined || address === undefined || name.text === '' || address.text === '') {
    report({ code: 'missing-argument', message: "'mailer' expects <name> and <addr>[:<port>] as arguments." });
    return;
  }
  const parsed = parseAddress(address.text, MAILER, config.env);
  const model = parsed.ok && parsed.parts.family === 'ip' ? addressModel(parsed.parts, config.hosts) : undefined;
  if (model !== undefined) {
    draft.mailers.push({ name: name.text, address: model });
    return;
  }
  const problem = !parsed.ok
    ? parsed.message
    : parsed.parts.family === 'ip'
      ? invalidAddress(parsed.parts)
      : 'TCP not supported for this address family.';
  report({ code: 'bad-address', message: `'mailer ${name.text}' : ${problem}`, word: address });
}

function readMailTimeout(draft: MailersDraft, args: readonly Word[], report: ReportLine): void {
  const [kind, time] = args;
  const wanted = "'timeout' expects 'mail' and <time> as arguments";
  if (kind === undefined || kind.text === '') {
    report({ code: 'missing-argument', message: `${wanted}.` });
  } else if (kind.text !== 'mail') {
    report({ code: 'unknown-keyword', message: `${wanted} got '${kind.text}'.`, word: kind });
  } else if (time === undefined || time.text === '') {
    report({ code: 'missing-argument', message: "'timeout mail' expects <time> as argument." });
  } else {
    const parsed = parseDuration(time.text);
    if (parsed.ok) {
      draft.timeout = parsed.value > 0 ? parsed.value : DEFAULT_TIMEOUT;
      return;
    }
    const message =
      parsed.reason === 'overflow'
        ? `timer overflow in argument <${time.text}> to <timeout mail>, maximum value is 2147483647 ms (~24.8 days).`
        : `unexpected character '${parsed.character}' in argument to <timeout mail>.`;
    report({ code: 'invalid-duration', message, word: time, tight: true });
  }
}
