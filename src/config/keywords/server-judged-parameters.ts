/** Parameters of `server` whose words are looked at one by one: some change nothing, others are refused. */
import { notSupportedYet } from '../not-supported.ts';
import { type ServerContext, type ServerParameter, value } from './server-parameter-shapes.ts';

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

export const serverJudgedParameters: readonly ServerParameter[] = [
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
