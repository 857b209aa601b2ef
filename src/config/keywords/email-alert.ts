/** `email-alert`: whom to tell by mail when a server goes up or down. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { levels } from '../log-target.ts';
import { everyProxy } from './common-shapes.ts';

export const emailAlertKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'email-alert',
    args: '{ from <address> | to <address> | mailers <section> | level <level> | myhostname <name> }',
    sections: everyProxy,
    support: { kind: 'yes' },
    doc: 'Mails about servers that go up or down, through the mailers of a section.',
    elsewhere: 'silent',
    examples: {
      ok: [
        'email-alert from haproxy@example.org',
        'email-alert to admin@example.org',
        'email-alert level notice',
        'email-alert myhostname lb1.example.org',
      ],
      bad: ['email-alert', 'email-alert level', 'email-alert level loud', 'email-alert subject x'],
    },
    parse: readEmailAlert,
  },
];

/** What is behind the value is nobody's, as in HAProxy. */
function readEmailAlert(context: LineContext<ProxyDraft>): void {
  const { args, draft, report } = context;
  const [what, value] = args;
  const text = value?.text ?? '';
  if (what === undefined || what.text === '') {
    report({ code: 'missing-argument', message: "missing argument after 'email-alert'." });
    return;
  }
  const settings = draft.settings.emailAlert ?? {};
  draft.settings.emailAlert = settings;
  switch (what.text) {
    case 'from':
    case 'to':
      settings[what.text] = text;
      break;
    case 'mailers':
      settings.mailers = { name: text, span: (value ?? what).span };
      break;
    case 'myhostname':
      settings.hostname = text;
      break;
    case 'level': {
      const level = levels.indexOf(text);
      if (level < 0) {
        report({ code: 'bad-value', message: `unknown log level 'level' after '${text}'`, word: value ?? what });
      } else settings.level = level;
      break;
    }
    default:
      report({ code: 'unknown-keyword', message: `email-alert: unknown argument '${what.text}'.`, word: what });
  }
}
