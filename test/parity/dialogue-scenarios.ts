/** The fixed dialogues and tcp-check, each with servers that answer well, wrongly, in pieces, too early or not at all. */
import type { Certificate } from '../support/certificates.ts';
import {
  afterRequest,
  type Behaviour,
  closeAtOnce,
  greet,
  plain,
  resetAtOnce,
  type Script,
  silence,
  tls,
} from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** Says `text` as soon as anything was asked. */
const reply = (text: string | Buffer, keep = true): Script => afterRequest(sayNow(text, keep), /./s);
const readThenClose: Script = afterRequest(({ stream }) => stream.end(), /./s);

function sayNow(text: string | Buffer, keep: boolean): Script {
  return ({ stream }) => {
    if (keep) stream.write(text);
    else stream.end(text);
  };
}

/** Greets, then says the next text for every line that comes; after the last one it closes, unless that is `''`. */
function turns(...texts: readonly string[]): Script {
  return ({ stream }) => {
    let next = 1;
    stream.write(texts[0]!);
    stream.on('data', (chunk) => {
      for (const _line of chunk.toString('latin1').matchAll(/\n/g)) {
        const text = texts[next++];
        if (text === undefined) stream.end();
        else stream.write(text);
      }
    });
  };
}

const named = (
  name: string,
  lines: readonly string[],
  first: Script | Behaviour,
  later?: Script | Behaviour,
): CheckScenario => ({
  name,
  lines,
  server: 'check',
  first: asBehaviour(first),
  ...(later !== undefined && { later: asBehaviour(later) }),
});
const asBehaviour = (what: Script | Behaviour): Behaviour => (typeof what === 'function' ? plain(what) : what);

function redis(): CheckScenario[] {
  const good = reply('+PONG\r\n');
  const of = (name: string, first: Script) => named(`redis_${name}`, ['option redis-check'], first, good);
  return [
    of('error_close', reply('-ERR nope\r\n', false)),
    of('error_kept', reply('-NOAUTH Authentication required.\r\n')),
    of('early', greet('+PONG\r\n', true)),
    of('behind_other', reply('x\r\n+PONG\r\nmore')),
    of('cut', reply('+PO', false)),
    of('close', readThenClose),
    of('reset', resetAtOnce),
    of('silence', silence),
  ];
}

/** The lines of one answer in packets of their own. */
const helloInLines: Script = ({ stream }) => {
  let lines = ['250-mail.example\r\n', '250-SIZE\r\n', '250 HELP\r\n'];
  const next = () => {
    if (stream.destroyed) return;
    stream.write(lines[0] ?? '');
    lines = lines.slice(1);
    if (lines.length > 0) setImmediate(next);
  };
  stream.write('220 hi\r\n');
  stream.on('data', (chunk) => {
    if (chunk.includes('QUIT')) stream.end('221 bye\r\n');
    else next();
  });
};

function smtp(): CheckScenario[] {
  const good = turns('220 mail.example ESMTP\r\n', '250 mail.example\r\n', '221 bye\r\n');
  const of = (name: string, first: Script, hello = '') =>
    named(`smtp_${name}`, [`option smtpchk${hello}`], first, good);
  return [
    of('hello', turns('220 hi\r\n', '250-mail.example\r\n250-SIZE\r\n250 HELP\r\n', '221 bye\r\n'), ' EHLO x.example'),
    of('hello_in_lines', helloInLines),
    of('hello_in_lines_refused', turns('220 hi\r\n', '250-mail.example\r\n502 no\r\n', '221 bye\r\n')),
    of('hello_unfinished', turns('220 hi\r\n', '250-mail.example\r\n', '221 bye\r\n')),
    of('banner_554', greet('554 no\r\n')),
    of('banner_421_kept', greet('421 Try again later\r\n', true)),
    of('banner_of_lines', turns('220-one\r\n220 two\r\n', '250 me\r\n', '221 bye\r\n')),
    of('banner_garbage', greet("I'm no mail server\r\n")),
    of('banner_bare', turns('220\r\n', '250\r\n', '221\r\n')),
    of('line_feeds', turns('220 hi\n', '250 me\n', '221 bye\n')),
    of('hello_refused', turns('220 hi\r\n', '502 no such command\r\n')),
    of('hello_garbage', turns('220 hi\r\n', 'what\r\n')),
    of('close_after_banner', turns('220 hi\r\n')),
    of('close_after_hello', turns('220 hi\r\n', '250 me\r\n')),
    of('quit_in_lines', turns('220 hi\r\n', '250 me\r\n', '221-so\r\n221 bye\r\n')),
    of('quit_refused', turns('220 hi\r\n', '250 me\r\n', '500 stay\r\n')),
    of('close', closeAtOnce),
    of('silence', silence),
  ];
}

