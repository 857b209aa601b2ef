/** What every proxy section says about itself, its limits and where its connections go. */

import type { ProxyDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { isPlainInteger, leadingInt32, leadingInteger } from '../leading-integer.ts';
import { notSupportedYet } from '../not-supported.ts';
import { backends, everyProxy, frontends, namedProxies, requireArgument } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;

const yes = { kind: 'yes' } as const;

function parseMode(context: Context): void {
  const word = context.args[0];
  const mode = word?.text ?? '';
  if (mode === 'tcp' || mode === 'http') context.draft.settings.mode = mode;
  else if (mode === 'health') {
    const message = "'mode health' doesn't exist anymore. Please use 'http-request return status 200' instead.";
    const help = 'Write "mode http" and "http-request return status 200".';
    context.report({ code: 'removed-keyword', message, word, help });
  } else {
    const known = mode === 'log' || mode === 'spop' || mode === 'haterm';
    const message = known ? notSupportedYet(`'mode ${mode}'`) : `unknown proxy mode '${mode}'.`;
    context.report({ code: known ? 'not-supported-yet' : 'invalid-mode', message, word });
  }
}

function parseId(context: Context): void {
  const argument = requireArgument(context, "'id' expects an integer argument.", { tight: true });
  if (argument === undefined) return;
  const id = leadingInt32(argument.text);
  if (id <= 0) {
    context.report({ code: 'invalid-number', message: 'custom id has to be > 0.', word: argument, tight: true });
    return;
  }
  const other = context.config.proxies.find((proxy) => proxy.id === id);
  if (other === undefined) context.draft.id = id;
  else {
    const { kind, name, place } = other;
    const message =
      `${context.draft.kind} ${context.draft.name} reuses same custom id as ${kind} ${name} ` +
      `(declared at ${place.file}:${place.line}).`;
    context.report({ code: 'duplicate-id', message, word: argument, tight: true });
  }
}

/** A positive number, by HAProxy's lenient rules (`abc` is 0). */
function integerKeyword(
  name: string,
  doc: string,
  sections: Definition['sections'],
  set: (draft: ProxyDraft, value: number) => void,
  more: { readonly missing?: string; readonly hint?: string } = {},
): Definition {
  return {
    name,
    sections,
    args: '<number>',
    support: yes,
    doc,
    maxArgs: 1,
    ...(more.hint === undefined ? {} : { elsewhereHint: more.hint }),
    examples: { ok: [`${name} 10`], bad: [name, `${name} 10 20`] },
    parse(context) {
      const argument = requireArgument(context, more.missing ?? `'${name}' expects an integer argument.`);
      if (argument !== undefined) set(context.draft, leadingInteger(argument.text));
    },
  };
}

function parseRateLimit(context: Context): void {
  const word = context.args[0];
  if (word === undefined) {
    context.report({
      code: 'missing-argument',
      message: "'rate-limit sessions' expects expects an integer value (in sessions/second)",
    });
  } else if (!isPlainInteger(word.text)) {
    const character = /[^0-9]/.exec(word.text)?.[0] ?? '';
    const message = `'rate-limit sessions' : unexpected character '${character}' in integer value '${word.text}'`;
    context.report({ code: 'invalid-number', message, word });
  } else {
    context.draft.settings.rateLimit = leadingInteger(word.text);
    if (context.section === 'backend') {
      const message = `rate-limit sessions will be ignored because backend '${context.draft.name}' has no frontend capability`;
      context.report({ code: 'ignored-keyword', severity: 'warning', message, fix: removeLine(placeOf(context)) });
    }
  }
}

export const proxyKeywords: readonly Definition[] = [
  {
    name: 'mode',
    sections: everyProxy,
    args: '{ tcp | http }',
    support: yes,
    doc: 'tcp forwards bytes; http is there for the stats page only so far.',
    maxArgs: 1,
    examples: { ok: ['mode tcp'], bad: ['mode', 'mode htpp', 'mode health', 'mode tcp x'] },
    parse: parseMode,
  },
  {
    name: 'id',
    sections: namedProxies,
    args: '<number>',
    support: yes,
    doc: 'The number of the proxy in the iid column.',
    maxArgs: 1,
    examples: { ok: ['id 2001'], bad: ['id', 'id 0', 'id 1 2'] },
    parse: parseId,
  },
  {
    name: 'description',
    sections: namedProxies,
    args: '<text>',
    support: yes,
    doc: 'A text for the stats page.',
    examples: { ok: ['description web servers'], bad: ['description'] },
    parse(context) {
      if (requireArgument(context, "'description' expects a string argument.", { tight: true }) === undefined) return;
      context.draft.description = context.args.map((word) => word.text).join(' ');
    },
  },
  {
    name: 'disabled',
    sections: everyProxy,
    args: '',
    support: yes,
    doc: 'The proxy does not start.',
    maxArgs: 0,
    examples: { ok: ['disabled'], bad: ['disabled x'] },
    parse(context) {
      context.draft.settings.disabled = true;
    },
  },
  {
    name: 'enabled',
    sections: everyProxy,
    args: '',
    support: yes,
    doc: 'Undoes a "disabled" taken over from defaults.',
    maxArgs: 0,
    examples: { ok: ['enabled'], bad: ['enabled x'] },
    parse(context) {
      context.draft.settings.disabled = false;
    },
  },
  integerKeyword(
    'maxconn',
    'How many connections the frontend accepts at a time; more wait in the kernel.',
    frontends,
    (draft, value) => {
      draft.settings.maxconn = value;
    },
    { hint: "Maybe you want 'fullconn' instead ?" },
  ),
  integerKeyword('backlog', "The length of the kernel's accept queue.", frontends, (draft, value) => {
    draft.settings.backlog = value;
  }),
  integerKeyword(
    'fullconn',
    "The load at which servers take their full maxconn (with minconn), and the backend's slim column.",
    backends,
    (draft, value) => {
      draft.settings.fullconn = value;
    },
    { hint: "Maybe you want 'maxconn' instead ?" },
  ),
  integerKeyword(
    'retries',
    'How often a failed connection to a server is tried again; 3 unless written.',
    backends,
    (draft, value) => {
      draft.settings.retries = value;
    },
    { missing: "'retries' expects an integer argument (dispatch counts for one)." },
  ),
  {
    name: 'rate-limit sessions',
    sections: frontends,
    args: '<number>',
    support: yes,
    doc: 'New connections a second; more wait.',
    elsewhere: 'silent',
    examples: { ok: ['rate-limit sessions 100'], bad: ['rate-limit sessions', 'rate-limit sessions x'] },
    parse: parseRateLimit,
  },
  {
    name: 'rate-limit',
    sections: frontends,
    args: '',
    family: true,
    support: yes,
    doc: 'Unknown words after rate-limit.',
    elsewhere: 'silent',
    examples: { ok: [], bad: ['rate-limit', 'rate-limit foo 10'] },
    parse(context) {
      const message = `'rate-limit' only supports 'sessions' (got '${context.args[0]?.text ?? ''}')`;
      context.report({ code: 'unknown-keyword', message, word: context.args[0] });
    },
  },
  {
    name: 'default_backend',
    sections: frontends,
    args: '<backend>',
    support: yes,
    doc: 'Where connections go.',
    maxArgs: 1,
    examples: { ok: ['default_backend other'], bad: ['default_backend', 'default_backend a b'] },
    parse(context) {
      const name = requireArgument(context, "'default_backend' expects a backend name.");
      if (name !== undefined) context.draft.settings.defaultBackend = { name: name.text, span: name.span };
    },
  },
  {
    name: 'monitor-uri',
    sections: frontends,
    args: '<uri>',
    support: yes,
    mode: 'http',
    doc: 'Requests for this URI are answered by the frontend itself (mode http).',
    maxArgs: 1,
    examples: { ok: ['monitor-uri /health'], bad: ['monitor-uri', 'monitor-uri /a /b'] },
    parse(context) {
      const uri = requireArgument(context, "'monitor-uri' expects an URI.");
      if (uri !== undefined) context.draft.settings.monitorUri = uri.text;
    },
  },
];
