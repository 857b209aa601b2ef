/** The actions of `http-request` and its kin: hapax runs none of them, but mistakes in their names and conditions are told. */
import type { Place } from '../../expressions/places.ts';
import { isConditionWord, readCondition } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import type { LineContext, Word } from '../keyword.ts';
import { noteRule } from '../rule-order.ts';
import { suggest } from '../suggest.ts';
import { argumentsOf } from './http-action-arguments.ts';

interface Actions {
  /** As HAProxy 2.6 lists them; `(*)` wants parentheses. */
  readonly listed: readonly string[];
  /** Those of later versions. */
  readonly newer: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const actions: Readonly<Record<string, Actions>> = {
  'http-request': {
    listed: words(`
      wait-for-handshake ot-group set-log-level set-nice use-service sc-inc-gpc(*) sc-inc-gpc0(*)
      sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*) send-spoe-group do-resolve(*) cache-use add-acl(*) add-header
      allow auth capture del-acl(*) del-header del-map(*) deny disable-l7-retry early-hint normalize-uri
      redirect reject replace-header replace-path replace-pathq replace-uri replace-value return set-header
      set-map(*) set-method set-path set-pathq set-query set-uri strict-mode tarpit track-sc(*) set-timeout
      wait-for-body set-var-fmt(*) set-var(*) unset-var(*) set-dst set-dst-port set-mark set-src set-src-port
      set-tos silent-drop set-priority-class set-priority-offset
    `),
    newer: words(`
      add-headers-bin del-headers-bin do-log pause sc-add-gpc set-bandwidth-limit set-bc-mark set-bc-tos
      set-fc-mark set-fc-tos set-headers-bin set-retries
    `),
  },
  'http-response': {
    listed: words(`
      ot-group set-log-level set-nice sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*)
      send-spoe-group cache-store add-acl(*) add-header allow capture del-acl(*) del-header del-map(*) deny
      redirect replace-header replace-value return set-header set-map(*) set-status strict-mode track-sc(*)
      wait-for-body set-var-fmt(*) set-var(*) unset-var(*) set-mark set-tos silent-drop
    `),
    newer: words(`
      add-headers-bin del-headers-bin do-log pause sc-add-gpc set-bandwidth-limit set-fc-mark set-fc-tos
      set-headers-bin set-timeout
    `),
  },
  'http-after-response': {
    listed: words(`
      ot-group add-header allow capture del-header replace-header replace-value set-header set-status
      strict-mode set-var-fmt(*) set-var(*) unset-var(*)
    `),
    newer: words(`
      add-headers-bin del-acl del-headers-bin del-map do-log sc-add-gpc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1
      sc-set-gpt sc-set-gpt0 set-headers-bin set-log-level set-map
    `),
  },
};

/** The actions of `http-request` and its kin, without their parentheses. */
export function actionNames(keyword: string): readonly string[] {
  const { listed, newer } = actions[keyword] ?? { listed: [], newer: [] };
  return [...listed, ...newer].map((name) => name.replace('(*)', ''));
}

/** Reports an action that does not exist. False: it was reported. */
export function checkAction(context: LineContext<ProxyDraft>, keyword: string): boolean {
  const known = actions[keyword];
  if (known === undefined) return true;
  const word = context.args[0];
  const text = word?.text ?? '';
  const names = [...known.listed, ...(isOld(context) ? [] : known.newer)].map((name) => name.replace('(*)', ''));
  if (names.includes(text.replace(/\(.*$/, '')) || /^track-sc\d/.test(text)) return true;
  const list = known.listed.map((name) => `'${name}'`).join(', ');
  const near = suggest(text, names);
  const end = text === '' ? ' (missing argument).' : near === undefined ? '.' : `. Did you mean '${near}' maybe ?`;
  const message = `'${keyword}' expects ${list}, but got '${text}'${end}`;
  context.report({ code: 'unknown-keyword', message, word, tight: true, fatal: true });
  return false;
}

const sides: Readonly<Record<string, string | undefined>> = {
  'http-response': 'http-response header rule',
  'http-after-response': 'http-response header rule',
};

/** Reads what follows a rule's action: its arguments, and the condition at the end. False: a mistake was reported. */
export function readRule(context: LineContext<ProxyDraft>, keyword: string): boolean {
  const { draft, args } = context;
  const asAction = keyword !== 'redirect';
  const action = asAction ? args[0]! : context.line.words[0]!;
  const title = asAction ? `${keyword} ${action.text}` : keyword;
  const rest = asAction ? args.slice(1) : args;
  const side = draft.kind === 'backend' ? 'backend' : 'frontend';
  const place = `${side} ${sides[keyword] ?? 'http-request header rule'}` as Place;
  const named = `${draft.kind === 'listen' ? 'proxy' : draft.kind} '${draft.name}'`;
  const owner = draft.kind === 'defaults' ? 'defaults section' : named;
  const detected = `error detected in ${owner} while parsing ${asAction ? `'${title}'` : title} rule : `;
  const rule = { keyword, action, place, context, old: isOld(context) };
  const taken = argumentsOf(action.text)?.(rest, rule) ?? firstCondition(rest);
  if (typeof taken === 'object') {
    const message = `${detected}${taken.message}.`;
    context.report({ code: 'invalid-rule', message, word: taken.word ?? action, fatal: asAction });
    return false;
  }
  const first = rest[taken];
  const accepted = () => {
    if (keyword === 'http-request' || keyword === 'redirect') noteRule(context, keyword);
  };
  if (first === undefined || first.text === '') {
    accepted();
    return true;
  }
  if (!isConditionWord(first)) {
    const message = `'${title}' expects either 'if' or 'unless' followed by a condition but found '${first.text}'.`;
    context.report({ code: 'unexpected-argument', message, word: first, tight: true, fatal: true });
    return false;
  }
  const article = asAction ? 'an' : 'a';
  const message = (problem: string) =>
    asAction && action.text !== 'redirect'
      ? `error detected while parsing ${article} '${title}' condition : ${problem}.`
      : `${detected}error in condition: ${problem}.`;
  return readCondition(context, rest.slice(taken), { place, message, accepted, fatal: asAction }) !== undefined;
}

/** The language is that of HAProxy 2.6, and nothing newer is let pass. */
function isOld({ config }: LineContext<ProxyDraft>): boolean {
  return config.strict && config.target === '2.6';
}

/** Where the condition of an action begins whose arguments are not looked at. */
function firstCondition(args: readonly Word[]): number {
  const at = args.findIndex(isConditionWord);
  return at < 0 ? args.length : at;
}