/** A packet of MySQL's protocol: length, number, payload. */
function packet(sequence: number, payload: string): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  return Buffer.concat([Buffer.of(bytes.length & 255, bytes.length >> 8, 0, sequence), bytes]);
}
const GREETING = packet(0, '\x0a8.0.19\x00\x0a\x00\x00\x00o<\x02^bIA\r\x00\xff\xff\xff\x02\x00\xff\xc7\x15');

/** Greets, and answers the login. */
const mysqlServer =
  (login: Buffer, greeting = GREETING): Script =>
  (connection) => {
    connection.stream.write(greeting);
    reply(login)(connection);
  };

function mysql(): CheckScenario[] {
  const accepted = packet(2, '\x00\x00\x00\x02\x00\x00\x00');
  const good = mysqlServer(accepted);
  const of = (name: string, first: Script, user = ' user probe', later = good) =>
    named(`mysql_${name}`, [`option mysql-check${user}`], first, later);
  return [
    of('greeting', greet(GREETING, true), ''),
    of('greeting_close', greet(GREETING), ''),
    of('other_version', greet(packet(0, '\x095.0.0\x00rest'), true), ''),
    of('blocked', greet(packet(0, "\xff\x69\x04Host 'a' is blocked"), true), ''),
    of('too_many', greet(packet(0, '\xff\x10\x04#08004Too many connections')), ''),
    of('silence', silence, ''),
    of('close', closeAtOnce, ''),
    of('garbage', greet('this is no database\r\n'), ''),
    of('garbage_kept', greet('hello\r\n', true), ''),
    of('empty_packet', greet(packet(0, ''), true), ''),
    of('login', mysqlServer(packet(2, '\xfemysql_native_password\x00'))),
    of('login_41', mysqlServer(accepted), ' user probe post-41'),
    of('login_pre_41', mysqlServer(accepted), ' user probe pre-41'),
    of('login_denied', mysqlServer(packet(2, '\xff\x15\x04#28000Access denied for user'))),
    of('login_1251', mysqlServer(packet(2, '\xff\xe3\x04Client does not support authentication'))),
    of('login_blocked', greet(packet(0, "\xff\x69\x04Host 'a' is blocked"), true)),
    of('login_close', (connection) => {
      connection.stream.write(GREETING);
      readThenClose(connection);
    }),
    of('login_silence', greet(GREETING, true)),
    of('login_early', greet(Buffer.concat([GREETING, accepted]), true)),
    of('login_garbage', greet('this is no database\r\n')),
    of('login_no_greeting', closeAtOnce),
  ];
}

function pgsql(): CheckScenario[] {
  const good = reply(hex('52 00000017 0000000a 534352414d2d5348412d323536 0000'));
  const of = (name: string, first: Script) => named(`pgsql_${name}`, ['option pgsql-check user probe'], first, good);
  return [
    of('trust', reply(hex('52 00000008 00000000'))),
    of('md5', reply(hex('52 0000000c 00000005 aabbccdd'))),
    of('fatal', reply(Buffer.from('E\0\0\0\x4fSFATAL\0VFATAL\0C28000\0Mno such role\0\0'), false)),
    of('fatal_kept', reply(Buffer.from('E\0\0\0\x2bSFATAL\0C57P03\0Mstarting up\0\0'))),
    of('garbage', reply('Not a database\r\n', false)),
    of('garbage_kept', reply('Not a database\r\n')),
    of('short', reply('R\0\0', false)),
    of('short_kept', reply('R\0\0')),
    of('close', readThenClose),
    of('silence', silence),
  ];
}

