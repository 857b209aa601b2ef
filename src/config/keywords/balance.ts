/** `balance` and `hash-type`. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import type { BalanceAlgorithm } from '../model.ts';
import { notSupportedYet } from '../not-supported.ts';
import { backends, requireArgument } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;

const plain: ReadonlySet<string> = new Set(['roundrobin', 'static-rr', 'leastconn', 'first', 'source']);

const supported = `'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options.`;

/** Algorithms that look into HTTP; HAProxy itself falls back to roundrobin in mode tcp. */
const overHttp = /^(uri|url_param|hdr\([^)]*\))$/;

function parseBalance(context: Context): void {
  const word = context.args[0];
  const name = word?.text ?? 'roundrobin';
  const settings = context.draft.settings;
  const random = /^random(?:\((.*)\))?$/.exec(name);
  settings.balanceOverHttp = false;
  if (plain.has(name)) settings.balance = name as BalanceAlgorithm;
  else if (random !== null) parseRandom(context, random[1]);
  else if (name === 'url_param' && context.args[1] === undefined) {
    context.report({ code: 'missing-argument', message: 'balance url_param requires an URL parameter name.', word });
  } else if (overHttp.test(name)) {
    settings.balance = 'roundrobin';
    settings.balanceOverHttp = true;
  } else if (/^(rdp-cookie(\(.*\))?|hash|log-hash|sticky)$/.test(name)) {
    const message = notSupportedYet(`'balance ${name}'`);
    context.report({
      code: 'not-supported-yet',
      message,
      word,
      help: 'Use roundrobin, leastconn, source, first or random.',
    });
  } else {
    const message = `balance only supports ${supported}`;
    context.report({ code: 'unknown-keyword', message, word, suggestFrom: [...plain, 'random'] });
  }
}

function parseRandom(context: Context, argument: string | undefined): void {
  const word = context.args[0];
  const bad = argument === undefined ? null : /[^0-9]/.exec(argument);
  if (bad !== null) {
    const message = `balance random : unexpected character '${bad[0]}' after argument.`;
    context.report({ code: 'invalid-number', message, word });
    return;
  }
  const draws = argument === undefined ? 2 : leadingInteger(argument);
  if (draws < 1) {
    context.report({ code: 'invalid-number', message: 'balance random : number of draws must be at least 1.', word });
    return;
  }
  context.draft.settings.balance = 'random';
  context.draft.settings.randomDraws = draws;
}

function parseHashType(context: Context): void {
  const [method, hash, modifier] = context.args;
  const settings = context.draft.settings;
  if (method?.text !== 'consistent' && method?.text !== 'map-based') {
    const message = "'hash-type' only supports 'consistent' and 'map-based'.";
    context.report({ code: 'unknown-keyword', message, word: method });
    return;
  }
  settings.hashConsistent = method.text === 'consistent';
  if (hash === undefined) return;
  if (!['sdbm', 'djb2', 'crc32', 'wt6', 'none', 'avalanche'].includes(hash.text)) {
    const message = "'hash-type' only supports 'sdbm', 'djb2', 'crc32', or 'wt6' hash functions.";
    context.report({ code: 'unknown-keyword', message, word: hash });
  } else if (modifier !== undefined && modifier.text !== 'avalanche') {
    const message = "'hash-type' only supports 'avalanche' as a modifier for hash functions.";
    context.report({ code: 'unknown-keyword', message, word: modifier });
  }
}

export const balanceKeywords: readonly Definition[] = [
  {
    name: 'balance',
    sections: backends,
    args: '{ roundrobin | static-rr | leastconn | first | source | random[(<draws>)] }',
    support: { kind: 'yes' },
    doc: 'How a server is chosen.',
    examples: {
      ok: ['balance roundrobin', 'balance leastconn', 'balance source', 'balance random(3)', 'balance'],
      bad: ['balance foo', 'balance random(0)', 'balance random(x)', 'balance url_param', 'balance rdp-cookie'],
    },
    parse: parseBalance,
  },
  {
    name: 'hash-type',
    sections: backends,
    args: '{ consistent | map-based } [<function> [avalanche]]',
    support: { kind: 'yes' },
    doc: 'How "balance source" spreads addresses over servers; the functions of "consistent" are hapax\'s own.',
    examples: {
      ok: ['hash-type consistent', 'hash-type map-based djb2 avalanche'],
      bad: ['hash-type', 'hash-type consistent foo'],
    },
    parse: parseHashType,
  },
  {
    name: 'hash-balance-factor',
    sections: backends,
    args: '<factor>',
    support: { kind: 'yes' },
    doc: 'Limits how much more than the mean a hashed server may get; only 0 (no limit) so far.',
    elsewhere: 'silent',
    examples: {
      ok: ['hash-balance-factor 0'],
      bad: ['hash-balance-factor', 'hash-balance-factor 50', 'hash-balance-factor 150'],
    },
    parse(context) {
      const word = requireArgument(context, "'hash-balance-factor' expects an integer argument.");
      const factor = word === undefined ? 0 : leadingInteger(word.text);
      if (factor !== 0 && factor <= 100) {
        const message = "'hash-balance-factor' must be 0 or greater than 100.";
        context.report({ code: 'invalid-number', message, word });
      } else if (factor !== 0) {
        const help = 'Remove the line: servers then take what the hash gives them.';
        context.report({ code: 'not-supported-yet', message: notSupportedYet("'hash-balance-factor'"), word, help });
      }
    },
  },
];
