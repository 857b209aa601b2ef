/** Answers that are cut: by a close, by a reset behind the last byte, by servers and by the SOCKS4 proxies before them. */
import { afterRequest, type Behaviour, greet, plain, type Script } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** How it is cut; `kept` only stops. */
type End = 'kept' | 'closed' | 'reset';

function say(bytes: string | Buffer, end: End): Script {
  return ({ stream, socket }) => {
    if (end === 'closed') stream.end(bytes);
    else if (end === 'reset') stream.write(bytes, () => socket.resetAndDestroy());
    else stream.write(bytes);
  };
}
const reply = (bytes: string | Buffer, end: End): Behaviour => plain(afterRequest(say(bytes, end), /./s));

const one = (name: string, lines: readonly string[], first: Behaviour, server = 'check'): CheckScenario => ({
  name: `cut_${name}`,
  lines,
  server,
  first,
});

const tcp = (...rules: readonly string[]) => ['option tcp-check', 'tcp-check send a', ...rules];

/** What has come by then is judged as if the server had closed. */
const resets: readonly CheckScenario[] = (
  [
    ['tcp', tcp('tcp-check expect string +PONG'), '+PO'],
    ['tcp_not', tcp('tcp-check expect ! string +PONG'), '+PO'],
    ['tcp_min', tcp('tcp-check expect min-recv 5 string +'), '+PO'],
    ['redis', ['option redis-check'], '+PO'],
    ['pgsql', ['option pgsql-check user u'], 'R\0'],
    ['pgsql_error', ['option pgsql-check user u'], 'E\0'],
    ['ldap', ['option ldap-check'], hex('300c0201')],
    ['ssl_hello', ['option ssl-hello-chk'], hex('1603')],
    ['spop', ['option spop-check'], hex('0000')],
  ] as const
).map(([name, lines, bytes]) => one(`${name}_reset`, lines, reply(bytes, 'reset')));

const postgres = (name: string, bytes: string, end: End = 'kept') =>
  one(`pgsql_${name}`, ['option pgsql-check user u'], reply(hex(bytes), end));

const answers: readonly CheckScenario[] = [
  ...['01', '07', '08', '09', '0b', '0c'].map((kind) => postgres(`request_${kind}`, `52 00000008 000000${kind}`)),
  postgres('longest', '52 000000ff 00000000'),
  postgres('too_long', '52 00000100 00000000'),
  postgres('huge', '52 7fffffff 00000000'),
  postgres('no_length', '52 00000000 00000000'),
  postgres('other_kind', '52 00000008 01000000'),
  postgres('error_of_a_byte', '45', 'closed'),
  ...['16', '15', '17', '0016'].map((bytes) =>
    one(`hello_${bytes}`, ['option ssl-hello-chk'], reply(hex(bytes), 'closed')),
  ),
];

const GRANTED = '005a000000000000';
const DENIED = '005b000000000000';

/** The scripted server is the SOCKS4 proxy. */
const socks = (name: string, first: Behaviour, server = '', lines = tcp('tcp-check expect string OK')): CheckScenario =>
  one(`socks_${name}`, lines, first, `check addr 127.0.0.2 port 99 socks4 127.0.0.1:$PORT check-via-socks4 ${server}`);
const TLS = 'check-ssl verify none';

const proxies: readonly CheckScenario[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((length) =>
    socks(`${length}_bytes`, reply(hex(GRANTED.slice(0, length * 2)), length % 2 === 0 ? 'closed' : 'reset')),
  ),
  socks('closed', reply(hex(GRANTED), 'closed')),
  socks('reset', reply('', 'reset')),
  socks(
    'reset_at_once',
    plain(({ socket }) => socket.resetAndDestroy()),
  ),
  socks('early', plain(greet(hex(`${GRANTED}4f4b`), true))),
  socks('of_version_5', reply(hex('05ff'), 'kept')),
  socks('in_http', reply('HTTP/1.1 400 Bad Request\r\n\r\n', 'kept')),
  socks('alone', reply(hex(GRANTED), 'kept'), '', []),
  socks('alone_denied', reply(hex(DENIED), 'kept'), '', []),
  socks('tls_denied', reply(hex(DENIED), 'kept'), TLS),
  socks('tls_cut', reply(hex(GRANTED.slice(0, 6)), 'closed'), TLS),
  {
    ...socks('to_unix', reply(hex(GRANTED), 'kept')),
    address: 'unix@$DIR/no.sock',
    server: 'check socks4 127.0.0.1:$PORT check-via-socks4',
  },
];

export const cutScenarios: readonly CheckScenario[] = [...resets, ...answers, ...proxies];
