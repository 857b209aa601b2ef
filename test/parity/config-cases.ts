/** Small configurations, most with one mistake each, for `-c`. Every one is checked by both programs. */

export interface ConfigCase {
  readonly name: string;
  readonly text: string;
  /** Arguments instead of `-c -f case.cfg`. */
  readonly args?: readonly string[];
  /** More files beside `case.cfg`. */
  readonly files?: Readonly<Record<string, string>>;
}

interface Parts {
  readonly global?: readonly string[];
  readonly defaults?: readonly string[];
  readonly front?: readonly string[];
  readonly back?: readonly string[];
  readonly server?: string;
  /** Sections after all others. */
  readonly more?: readonly string[];
}

const TIMEOUTS = ['timeout connect 2s', 'timeout client 30s', 'timeout server 30s'];

/** A configuration that is right, less what the parts replace. */
function proxies(parts: Parts): string {
  const section = (head: string, lines: readonly string[]) => [head, ...lines.map((line) => `    ${line}`)];
  return `${[
    ...(parts.global === undefined ? [] : section('global', parts.global)),
    ...section('defaults', parts.defaults ?? TIMEOUTS),
    ...section('frontend web', parts.front ?? ['bind 127.0.0.1:18080', 'default_backend app']),
    ...section('backend app', [...(parts.back ?? []), parts.server ?? 'server one 127.0.0.1:18081']),
    ...(parts.more ?? []),
  ].join('\n')}\n`;
}

const inGlobal = (name: string, ...lines: string[]): ConfigCase => ({
  name: `global: ${name}`,
  text: proxies({ global: lines }),
});
const inDefaults = (name: string, ...lines: string[]): ConfigCase => ({
  name: `defaults: ${name}`,
  text: proxies({ defaults: [...lines, ...TIMEOUTS] }),
});
const inFront = (name: string, ...lines: string[]): ConfigCase => ({
  name: `frontend: ${name}`,
  text: proxies({ front: ['bind 127.0.0.1:18080', ...lines, 'default_backend app'] }),
});
const onBind = (name: string, line: string): ConfigCase => ({
  name: `bind: ${name}`,
  text: proxies({ front: [line, 'default_backend app'] }),
});
const inBack = (name: string, ...lines: string[]): ConfigCase => ({
  name: `backend: ${name}`,
  text: proxies({ back: lines }),
});
const checked = (name: string, ...lines: string[]): ConfigCase => ({
  name: `checks: ${name}`,
  text: proxies({ back: lines, server: 'server one 127.0.0.1:18081 check' }),
});
const onServer = (name: string, line: string, ...lines: string[]): ConfigCase => ({
  name: `server: ${name}`,
  text: proxies({ back: lines, server: line }),
});

/** A variable of the environment, in braces. */
const variable = (inner: string) => `$\{${inner}}`;

const RIGHT = proxies({});

