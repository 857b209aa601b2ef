/** Parameters of `server` whose words are looked at one by one: some change nothing, others are refused. */
import { notSupportedYet } from '../not-supported.ts';
import { type ServerContext, type ServerParameter, value } from './server-parameter-shapes.ts';

const PROTOCOL = /^(?:h1|h2|fcgi|none)$/;

/** `proto`: only the one without a protocol says nothing new. */
const proto = value(
  'proto',
  '<name>',
  'Forces an HTTP protocol: `fcgi` is for checks alone (`use-fcgi-app`), as long as no HTTP is forwarded.',
  { ok: ['proto none'], bad: ['proto', 'proto x', 'proto h2', 'proto fcgi'] },
  "'proto' : missing value.",
  (settings, text, context) => {
    if (!PROTOCOL.test(text)) return `'proto' :  unknown MUX protocol '${text}'.`;
    settings.fastcgi = text === 'fcgi';
    if (text !== 'none' && text !== 'fcgi') refuse(context, `proto ${text}`, 'Remove it: TCP needs none.');
    return undefined;
  },
);

const checkProto = value(
  'check-proto',
  'h1 | h2 | fcgi | none',
  'What HTTP checks speak, whatever the handshake of TLS chose.',
  { ok: ['check-proto none'], bad: ['check-proto', 'check-proto x'] },
  "'check-proto' : missing value.",
  ({ check }, text) => {
    if (!PROTOCOL.test(text)) return `'check-proto' :  unknown MUX protocol '${text}'.`;
    check.protocol = text as 'h1' | 'h2' | 'fcgi' | 'none';
    return undefined;
  },
);

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
  { ...proto, listedAs: NOT_YET },
  checkProto,
];
