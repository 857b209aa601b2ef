/** `stats ...` of proxies: the stats page. Any of them but `stats admin` alone turns the page on, as in HAProxy. */
import { hostname } from 'node:os';
import { constantCondition } from '../../expressions/constant-condition.ts';
import { missingInCondition } from '../../expressions/support.ts';
import { readCondition, requireCondition } from '../conditions.ts';
import type { ProxyDraft, StatsSettings } from '../draft.ts';
import { parseDuration } from '../duration.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { everyProxy, namedProxies } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;
type Definition = KeywordDefinition<ProxyDraft>;

const DEFAULT_URI = '/haproxy?stats';

/** The settings of the page, made with the first stats line. */
function page(context: Context): StatsSettings {
  context.draft.settings.stats ??= {
    uri: DEFAULT_URI,
    auth: [],
    hideVersion: false,
    showNode: false,
    showLegends: false,
    showDesc: false,
    scope: [],
    admin: false,
  };
  return context.draft.settings.stats;
}

function keyword(
  word: string,
  args: string,
  doc: string,
  examples: Definition['examples'],
  parse: (context: Context) => void,
): Definition {
  return {
    name: `stats ${word}`,
    sections: everyProxy,
    args,
    support: { kind: 'yes' },
    mode: 'http',
    doc,
    examples,
    parse,
  };
}

function flag(word: string, doc: string, set: (page: StatsSettings) => void): Definition {
  return keyword(word, '', doc, { ok: [`stats ${word}`], bad: [] }, (context) => set(page(context)));
}

function required(context: Context, message: string): string | undefined {
  const text = context.args[0]?.text ?? '';
  if (text !== '') return text;
  context.report({ code: 'missing-argument', message });
  return undefined;
}

const parseRefresh = (context: Context) => {
  const word = context.args[0];
  const parsed = parseDuration(word?.text ?? '', 's');
  if (!parsed.ok) {
    const message =
      parsed.reason === 'overflow'
        ? `timer overflow in argument '${word?.text}' to stats refresh interval (maximum value is 2147483647 s or ~68 years).`
        : `unexpected character '${parsed.character}' in argument to stats refresh interval.`;
    context.report({ code: 'invalid-duration', message, word, tight: true });
    return;
  }
  page(context).refresh = Math.ceil(parsed.value / 1000);
};

const parseShowNode = (context: Context) => {
  const name = context.args[0];
  if (name !== undefined && !/^[A-Za-z0-9._-]+$/.test(name.text)) {
    const message =
      "'stats show-node' invalid node name - should be a stringwith digits(0-9), letters(A-Z, a-z), hyphen(-) or underscode(_).";
    context.report({ code: 'invalid-name', message, word: name, tight: true });
    return;
  }
  page(context).showNode = true;
  context.config.global.node ??= name?.text ?? hostname();
};

const parseShowDesc = (context: Context) => {
  if (context.args.length === 0 && context.config.global.description === undefined) {
    const message = "'show-desc' requires a parameter or 'desc' to be set in the global section.";
    context.report({ code: 'missing-argument', severity: 'warning', message, tight: true });
    return;
  }
  page(context).showDesc = true;
  if (context.args.length > 0) page(context).description = context.args.map((word) => word.text).join(' ');
};

const parseAdmin = (context: Context) => {
  const words = requireCondition(context, context.args, "'stats admin'");
  if (words === undefined) return;
  const message = (problem: string) => `error detected while parsing a 'stats admin' rule : ${problem}.`;
  const place =
    context.draft.kind === 'backend' ? 'backend http-request header rule' : 'frontend http-request header rule';
  const condition = readCondition(context, words, { place, message });
  if (condition === undefined) return;
  const stats = page(context);
  const always = constantCondition(condition);
  if (always === true) stats.admin = true;
  if (always !== undefined) return;
  if (missingInCondition(condition) === undefined) stats.adminIf = [...(stats.adminIf ?? []), condition];
  else {
    const span = { ...words[0]!.span, end: words[words.length - 1]!.span.end };
    context.draft.httpRules.push({ name: 'stats admin', span });
  }
};

