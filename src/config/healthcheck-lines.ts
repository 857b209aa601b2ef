/** The lines of `healthcheck` sections (HAProxy 3.4), as the lines of a backend that say the same. */
import type { Word } from './keyword.ts';
import type { ReportLine } from './line-report.ts';

/** What `type` may say: each is an `option` of a backend, with the same arguments. */
const TYPES = [
  'tcp-check',
  'httpchk',
  'ssl-hello-chk',
  'smtpchk',
  'pgsql-check',
  'redis-check',
  'mysql-check',
  'ldap-check',
  'spop-check',
];

/** The words of the backend's line, or undefined after a report. */
export function healthcheckWords(words: readonly Word[], report: ReportLine): readonly Word[] | undefined {
  const [first, type] = words as [Word, Word?];
  if (first.text !== 'type') return words;
  if (type !== undefined && TYPES.includes(type.text)) return [{ ...first, text: 'option' }, ...words.slice(1)];
  const message = `'type' expects one of '${TYPES.join("', '")}' but got '${type?.text ?? ''}'.`;
  report({ code: 'bad-value', message, word: type ?? first, suggestFrom: TYPES });
  return undefined;
}
