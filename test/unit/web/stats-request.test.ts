import { describe, expect, it } from 'vitest';
import type { StatsPageModel } from '../../../src/config/model.ts';
import { CSV_HEADER } from '../../../src/stats/csv.ts';
import { checkedServer, listener, server } from '../../support/runtime-view.ts';
import { rowsOf } from '../../support/stats-client.ts';
import { type Answer, plainPage, statsPageSite } from '../../support/stats-page.ts';

function site(changes: Partial<StatsPageModel> = {}, monitorUri = '/mon') {
  const { test, ask } = statsPageSite([
    { name: 'be', backend: { servers: [checkedServer('s1', 1), server('s2', 2)] } },
    { name: 'other', backend: { servers: [server('x', 1)] } },
    {
      name: 'stats',
      mode: 'http',
      frontend: { listeners: [listener(1)], monitorUri, defaultBackend: 2 },
      backend: {},
      statsPage: { ...plainPage, ...changes },
    },
  ]);
  const get = (target: string, method = 'GET', authorization?: string) => ask(target, { method, authorization });
  return { test, get };
}

const header = (response: Answer, name: string) => response.header(name);

describe('a request to the statistics', () => {
  it('is for the page when it begins with the URI', () => {
    const { get } = site();
    for (const target of [
      '/stats',
      '/statsX',
      '/stats/',
      '/stats?x=1',
      '/stats;foo',
      'http://host:1/stats',
      '/stats;st=DONE',
    ]) {
      const response = get(target);
      expect([target, response.status, header(response, 'content-type')]).toEqual([target, 200, 'text/html']);
      expect(header(response, 'cache-control')).toBe('no-cache');
    }
    for (const target of ['/', '/stat', '/x/stats', '*', 'host:443']) expect(get(target).status).toBe(503);
    expect(site({ uri: '/' }).get('/anything').status).toBe(200);
  });

  it('gets HAProxy’s 503 when it is not', () => {
    expect(site().get('/nothing')).toMatchObject({
      status: 503,
      body: '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
      intercepted: false,
    });
    for (const method of ['PUT', 'OPTIONS', 'DELETE']) expect(site().get('/stats', method).status).toBe(503);
  });

  it('gets CSV without the blank line of the socket, at every address clients use', () => {
    const { get } = site();
    for (const target of [
      '/stats;csv',
      '/stats/;csv',
      '/stats?;csv',
      '/stats;csv;norefresh',
      '/stats/;csv;norefresh',
    ]) {
      const response = get(target);
      expect(header(response, 'content-type')).toBe('text/plain');
      expect(response.body.startsWith(`${CSV_HEADER}\n`)).toBe(true);
      expect(response.body.endsWith(',\n')).toBe(true);
      expect(response.body.endsWith('\n\n')).toBe(false);
    }
    expect(rowsOf(get('/stats;csv').body).map((row) => row.svname)).toEqual([
      's1',
      's2',
      'BACKEND',
      'x',
      'BACKEND',
      'FRONTEND',
      'BACKEND',
    ]);
  });

  it('gets JSON, typed output and the schema', () => {
    const { get } = site();
    expect(header(get('/stats;json'), 'content-type')).toBe('application/json');
    expect(JSON.parse(get('/stats;json').body)).toHaveLength(7);
    expect(header(get('/stats;csv;json'), 'content-type')).toBe('application/json');
    expect(get('/stats;typed').body).toMatch(/^S\.2\.1\.0\.pxname\.1:KNSV:str:be\n/);
    expect(JSON.parse(get('/stats;json-schema').body).$schema).toContain('json-schema.org');
  });

  it('is filtered by scope, up and no-maint', () => {
    const names = (target: string, changes: Partial<StatsPageModel> = {}) =>
      rowsOf(site(changes).get(target).body).map((row) => row.pxname);
    expect(new Set(names('/stats;csv', { scope: ['other', '.'] }))).toEqual(new Set(['other', 'stats']));
    expect(new Set(names('/stats;csv;scope=oth'))).toEqual(new Set(['other']));
    expect(new Set(names('/stats?scope=be;csv'))).toEqual(new Set(['be']));
    const { test, get } = site();
    test.server('be', 's1').oper = 0;
    expect(get('/stats;csv;up').body).not.toContain('be,s1');
    expect(get('/stats;csv;no-maint').body).toContain('be,s1');
  });

  it('says refresh in a header unless it is turned off', () => {
    expect(header(site({ refresh: 7 }).get('/stats;csv'), 'refresh')).toBe('7');
    expect(header(site({ refresh: 7 }).get('/stats;norefresh'), 'refresh')).toBeUndefined();
    expect(header(site().get('/stats'), 'refresh')).toBeUndefined();
  });

  it('finds the monitor URI, exactly', () => {
    const body = '<html><body><h1>200 OK</h1>\nService ready.\n</body></html>\n';
    expect(site().get('/mon')).toMatchObject({ status: 200, body });
    expect(site().get('/mon?x').status).toBe(503);
    expect(site().get('/monitor').status).toBe(503);
    expect(site().get('http://any.example/mon').status).toBe(200);
  });

  it('finds a monitor URI that names a host in requests that name it too', () => {
    const { get } = site({}, 'http://mon.example/up');
    expect(get('http://mon.example/up')).toMatchObject({ status: 200 });
    for (const target of ['/up', 'http://other.example/up', 'http://mon.example/up?x']) {
      expect([target, get(target).status]).toEqual([target, 503]);
    }
  });
});

describe('authentication', () => {
  const auth = [
    ['admin', 'secret'],
    ['joe', 'p:w'],
  ] as const;
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('lets every account in and nobody else', () => {
    const { get } = site({ auth });
    const status = (authorization?: string) => get('/stats', 'GET', authorization).status;
    expect(status(basic('admin:secret'))).toBe(200);
    expect(status(basic('joe:p:w'))).toBe(200);
    expect(status(basic('admin:secret').replace('Basic', 'basic'))).toBe(200);
    for (const wrong of [
      undefined,
      '',
      'Basic',
      'Basic !!!',
      basic('admin'),
      basic('admin:'),
      basic('admin:p:w'),
      basic('admin:secret '),
      basic('ADMIN:secret'),
      basic(''),
      `Bearer ${basic('admin:secret').slice(6)}`,
    ]) {
      expect([wrong, status(wrong)]).toEqual([wrong, 401]);
    }
  });

  it('asks with the realm and HAProxy’s page', () => {
    expect(site({ auth }).get('/stats;csv')).toMatchObject({
      status: 401,
      body: '<html><body><h1>401 Unauthorized</h1>\nYou need a valid user and password to access this content.\n</body></html>\n',
      close: true,
    });
    expect(header(site({ auth }).get('/stats'), 'www-authenticate')).toBe('Basic realm="HAProxy Statistics"');
    expect(header(site({ auth, realm: 'My "Realm"' }).get('/stats'), 'www-authenticate')).toBe(
      'Basic realm="My \\"Realm\\""',
    );
  });

  it('is not asked for the monitor URI', () => {
    expect(site({ auth }).get('/mon').status).toBe(200);
  });
});
