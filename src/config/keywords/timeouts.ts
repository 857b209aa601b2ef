/** `timeout ...` of proxies. */

import type { ProxyDraft } from '../draft.ts';
import {
  type ParsedDuration,
  parseDuration,
  plainDuration,
  trailingCharacterWarning,
  withoutTrailing,
} from '../duration.ts';
import { removeLine, replaceWord } from '../fix.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import type { Timeouts } from '../model.ts';
import { backends, everyProxy, frontends, removed } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;
type Key = keyof Timeouts;

const rows: readonly (readonly [word: string, key: Key, sections: Definition['sections'], doc: string])[] = [
  ['client', 'client', frontends, 'A silent client is dropped after this long.'],
  ['server', 'server', backends, 'A silent server is dropped after this long.'],
  ['connect', 'connect', backends, 'How long a connection to a server may take.'],
  ['check', 'check', backends, 'How long a health check may take once connected.'],
  ['queue', 'queue', backends, 'How long a connection may wait for a free server; timeout connect unless written.'],
  ['http-keep-alive', 'httpKeepAlive', everyProxy, 'How long an HTTP client may wait with its next request.'],
  ['http-request', 'httpRequest', everyProxy, 'How long an HTTP client may take to send a request.'],
  ['tunnel', 'tunnel', backends, 'Replaces timeout client and server once both sides talked.'],
  ['tarpit', 'tarpit', everyProxy, 'How long a tarpitted HTTP client waits.'],
  ['client-fin', 'clientFin', frontends, 'Replaces timeout client once the client has closed its side.'],
  ['server-fin', 'serverFin', backends, 'Replaces timeout server once the server has closed its side.'],
];

const OVERFLOW = '(maximum value is 2147483647 ms or ~24.8 days)';

function failure(name: string, word: Word, parsed: ParsedDuration & { ok: false }): string {
  return parsed.reason === 'overflow'
    ? `timer overflow in argument '${word.text}' to '${name}' ${OVERFLOW}`
    : `unexpected character '${parsed.character}' in '${name}'`;
}

function readTimeout(context: Context, name: string, key: Key, sections: Definition['sections']): void {
  const word = context.args[0];
  if (word === undefined || word.text === '') {
    const message = `'${name}' expects an integer value (in milliseconds)`;
    context.report({ code: 'missing-argument', message });
    return;
  }
  const parsed = readDuration(context, name, word);
  if (!parsed.ok) {
    context.report({ code: 'invalid-duration', message: failure(name, word, parsed), word });
    return;
  }
  if (parsed.trailing !== undefined) {
    const message = trailingCharacterWarning(word.text, parsed.trailing);
    const fix = replaceWord(word, withoutTrailing(word.text));
    context.report({ code: 'trailing-characters', severity: 'warning', message, word, raw: true, fix });
  }
  const extra = context.args[1];
  if (extra !== undefined) {
    const message = `'${name}' : unexpected extra argument '${extra.text}' after value '${word.text}'.`;
    const comment = extra.text.startsWith('//');
    const severity = comment && !context.strict ? 'warning' : 'alert';
    const fix = comment ? replaceWord(extra, extra.text.replace('//', '#')) : undefined;
    const help = comment ? 'Comments begin with "#".' : undefined;
    context.report({ code: 'unexpected-argument', severity, message, word: extra, fix, help });
    if (severity === 'alert') return;
  }
  const { kind, written } = context.draft;
  if (kind !== 'defaults' && written.has(name) && sections.includes(kind)) {
    const message = `overwriting '${name}' which was already specified`;
    const fix = removeLine(written.get(name)!);
    context.report({ code: 'duplicate-keyword', severity: 'warning', message, word: context.line.words[0], fix });
  }
  context.draft.settings.timeouts[key] = parsed.value;
}

/** A time, or a fraction of one (`1.5s`) or a capital unit, which HAProxy refuses and whose meaning is plain. */
function readDuration(context: Context, name: string, word: Word): ParsedDuration {
  const parsed = parseDuration(word.text);
  const plain = parsed.ok || context.strict ? undefined : plainDuration(word.text);
  const read = plain === undefined ? parsed : parseDuration(plain);
  if (parsed.ok || plain === undefined || !read.ok) return parsed;
  const help = `Write "${plain}".`;
  context.report({
    code: 'invalid-duration',
    severity: 'warning',
    message: failure(name, word, parsed),
    word,
    help,
    fix: replaceWord(word, plain),
  });
  return read;
}

const supported = `'client', 'server', 'connect', 'check', 'queue', 'http-keep-alive', 'http-request', 'tunnel', 'tarpit', 'client-fin' and 'server-fin'`;

function timeoutKeyword([word, key, sections, doc]: (typeof rows)[number]): Definition {
  const name = `timeout ${word}`;
  return {
    name,
    sections,
    args: '<time>',
    support: { kind: 'yes' },
    doc,
    elsewhere: 'late',
    examples: {
      ok: [`${name} 30s`, `${name} 500`, `${name} 1h`],
      bad: [name, `${name} 1x`, `${name} 1s 2s`, `${name} 100d`],
    },
    parse: (context) => readTimeout(context, name, key, sections),
  };
}

/** `clitimeout 5000`: HAProxy up to 2.0 read it. */
function oldTimeout(name: string, modern: string, key: Key): Definition {
  return removed<ProxyDraft>({
    name,
    args: '<time>',
    sections: everyProxy,
    doc: `The old name of timeout ${modern}.`,
    message: `the '${name}' directive is not supported anymore since HAProxy 2.1. Use 'timeout ${modern}'.`,
    help: `Write "timeout ${modern} ..." instead.`,
    fix: ({ line }) => replaceWord(line.words[0]!, `timeout ${modern}`),
    example: `${name} 5000`,
    apply: (context) => readTimeout(context, name, key, everyProxy),
  });
}

export const timeoutKeywords: readonly Definition[] = [
  ...rows.map(timeoutKeyword),
  ...(['client-hs', 'handshake'] as const).map(
    (word): Definition => ({
      name: `timeout ${word}`,
      sections: frontends,
      args: '<time>',
      support: { kind: 'no-effect', because: 'there is no TLS handshake with clients yet' },
      doc: 'How long a handshake with a client may take.',
      elsewhere: 'late',
      examples: { ok: [`timeout ${word} 5s`], bad: [] },
    }),
  ),
  {
    name: 'timeout',
    sections: everyProxy,
    args: '',
    family: true,
    support: { kind: 'yes' },
    doc: 'Unknown words after timeout.',
    examples: { ok: [], bad: ['timeout', 'timeout foo 1s'] },
    parse(context) {
      const word = context.args[0];
      const names = rows.map(([name]) => name);
      const near = word === undefined ? {} : { suggestFrom: names };
      const message = `'timeout' supports ${supported} (got '${word?.text ?? ''}')`;
      context.report({ code: 'unknown-keyword', message, word, ...near });
    },
  },
  oldTimeout('clitimeout', 'client', 'client'),
  oldTimeout('contimeout', 'connect', 'connect'),
  oldTimeout('srvtimeout', 'server', 'server'),
];