export const CONFIG_CASES: readonly ConfigCase[] = [
  // Right ones, so that silence is compared too.
  { name: 'valid', text: RIGHT },
  { name: 'valid -V', text: RIGHT, args: ['-c', '-V', '-f', 'case.cfg'] },
  { name: 'valid -q', text: RIGHT, args: ['-c', '-q', '-f', 'case.cfg'] },
  { name: 'CRLF', text: RIGHT.replaceAll('\n', '\r\n') },
  { name: 'tabs', text: RIGHT.replaceAll('    ', '\t') },
  {
    name: 'range and list',
    text: proxies({ front: ['bind 127.0.0.1:18080-18082,127.0.0.1:18090', 'default_backend app'] }),
  },
  {
    name: 'quotes and escapes',
    text: proxies({
      front: ['bind 127.0.0.1:18080', 'description "two words" and\\ one\'x y\'', 'default_backend "app"'],
    }),
  },
  { name: 'variable with default', text: proxies({ global: [`node "${variable('NO_SUCH_VARIABLE-there')}"`] }) },
  // Words nobody knows.
  inFront('misspelt keyword', 'defaultbackend app'),
  inFront('far from every keyword', 'qqqqxyzzy on'),
  inGlobal('misspelt keyword', 'maxcn 100'),
  inDefaults('misspelt keyword', 'timeot queue 1s'),
  inBack('misspelt keyword', 'balanse roundrobin'),
  inBack('wrong case', 'BALANCE roundrobin'),
  inBack('misspelt option', 'option httpcheck'),
  inBack('option without a name', 'option'),
  inBack('unknown option', 'option zzzzzz'),
  inBack('no with nothing to negate', 'no foo'),
  { name: 'unknown section', text: `proxy web\n    bind 127.0.0.1:18080\n${RIGHT}` },
  { name: 'misspelt section in another', text: `defaults\n    timeout connect 1s\nbackned x\n${RIGHT}` },
  { name: 'keyword before every section', text: `maxconn 10\n${RIGHT}` },
  {
    name: 'two mistakes',
    text: proxies({ front: ['bnid 127.0.0.1:18080', 'default_backend nowhere'], server: 'srver one 127.0.0.1:18081' }),
  },
  // Times.
  inDefaults('unknown timeout', 'timeout foo 1s'),
  inDefaults('misspelt timeout', 'timeout conect 1s'),
  inDefaults('timeout without value', 'timeout queue'),
  inDefaults('timeout with a bad unit', 'timeout queue 5x'),
  inDefaults('timeout of letters', 'timeout queue soon'),
  inDefaults('negative timeout', 'timeout queue -1'),
  inDefaults('timeout too long', 'timeout queue 60d'),
  inDefaults('timeout with a fraction', 'timeout queue 1.5s'),
  inDefaults('timeout with more', 'timeout queue 1s 2s'),
  { name: 'no timeouts', text: proxies({ defaults: ['mode tcp'] }) },
  { name: 'no timeouts -dW', text: proxies({ defaults: ['mode tcp'] }), args: ['-dW', '-c', '-f', 'case.cfg'] },
  {
    name: 'timeouts of zero',
    text: proxies({ defaults: ['timeout connect 0', 'timeout client 0', 'timeout server 0'] }),
  },
  // Modes and numbers.
  inDefaults('unknown mode', 'mode tpc'),
  inDefaults('mode without a word', 'mode'),
  inDefaults('mode health', 'mode health'),
  inDefaults('retries without number', 'retries'),
  inBack('fullconn of letters', 'fullconn abc'),
  inGlobal('maxconn without number', 'maxconn'),
  inGlobal('maxconn of letters', 'maxconn many'),
  inGlobal('nbproc', 'nbproc 4'),
  inGlobal('nbthread out of range', 'nbthread 5000'),
  inGlobal('unknown user', 'user no-such-user-here'),
  inGlobal('unknown group', 'group no-such-group-here'),
  inGlobal('daemon with a word', 'daemon please'),
  inGlobal('stats socket without path', 'stats socket'),
  inGlobal('stats socket with bad level', 'stats socket /tmp/case.sock level root'),
  inGlobal('stats socket with bad mode', 'stats socket /tmp/case.sock mode rw'),
  inGlobal('stats socket with unknown user', 'stats socket /tmp/case.sock user no-such-user-here'),
  inGlobal('stats socket with relative path', 'stats socket case.sock'),
  inGlobal('stats socket with long path', `stats socket /tmp/${'x'.repeat(120)}.sock`),
  inGlobal('unknown stats word', 'stats sokcet /tmp/case.sock'),
  inGlobal('stats timeout with bad unit', 'stats timeout 3y'),
  inGlobal('stats maxconn of zero', 'stats maxconn 0'),
  inGlobal('log without facility', 'log 127.0.0.1'),
  inGlobal('log with unknown facility', 'log 127.0.0.1 local9'),
  inGlobal('log with unknown level', 'log 127.0.0.1 local0 loud'),
  inGlobal('log with unknown format', 'log 127.0.0.1 format fancy local0'),
  inGlobal('log without anything', 'log'),
  inGlobal('log global in global', 'log global'),
  // Listeners.
  onBind('without address', 'bind'),
  onBind('without port', 'bind 127.0.0.1'),
  onBind('port too high', 'bind 127.0.0.1:65536'),
  onBind('port zero', 'bind 127.0.0.1:0'),
  onBind('negative port', 'bind 127.0.0.1:-1'),
  onBind('port by name', 'bind 127.0.0.1:https'),
  onBind('address out of range', 'bind 300.1.1.1:18080'),
  onBind('range backwards', 'bind 127.0.0.1:18085-18080'),
  onBind('unknown word', 'bind 127.0.0.1:18080 qqqq'),
  onBind('misspelt word', 'bind 127.0.0.1:18080 transparant'),
  onBind('certificate missing', 'bind 127.0.0.1:18080 ssl crt /no/such/file.pem'),
  onBind('ssl without certificate', 'bind 127.0.0.1:18080 ssl'),
  { name: 'no bind', text: proxies({ front: ['default_backend app'] }) },
  { name: 'bind in a backend', text: proxies({ back: ['bind 127.0.0.1:18085'] }) },
  // Servers.
  inFront('server', 'server one 127.0.0.1:18081'),
  onServer('without address', 'server one'),
  onServer('without name', 'server'),
  onServer('name that does not resolve', 'server one no-such-host.invalid:80'),
  onServer('port too high', 'server one 127.0.0.1:70000'),
  onServer('check without port', 'server one 127.0.0.1 check'),
  onServer('check on port zero', 'server one 127.0.0.1:0 check'),
  onServer('misspelt word', 'server one 127.0.0.1:18081 cheek'),
  onServer('unknown word', 'server one 127.0.0.1:18081 check qqqq'),
  onServer('interval', 'server one 127.0.0.1:18081 check interval 5s'),
  onServer('inter without value', 'server one 127.0.0.1:18081 check inter'),
  onServer('inter with bad unit', 'server one 127.0.0.1:18081 check inter 5x'),
  onServer('inter of zero', 'server one 127.0.0.1:18081 check inter 0'),
  onServer('rise of letters', 'server one 127.0.0.1:18081 check rise two'),
  onServer('fall of zero', 'server one 127.0.0.1:18081 check fall 0'),
  onServer('weight too high', 'server one 127.0.0.1:18081 weight 300'),
  onServer('negative weight', 'server one 127.0.0.1:18081 weight -1'),
  onServer('twice', 'server one 127.0.0.1:18082', 'server one 127.0.0.1:18081'),
  onServer('bad name', 'server one/two 127.0.0.1:18081'),
  onServer('verify without ca-file', 'server one 127.0.0.1:18081 check check-ssl verify required'),
  onServer('check-ssl without verify', 'server one 127.0.0.1:18081 check check-ssl'),
  onServer('unknown verify', 'server one 127.0.0.1:18081 check check-ssl verify sometimes'),
  onServer('verify without a word', 'server one 127.0.0.1:18081 check check-ssl verify'),
  onServer('ca-file missing', 'server one 127.0.0.1:18081 check check-ssl verify required ca-file /no/such/ca.pem'),
  onServer('ca-file without path', 'server one 127.0.0.1:18081 check check-ssl verify required ca-file'),
  {
    name: 'server: ca-file of rubbish',
    text: proxies({ server: 'server one 127.0.0.1:18081 check check-ssl verify required ca-file rubbish.pem' }),
    files: { 'rubbish.pem': 'not a certificate\n' },
  },
  onServer('track of nothing', 'server one 127.0.0.1:18081 track other/two'),
  onServer('cookie in tcp', 'server one 127.0.0.1:18081 cookie a', 'mode tcp'),
  onServer('default-server with address', 'server one 127.0.0.1:18081', 'default-server 127.0.0.1:18082 check'),
  onServer('default-server with bad time', 'server one 127.0.0.1:18081', 'default-server inter 2z'),
  // Checks.
  checked('http-check without option', 'http-check expect status 200'),
  checked('unknown expect', 'option httpchk', 'http-check expect foo 200'),
  checked('status of letters', 'option httpchk', 'http-check expect status ok'),
  checked('expect without pattern', 'option httpchk', 'http-check expect status'),
  checked('http-check without a word', 'option httpchk', 'http-check'),
  checked('unknown http-check', 'option httpchk', 'http-check frob'),
  checked('bad regular expression', 'option httpchk', 'http-check expect rstring [a-'),
  inFront('httpchk', 'option httpchk'),
  // Sections that do not fit together.
  { name: 'default_backend missing', text: proxies({ front: ['bind 127.0.0.1:18080', 'default_backend nowhere'] }) },
  { name: 'no default_backend', text: proxies({ front: ['bind 127.0.0.1:18080'] }) },
  { name: 'same backend twice', text: proxies({ more: ['backend app', '    server two 127.0.0.1:18082'] }) },
  { name: 'listen of a frontend name', text: proxies({ more: ['listen web', '    bind 127.0.0.1:18090'] }) },
  { name: 'frontend without name', text: proxies({ more: ['frontend', '    bind 127.0.0.1:18090'] }) },
  { name: 'bad proxy name', text: proxies({ more: ['backend a/b', '    server two 127.0.0.1:18082'] }) },
  { name: 'address beside the name', text: proxies({ more: ['listen old :18090', '    server two 127.0.0.1:18082'] }) },
  {
    name: 'unknown defaults',
    text: proxies({ more: ['frontend x from base', '    bind 127.0.0.1:18090', '    default_backend app'] }),
  },
  {
    name: 'mode tcp before mode http',
    text: proxies({ front: ['mode tcp', 'bind 127.0.0.1:18080', 'default_backend app'], back: ['mode http'] }),
  },
  inBack('unknown balance', 'balance fair'),
  inBack('balance without a word', 'balance'),
  inDefaults('httplog in tcp', 'mode tcp', 'option httplog'),
  inDefaults('errorfile missing', 'errorfile 503 /no/such/file.http'),
  inDefaults('errorfile of a strange code', 'errorfile 299 /dev/null'),
  { name: 'only comments', text: '# nothing here\n' },
  { name: 'empty', text: '' },
  { name: 'only global', text: 'global\n    maxconn 10\n' },
  {
    name: 'only a backend',
    text: `defaults\n${TIMEOUTS.map((line) => `    ${line}\n`).join('')}backend app\n    server one 127.0.0.1:18081\n`,
  },
  // Text.
  { name: 'missing LF', text: RIGHT.slice(0, -1) },
  { name: 'missing LF after a comment', text: `${RIGHT}# end` },
  inFront('double quote open', 'description "abc'),
  inFront('single quote open', "description 'abc"),
  inFront('bad hexadecimal', 'description a\\xzz'),
  inGlobal('variable without name', `node "${variable('1A')}"`),
  inGlobal('brace open', 'node "${NO_SUCH'),
  inGlobal('empty variable', `node "${variable('NO_SUCH_VARIABLE')}"`),
  { name: 'NUL in a line', text: RIGHT.replace('default_backend app', 'default_backend app\0') },
  { name: 'byte order mark', text: `\ufeff${RIGHT}` },
  inFront('65 words', `description ${'a '.repeat(70)}`),
  { name: 'lone .endif', text: `${RIGHT}.endif\n` },
  { name: '.if that stays open', text: `${RIGHT}.if 1\n` },
  { name: 'unknown directive', text: `.foo\n${RIGHT}` },
  // The command line.
  { name: 'file missing', text: '', args: ['-c', '-f', 'nowhere.cfg'] },
  {
    name: 'directory',
    text: '',
    args: ['-c', '-f', 'parts'],
    files: { 'parts/a.cfg': RIGHT, 'parts/b.txt': 'rubbish' },
  },
  {
    name: 'hints under -dD',
    text: `${proxies({ server: 'server one 127.0.0.1:18081 weight 0', back: ['sever two 127.0.0.1:1'] })}global\n    maxconn 10\n`,
    args: ['-dD', '-c', '-f', 'case.cfg'],
  },
  {
    name: 'hints that nobody asked for',
    text: `${proxies({ server: 'server one 127.0.0.1:18081 weight 0' })}global\n    maxconn 10\n`,
  },
  {
    name: 'hints are no warnings',
    text: `${RIGHT}global\n    maxconn 10\n`,
    args: ['-dD', '-dW', '-c', '-f', 'case.cfg'],
  },
  { name: '60 mistakes', text: proxies({ back: Array.from({ length: 60 }, (_, index) => `nonsense${index}`) }) },
  {
    name: 'mistakes in two files',
    text: proxies({ back: ['sever one 127.0.0.1:1'], front: ['bnid :1'] }),
    args: ['-c', '-f', 'case.cfg', '-f', 'second.cfg'],
    files: { 'second.cfg': 'backend more\n    sever x 127.0.0.1:1\n    balance none\n' },
  },
  { name: 'zero-warning', text: proxies({ global: ['zero-warning'], defaults: ['mode tcp'] }) },
  { name: 'no timeouts -q', text: proxies({ defaults: ['mode tcp'] }), args: ['-q', '-c', '-f', 'case.cfg'] },
  { name: 'no timeouts -V', text: proxies({ defaults: ['mode tcp'] }), args: ['-V', '-c', '-f', 'case.cfg'] },
  { name: 'mistakes -q', text: proxies({ back: ['nonsense'] }), args: ['-q', '-c', '-f', 'case.cfg'] },
  {
    name: 'two files',
    text: RIGHT,
    args: ['-c', '-f', 'case.cfg', '-f', 'second.cfg'],
    files: { 'second.cfg': 'backend more\n    sever x 127.0.0.1:1\n' },
  },
];