function ldap(): CheckScenario[] {
  const good = reply(hex('300c020101 61 070a0100 04000400'));
  const of = (name: string, first: Script) => named(`ldap_${name}`, ['option ldap-check'], first, good);
  return [
    of('long_lengths', reply(hex('308400000010 020101 618400000007 0a010004000400'))),
    of('in_two', (connection) => {
      connection.stream.write(hex('308400000010 020101 6184000000070a01'));
      setTimeout(() => connection.stream.destroyed || connection.stream.write(hex('0004000400')), 60).unref();
    }),
    of('refused', reply(hex('300c020101 61 070a0131 04000400'))),
    of('other_answer', reply(hex('300c020101 60 070a0100 04000400'))),
    of('other_message', reply(hex('300c020102 61 070a0100 04000400'))),
    of('garbage', reply('this is no directory', false)),
    of('garbage_kept', reply('this is no directory')),
    of('short', reply('0', false)),
    of('short_garbage', reply('hello', false)),
    of('short_garbage_kept', reply('hello')),
    of('close', readThenClose),
    of('silence', silence),
  ];
}

function sslHello(certificate: Certificate): CheckScenario[] {
  const of = (name: string, first: Script | Behaviour, later?: Script | Behaviour) =>
    named(`ssl_hello_${name}`, ['option ssl-hello-chk'], first, later);
  return [
    of('tls', tls(certificate, silence)),
    of('alert', reply(hex('15 0300 0002 0228')), readThenClose),
    of('text', reply('400 what\r\n'), reply(hex('16 0300 0002 0200'))),
    of('short', reply('ab', false)),
    of('close', readThenClose),
    of('silence', silence),
  ];
}

function tcp(): CheckScenario[] {
  const pong = greet('+PONG\r\n', true);
  const of = (name: string, rules: readonly string[], first: Script, later?: Script) =>
    // The timeout leaves time before the next check, in which the text can be read.
    named(
      `tcp_${name}`,
      ['timeout check 600ms', 'option tcp-check', ...rules.map((rule) => `tcp-check ${rule}`)],
      first,
      later,
    );
  const expectPong = ['expect string +PONG'];
  return [
    of('no_rules', [], silence),
    of('mismatch', expectPong, greet('-ERR\r\n', true), pong),
    of('mismatch_close', expectPong, greet('-ERR\r\n'), pong),
    of('close_without_data', expectPong, closeAtOnce, pong),
    of('silence', expectPong, silence, pong),
    of(
      'comments',
      ['connect comment "c1"', 'send PING\\r\\n comment "c2"', 'expect string +PONG comment "c3"'],
      greet('-ERR\r\n', true),
      pong,
    ),
    of('port_refused', ['connect port $CLOSED'], silence),
    of('second_refused', ['connect', 'connect port $CLOSED comment "second"'], silence),
    of('rstring', ['expect rstring ^SSH-2'], greet('FTP\r\n', true), greet('SSH-2.0-x\r\n', true)),
    of('binary', ['expect binary 00ff'], greet('no\r\n', true), greet(hex('1100ff11'), true)),
    of('rbinary', ['expect rbinary ^00[0-9a-f]+ff'], greet('no\r\n', true), greet(hex('0011ff'), true)),
    of('not_string', ['expect ! string ERR'], greet('-ERR\r\n'), greet('fine\r\n')),
    of('not_string_then_kept', ['expect ! string ERR'], greet('-ERR\r\n', true), greet('fine\r\n', true)),
    of('send_binary', ['send-binary 00ff0d0a', 'expect binary 01'], reply('\x02'), reply('\x01')),
    of(
      'min_recv',
      ['expect min-recv 5 ! rstring ^error', 'send 0123', 'expect string later'],
      turns('err'),
      turns('valid later'),
    ),
    of('min_recv_close', ['expect min-recv 50 string ok'], greet('ok\r\n'), greet(`ok${' '.repeat(60)}`, true)),
  ];
}

/** Every scenario whose backend speaks something else than HTTP. */
export function dialogueScenarios(certificate: Certificate): CheckScenario[] {
  return [...redis(), ...smtp(), ...mysql(), ...pgsql(), ...ldap(), ...sslHello(certificate), ...tcp()];
}
