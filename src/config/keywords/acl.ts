/** `acl`: a name for a condition. */
import { checkAcl } from '../../expressions/check-acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { reportExpression, surroundings } from '../expression-context.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { namedProxies } from './common-shapes.ts';

function parseAclLine(context: LineContext<ProxyDraft>): void {
  const [name, ...rest] = context.args;
  const text = name?.text ?? '';
  if (context.draft.kind === 'defaults' && context.draft.name === '') {
    const message = "'acl' not allowed in anonymous 'defaults' section.";
    context.report({ code: 'not-in-defaults', message, word: context.line.words[0] });
    return;
  }
  const bad = /[^A-Za-z0-9\-_.:]/u.exec(text)?.[0] ?? (text === '' ? '' : undefined);
  if (bad !== undefined) {
    const message = `character '${bad}' is not permitted in acl name '${text}'.`;
    context.report({ code: 'invalid-name', message, word: name });
    return;
  }
  if (/^or$/i.test(text)) {
    const message = `acl name '${text}' will never match. 'or' is used to express a logical disjunction within a condition.`;
    context.report({ code: 'invalid-name', message, word: name });
    return;
  }
  const checked = checkAcl(
    rest.map((word) => word.text),
    surroundings(context),
  );
  if (!checked.ok) {
    const message = (problem: string) => `error detected while parsing ACL '${text}' : ${problem}.`;
    reportExpression(context, rest, checked.problem, message);
    return;
  }
  const { acls } = context.draft;
  acls.set(text, [...(acls.get(text) ?? []), checked.acl]);
}

export const aclKeyword: KeywordDefinition<ProxyDraft> = {
  name: 'acl',
  sections: [...namedProxies, 'defaults'],
  args: '<name> <criterion> [<flag>*] [<operator>] [<pattern>*]',
  support: { kind: 'yes' },
  doc: 'Names a condition; which criteria can be used is said under "Expressions".',
  examples: {
    ok: ['acl local src 127.0.0.1', 'acl secure dst_port 443', 'acl shop req.ssl_sni -i -m end .shop.example'],
    bad: ['acl', 'acl local', 'acl local srcc 127.0.0.1', 'acl local src 300.1.1.1', 'acl a/b src 127.0.0.1'],
  },
  parse: parseAclLine,
};
