/** The actions of `http-request` and its kin: hapax runs none of them, but mistakes in their names and conditions are told. */
import type { Place } from '../../expressions/places.ts';
import { isConditionWord, readCondition } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import type { LineContext } from '../keyword.ts';
import { noteRule } from '../rule-order.ts';
import { suggest } from '../suggest.ts';

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
  const names = [...known.listed, ...known.newer].map((name) => name.replace('(*)', ''));
  if (names.includes(text.replace(/\(.*$/, '')) || /^track-sc\d/.test(text)) return true;
  const list = known.listed.map((name) => `'${name}'`).join(', ');
  const near = suggest(text, names);
  const end = text === '' ? ' (missing argument).' : near === undefined ? '.' : `. Did you mean '${near}' maybe ?`;
  const message = `'${keyword}' expects ${list}, but got '${text}'${end}`;
  context.report({ code: 'unknown-keyword', message, word, tight: true, fatal: true });
  return false;
}

/** How many words follow an action before its condition may begin; others have none of their own that could be taken for one. */
const argumentCounts: Readonly<Record<string, number | undefined>> = {
  'add-header': 2,
  'set-header': 2,
  'replace-header': 3,
  'replace-value': 3,
  'replace-path': 2,
  'replace-pathq': 2,
  'replace-uri': 2,
  'del-header': 1,
  'set-path': 1,
  'set-pathq': 1,
  'set-query': 1,
  'set-uri': 1,
  'set-method': 1,
};

const sides: Readonly<Record<string, string | undefined>> = {
  'http-response': 'http-response header rule',
  'http-after-response': 'http-response header rule',
};

/** Reads the condition at the end of a rule, where there is one. False: a mistake was reported. */
export function conditionOf(context: LineContext<ProxyDraft>, keyword: string): boolean {
  const action = context.args[0]?.text ?? '';
  const after = keyword === 'redirect' ? 0 : 1 + (argumentCounts[action] ?? 0);
  const at = context.args.findIndex((word, index) => index >= after && isConditionWord(word));
  const accepted = () => {
    if (keyword === 'http-request' || keyword === 'redirect') noteRule(context, keyword);
  };
  if (at < 0) {
    accepted();
    return true;
  }
  const { kind, name } = context.draft;
  const side = kind === 'backend' ? 'backend' : 'frontend';
  const place = `${side} ${sides[keyword] ?? 'http-request header rule'}` as Place;
  const owner = kind === 'listen' ? `proxy '${name}'` : kind === 'defaults' ? 'defaults section' : `${kind} '${name}'`;
  const redirect = keyword === 'redirect' ? 'redirect' : action === 'redirect' ? `'${keyword} redirect'` : undefined;
  const article = keyword.startsWith('http') ? 'an' : 'a';
  const message = (problem: string) =>
    redirect === undefined
      ? `error detected while parsing ${article} '${keyword} ${action}' condition : ${problem}.`
      : `error detected in ${owner} while parsing ${redirect} rule : error in condition: ${problem}.`;
  return (
    readCondition(context, context.args.slice(at), { place, message, accepted, fatal: keyword !== 'redirect' }) !==
    undefined
  );
}
