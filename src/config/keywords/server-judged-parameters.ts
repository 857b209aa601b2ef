/** Parameters of `server` whose words are looked at one by one: some change nothing, others are refused. */
import { leadingInt32 } from '../leading-integer.ts';
import { notSupportedYet } from '../not-supported.ts';
import { type ServerContext, type ServerParameter, supported, value } from './server-parameter-shapes.ts';

/** `proto` and `check-proto`: only the one without a protocol says nothing new. */
function protocol(name: 'proto' | 'check-proto'): ServerParameter {
  const examples = { ok: [`${name} none`], bad: [name, `${name} x`, `${name} h2`] };
  const missing = `'${name}' : missing value.`;
  return value(name, '<name>', 'Forces an HTTP protocol.', examples, missing, (_settings, text, context) => {
    if (!/^(?:h1|h2|fcgi|none)$/.test(text)) return `'${name}' :  unknown MUX protocol '${text}'.`;
    if (text !== 'none') refuse(context, `${name} ${text}`, 'Remove it: TCP needs none.');
    return undefined;
  });
}

function refuse(context: ServerContext, what: string, help: string): void {
  const message = notSupportedYet(`'${what}'`);
  context.report({ code: 'not-supported-yet', message, word: context.args[0], help });
}

const NOT_YET = { kind: 'not-yet' } as const;
const withoutEffect = (because: string) => ({ kind: 'no-effect', because }) as const;
const NO_OBSERVE = withoutEffect("it says nothing without 'observe'");

export const serverJudgedParameters: readonly ServerParameter[] = [
  {
    ...supported,
    name: 'agent-check',
    listedAs: NOT_YET,
    args: '',
    doc: 'A program on the server says how it is.',
    examples: { ok: [], bad: ['agent-check', 'agent-check agent-port 99'] },
    parse: (context) => {
      const words = context.line.words.map((word) => word.text);
      const port = words[words.indexOf('agent-port') + 1] ?? '';
      const name = context.draft.name;
      const portMissing = !words.includes('agent-port') || (port !== '' && leadingInt32(port) === 0);
      if (!context.draft.isDefault && portMissing) {
        const message = `server ${name} does not have agent port. Agent check has been disabled.`;
        context.report({ code: 'agent-port', message });
      } else refuse(context, 'agent-check', 'Use a check that the server answers itself.');
    },
  },
  {
    ...value(
      'observe',
      'none | layer4 | layer7',
      'Traffic counts as a check (nothing without `check`).',
      { ok: ['observe none', 'observe layer4'], bad: ['observe', 'observe layer9', 'check observe layer4'] },
      "'observe' expects <mode> as argument..",
      (settings, text) => {
        delete settings.observe;
        if (text === 'layer4' || text === 'layer7') settings.observe = text;
        else if (text !== 'none') return `'observe' expects one of 'none', 'layer4', 'layer7' but got '${text}'.`;
        return undefined;
      },
    ),
    listedAs: NOT_YET,
  },
  {
    ...value(
      'on-error',
      'fastinter | fail-check | sudden-death | mark-down',
      'What `observe` does.',
      { ok: ['on-error mark-down'], bad: ['on-error', 'on-error panic'] },
      undefined,
      (_settings, text) =>
        /^(?:fastinter|fail-check|sudden-death|mark-down)$/.test(text)
          ? undefined
          : `'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '${text}'.`,
    ),
    listedAs: NO_OBSERVE,
  },
  {
    ...value(
      'error-limit',
      '<count>',
      'Errors before `observe` acts.',
      { ok: ['error-limit 10'], bad: ['error-limit', 'error-limit 0'] },
      "'error-limit' expects an integer argument..",
      (_settings, text) => (leadingInt32(text) > 0 ? undefined : 'error-limit has to be > 0..'),
    ),
    listedAs: NO_OBSERVE,
  },
  {
    ...value(
      'resolve-prefer',
      'ipv4 | ipv6',
      'The family to prefer.',
      { ok: ['resolve-prefer ipv4'], bad: ['resolve-prefer', 'resolve-prefer both'] },
      undefined,
      (_settings, text) =>
        text === 'ipv4' || text === 'ipv6' ? undefined : "'resolve-prefer' expects either ipv4 or ipv6 as argument..",
    ),
    listedAs: withoutEffect("it says nothing without 'resolvers'"),
  },
  { ...protocol('proto'), listedAs: NOT_YET },
  { ...protocol('check-proto'), listedAs: NOT_YET },
];
