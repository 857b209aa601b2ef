/** Which backend and which server a connection goes to: `use_backend` and `use-server`. */
import { constantCondition } from '../../expressions/constant-condition.ts';
import type { ConditionModel } from '../../expressions/model.ts';
import { isConditionWord, readCondition, requireCondition } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { noteRule } from '../rule-order.ts';
import { requireArgument } from './common-shapes.ts';

type Context = LineContext<ProxyDraft>;

const message = (problem: string) => `error detected while parsing switching rule : ${problem}.`;

function parseUseBackend(context: Context): void {
  const name = requireArgument(context, "'use_backend' expects a backend name.");
  if (name === undefined) return;
  const condition = context.args.slice(1);
  const [keyword] = condition;
  if (keyword !== undefined && !isConditionWord(keyword)) {
    const text = `unexpected keyword '${keyword.text}' after switching rule, only 'if' and 'unless' are allowed.`;
    context.report({ code: 'unexpected-argument', message: text, word: keyword });
    return;
  }
  let read: ConditionModel | undefined;
  const accepted = () => noteRule(context, 'use_backend');
  if (keyword === undefined) accepted();
  else {
    read = readCondition(context, condition, { place: 'frontend use-backend rule', message, accepted });
    if (read === undefined) return;
  }
  const { text, span } = name;
  const dynamic = text.includes('%');
  context.draft.useBackends.push({
    name: text,
    span,
    // What is always true needs no asking.
    ...(read === undefined || constantCondition(read) === true ? {} : { condition: read }),
    ...(dynamic ? { dynamic } : {}),
  });
}

function parseUseServer(context: Context): void {
  const name = requireArgument(context, "'use-server' expects a server name.");
  if (name === undefined) return;
  const condition = requireCondition(context, context.args.slice(1), "'use-server'");
  if (condition === undefined) return;
  const place = 'backend use-server, balance or stick-match rule';
  const accepted = () => noteRule(context, 'use-server');
  const read = readCondition(context, condition, { place, message, accepted });
  if (read !== undefined) context.draft.useServers.push({ name: name.text, span: name.span, condition: read });
}

export const switchingKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'use_backend',
    sections: ['frontend', 'listen'],
    args: '<backend> [{ if | unless } <condition>]',
    support: { kind: 'yes' },
    doc: 'Where connections go, before default_backend: the first line whose condition is true. In mode tcp.',
    examples: {
      ok: ['use_backend other', 'use_backend other if { src 127.0.0.1 }', 'use_backend other unless TRUE'],
      bad: ['use_backend', 'use_backend other x', 'use_backend other if a_rule', 'use_backend other if { src 1.1.1.1'],
    },
    parse: parseUseBackend,
  },
  {
    name: 'use-server',
    sections: ['backend', 'listen'],
    args: '<server> { if | unless } <condition>',
    support: { kind: 'yes' },
    listedAs: { kind: 'not-yet' },
    doc: 'Chooses a server.',
    examples: { ok: [], bad: ['use-server', 'use-server s', 'use-server s if a_rule'] },
    parse: parseUseServer,
  },
];