const expects =
  "expects 'admin', 'uri', 'realm', 'auth', 'scope', 'enable', 'hide-version', 'show-node', 'show-desc' or 'show-legends'.";

export const statsKeywords: readonly Definition[] = [
  flag('enable', 'Turns the stats page on with the settings so far.', () => {}),
  flag('hide-version', 'The page does not say which version runs.', (stats) => {
    stats.hideVersion = true;
  }),
  flag('show-legends', 'The page explains its cells.', (stats) => {
    stats.showLegends = true;
  }),
  {
    ...flag('show-modules', "The page shows HAProxy's module columns.", () => {}),
    support: { kind: 'no-effect', because: 'hapax has no such modules' },
  },
  {
    ...flag('show-version', 'The page says which version runs.', (stats) => {
      stats.hideVersion = false;
    }),
  },
  keyword('uri', '<prefix>', 'Where the page is.', { ok: ['stats uri /stats'], bad: ['stats uri'] }, (context) => {
    const uri = required(context, "'uri' needs an URI prefix.");
    if (uri !== undefined) page(context).uri = uri;
  }),
  keyword(
    'realm',
    '<name>',
    'The name a browser shows when it asks for a password.',
    { ok: ['stats realm My\\ Stats'], bad: ['stats realm'] },
    (context) => {
      const realm = required(context, "'realm' needs an realm name.");
      if (realm !== undefined) page(context).realm = realm;
    },
  ),
  keyword(
    'auth',
    '<user>:<password>',
    'Who may see the page; may be repeated.',
    { ok: ['stats auth admin:secret'], bad: ['stats auth'] },
    (context) => {
      const account = required(context, "'auth' needs a user:password account.");
      if (account === undefined) return;
      const colon = account.indexOf(':');
      const pair =
        colon < 0 ? ([account, ''] as const) : ([account.slice(0, colon), account.slice(colon + 1)] as const);
      page(context).auth.push(pair);
    },
  ),
  keyword(
    'refresh',
    '<time>',
    'The page reloads itself this often; seconds unless a unit is written.',
    { ok: ['stats refresh 10', 'stats refresh 30s'], bad: ['stats refresh 5y'] },
    parseRefresh,
  ),
  keyword(
    'scope',
    '<proxy>',
    'Only these proxies are shown; "." is the page\'s own.',
    { ok: ['stats scope .', 'stats scope web'], bad: ['stats scope'] },
    (context) => {
      const scope = required(context, "'scope' needs a proxy name.");
      if (scope !== undefined) page(context).scope.push(scope);
    },
  ),
  keyword(
    'show-node',
    '[<name>]',
    'The page names the machine.',
    { ok: ['stats show-node', 'stats show-node lb1'], bad: ['stats show-node a/b'] },
    parseShowNode,
  ),
  keyword(
    'show-desc',
    '[<text>]',
    'The page shows a description.',
    { ok: ['stats show-desc main'], bad: ['stats show-desc'] },
    parseShowDesc,
  ),
  {
    ...keyword(
      'admin',
      '{ if | unless } <condition>',
      'The page can change the state of servers. Conditions so far: TRUE and FALSE, and what is made of them.',
      { ok: ['stats admin if TRUE'], bad: ['stats admin', 'stats admin if nosuch'] },
      parseAdmin,
    ),
    sections: namedProxies,
  },
  {
    ...keyword(
      'http-request',
      '{ allow | deny | auth } [{ if | unless } <condition>]',
      'Rules for the page.',
      { ok: ['stats http-request auth'], bad: [] },
      () => {},
    ),
    sections: namedProxies,
    support: { kind: 'not-yet', instead: 'Use "stats auth" to ask for a password.' },
  },
  {
    name: 'stats',
    sections: everyProxy,
    args: '',
    family: true,
    support: { kind: 'yes' },
    doc: 'Unknown words after stats.',
    examples: { ok: [], bad: ['stats', 'stats foo'] },
    parse(context) {
      const word = context.args[0];
      const message =
        word === undefined
          ? `missing keyword in 'stats', ${expects}`
          : `unknown stats parameter '${word.text}', ${expects}`;
      context.report({ code: 'unknown-keyword', message, word, tight: true });
    },
  },
];
