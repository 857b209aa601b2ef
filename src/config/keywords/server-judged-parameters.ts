/** Parameters of `server` whose words are looked at one by one: some change nothing, others are refused. */
import type { CheckProtocol } from '../../protocols/http-check.ts';
import { type ServerParameter, value } from './server-parameter-shapes.ts';

const PROTOCOL = /^(?:h1|h2|fcgi|none)$/;

const proto = value(
  'proto',
  'h1 | h2 | fcgi | none',
  'What HTTP checks speak (`fcgi` with `use-fcgi-app`), and traffic once HTTP is forwarded.',
  { ok: ['proto none'], bad: ['proto', 'proto x', 'proto h2'] },
  "'proto' : missing value.",
  (settings, text) => {
    if (!PROTOCOL.test(text)) return `'proto' :  unknown MUX protocol '${text}'.`;
    settings.protocol = text as CheckProtocol | 'none';
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
    check.protocol = text as CheckProtocol | 'none';
    return undefined;
  },
);

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
  proto,
  checkProto,
];
