/** `healthcheck` sections of HAProxy 3.4 and the servers that name them. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages, serversOf } from '../../support/load-text.ts';

const load = (section: readonly string[], server: string) =>
  loadLines([
    'defaults',
    'timeout connect 1s',
    'timeout client 1s',
    'timeout server 1s',
    'mode tcp',
    ...section,
    'frontend f',
    'bind 127.0.0.1:9001',
    'default_backend b',
    'backend b',
    'option redis-check',
    'server plain 127.0.0.1:80 check',
    `server s 127.0.0.1:80 check ${server}`,
  ]);

describe('a healthcheck section', () => {
  it.each([
    [
      ['type httpchk GET /status HTTP/1.1 www.example'],
      { kind: 'http', uri: '/status', headers: [['host', 'www.example']] },
    ],
    [['type httpchk', 'http-check send meth GET uri /health'], { kind: 'http', method: 'GET', uri: '/health' }],
    [['http-check send meth GET uri /health', 'type httpchk'], { kind: 'http', method: 'GET', uri: '/health' }],
    [['type tcp-check', 'tcp-check connect', 'tcp-check send a'], { kind: 'tcp' }],
    [['type tcp-check'], { kind: 'connect', explicit: true }],
    [['type redis-check'], { kind: 'redis' }],
    [['type ssl-hello-chk'], { kind: 'ssl-hello' }],
    [['type pgsql-check user u'], { kind: 'pgsql', user: 'u' }],
    [['type smtpchk EHLO domain.tld'], { kind: 'smtp', hello: 'EHLO domain.tld' }],
    [['type mysql-check user u'], { kind: 'mysql', user: 'u', version: 'post-41' }],
    [['type ldap-check'], { kind: 'ldap' }],
    [['type spop-check'], { kind: 'spop' }],
  ])('%j says how a server is checked', async (lines, expected) => {
    const result = await load(['healthcheck own', ...lines], 'healthcheck own');
    expect(messages(result)).toEqual([]);
    const [plain, server] = serversOf(result);
    expect(server?.check.own).toMatchObject(expected);
    expect(plain?.check.own).toBeUndefined();
  });

  it('may follow the server that names it', async () => {
    const lines = [
      'backend b',
      'server s 127.0.0.1:80 check healthcheck later',
      'healthcheck later',
      'type ldap-check',
    ];
    const result = await loadLines([
      'defaults',
      'timeout connect 1s',
      'timeout server 1s',
      'mode tcp',
      'frontend f',
      'timeout client 1s',
      'bind :9001',
      'default_backend b',
      ...lines,
    ]);
    expect(serversOf(result)[0]?.check.own).toEqual({ kind: 'ldap' });
  });

  it.each([
    [['healthcheck own', 'http-check send'], "healthcheck section 'own' has no 'type'."],
    [
      ['healthcheck own', 'type external-check'],
      /^parsing \[t.cfg:7\] : 'type' expects one of 'tcp-check', .* but got 'external-check'\.$/,
    ],
    [
      ['healthcheck own', 'type redis-check', 'balance roundrobin'],
      "parsing [t.cfg:8] : unknown keyword 'balance' in 'healthcheck' section",
    ],
    [['healthcheck', 'type redis-check'], 'parsing [t.cfg:6] : missing name for healthcheck section.'],
    [
      ['healthcheck own', 'type redis-check', 'healthcheck own', 'type ldap-check'],
      /healthcheck section 'own' has the same name as another healthcheck section declared at t.cfg:6\.$/,
    ],
  ])('%j is refused', async (lines, message) => {
    expect(messages(await load(lines, ''))).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it('must exist', async () => {
    const [message] = messages(await load([], 'healthcheck none'));
    expect(message).toContain("unable to find healthcheck section 'none'.");
  });
});
