/** The keywords of health checks: those about one protocol here, HTTP and scripted ones in their own files. */
import type { CheckKind } from '../check-draft.ts';
import { type CheckContext, type CheckKeyword, checkSections, selectCheck } from './check-shapes.ts';
import { externalCheckKeywords } from './external-check.ts';
import { httpCheckKeywords } from './http-check.ts';
import { tcpCheckKeywords } from './tcp-check.ts';

/** An `option` that chooses a check without arguments. */
function plain(name: string, kind: CheckKind, doc: string): CheckKeyword {
  return {
    name: `option ${name}`,
    sections: checkSections,
    args: '',
    support: { kind: 'yes' },
    doc,
    maxArgs: 0,
    examples: { ok: [`option ${name}`], bad: [`option ${name} now`] },
    parse: (context) => {
      selectCheck(context, kind);
    },
  };
}

/** Refuses more words than an option takes. */
function tooMany(context: CheckContext, name: string, most: number): boolean {
  const extra = context.args[most];
  if (extra === undefined) return false;
  const message = `'option ${name}' cannot handle unexpected argument '${extra.text}'.`;
  context.report({ code: 'unexpected-argument', message, word: extra });
  return true;
}

function parseMysql(context: CheckContext): void {
  const [keyword, user, version] = context.args;
  const fail = (message: string, word = keyword) => context.report({ code: 'bad-value', message, word });
  if (keyword === undefined) {
    selectCheck(context, { kind: 'mysql', version: 'post-41' });
    return;
  }
  if (keyword.text !== 'user') {
    fail(`'option mysql-check' only supports optional values: 'user' (got '${keyword.text}').`);
  } else if (user === undefined || user.text === '') {
    fail("'option mysql-check user' expects <username> as argument.");
  } else if (version !== undefined && version.text !== 'post-41' && version.text !== 'pre-41') {
    fail(`keyword 'user' only supports 'post-41' and 'pre-41' (got '${version.text}').`, version);
  } else if (!tooMany(context, 'mysql-check', 3)) {
    const chosen = version?.text === 'pre-41' ? 'pre-41' : 'post-41';
    selectCheck(context, { kind: 'mysql', user: user.text, version: chosen });
  }
}

function parsePgsql(context: CheckContext): void {
  const [keyword, user] = context.args;
  if (keyword?.text !== 'user' || user === undefined || user.text === '') {
    const message = "'option pgsql-check' expects 'user <username>' as argument.";
    context.report({ code: 'missing-argument', message, word: keyword });
  } else if (!tooMany(context, 'pgsql-check', 2)) {
    selectCheck(context, { kind: 'pgsql', user: user.text });
  }
}

/** `HELO localhost` unless a known greeting and a name are both written. */
function parseSmtp(context: CheckContext): void {
  if (tooMany(context, 'smtpchk', 2)) return;
  const [greeting, name] = context.args.map((word) => word.text);
  const known = (greeting === 'EHLO' || greeting === 'HELO') && name !== undefined && name !== '';
  selectCheck(context, { kind: 'smtp', hello: known ? `${greeting} ${name}` : 'HELO localhost' });
}

export const checkKeywords: readonly CheckKeyword[] = [
  ...httpCheckKeywords,
  ...tcpCheckKeywords,
  ...externalCheckKeywords,
  plain('ssl-hello-chk', { kind: 'ssl-hello' }, 'Checks send an SSLv3 hello and want TLS back.'),
  plain('ldap-check', { kind: 'ldap' }, 'Checks bind anonymously to LDAP.'),
  plain('spop-check', { kind: 'spop' }, 'Checks greet an agent of stream processing (SPOE).'),
  plain('redis-check', { kind: 'redis' }, 'Checks send PING to Redis and want +PONG.'),
  {
    name: 'option mysql-check',
    sections: checkSections,
    args: '[user <name> [post-41 | pre-41]]',
    support: { kind: 'yes' },
    doc: "Checks read MySQL's greeting, and log in when a user is named.",
    examples: {
      ok: ['option mysql-check', 'option mysql-check user haproxy', 'option mysql-check user haproxy pre-41'],
      bad: ['option mysql-check foo', 'option mysql-check user', 'option mysql-check user u post-42'],
    },
    parse: parseMysql,
  },
  {
    name: 'option pgsql-check',
    sections: checkSections,
    args: 'user <name>',
    support: { kind: 'yes' },
    doc: 'Checks begin a PostgreSQL session.',
    examples: { ok: ['option pgsql-check user haproxy'], bad: ['option pgsql-check', 'option pgsql-check user'] },
    parse: parsePgsql,
  },
  {
    name: 'option smtpchk',
    sections: checkSections,
    args: '[EHLO | HELO <domain>]',
    support: { kind: 'yes' },
    doc: 'Checks greet a mail server (`HELO localhost` unless written).',
    examples: { ok: ['option smtpchk', 'option smtpchk EHLO mail.example.com'], bad: ['option smtpchk EHLO a b'] },
    parse: parseSmtp,
  },
];
