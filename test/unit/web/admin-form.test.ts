/** `stats admin`: what each form does and how the answer says so, as HAProxy 2.6 answered the same forms. */
import { describe, expect, it } from 'vitest';
import type { StatsPageModel } from '../../../src/config/model.ts';
import type { ConditionModel, SampleModel } from '../../../src/expressions/model.ts';
import { checkedServer, listener, server } from '../../support/runtime-view.ts';
import { plainPage, statsPageSite } from '../../support/stats-page.ts';

function site(changes: Partial<StatsPageModel> = {}) {
  const made = statsPageSite([
    { name: 'fe', frontend: { listeners: [listener(1)], defaultBackend: 1 } },
    {
      name: 'be',
      backend: {
        servers: [
          checkedServer('up1', 1),
          checkedServer('down1', 2),
          server('plain', 3),
          server('via', 4, { track: { proxy: 1, server: 1 } }),
        ],
      },
    },
    { name: 'other', backend: { servers: [server('x', 1)] } },
    {
      name: 'stats',
      mode: 'http',
      frontend: { listeners: [listener(1)] },
      backend: {},
      statsPage: { ...plainPage, admin: true, ...changes },
    },
  ]);
  return { ...made, calls: made.test.control.calls };
}

/** `{ src <a>.<b>.0.0/16 }`. */
function sourceIn(a: number, b: number): ConditionModel {
  const networks = [{ address: [a, b, 0, 0], mask: [255, 255, 0, 0] }];
  const sample: SampleModel = { fetch: 'src', args: [], converters: [], output: 'ipv4' };
  return {
    unless: false,
    anyOf: [[{ negated: false, acls: [{ sample, keyword: 'src', match: { method: 'ip', networks } }] }]],
  };
}

describe('a posted form', () => {
  it.each([
    ['s=up1&action=maint&b=%233', 'DONE', ['be/up1 maint']],
    ['s=up1&action=ready&b=be', 'DONE', ['be/up1 ready']],
    ['s=up1&action=drain&b=be', 'DONE', ['be/up1 drain']],
    ['s=up1&action=stop&b=be', 'DONE', ['be/up1 drain']],
    ['s=up1&action=start&b=be', 'DONE', ['be/up1 ready']],
    ['s=up1&action=hdown&b=be', 'DONE', ['be/up1 health down Web interface']],
    ['s=up1&action=hrunn&b=be', 'DONE', ['be/up1 health up Web interface']],
    ['s=up1&action=hnolb&b=be', 'DONE', ['be/up1 health stopping Web interface']],
    ['s=up1&action=dhlth&b=be', 'DONE', ['be/up1 checks off']],
    ['s=up1&action=ehlth&b=be', 'DONE', ['be/up1 checks on']],
    ['s=up1&action=shutdown&b=be', 'DONE', ['be/up1 shutdown']],
    ['b=be&action=maint&s=up1', 'DONE', ['be/up1 maint']],
    ['s=up1&s=down1&action=maint&b=be', 'DONE', ['be/up1 maint', 'be/down1 maint']],
    ['s=up1&s=up1&action=maint&b=be', 'DONE', ['be/up1 maint']],
    ['s=up%31&action=maint&b=be', 'DONE', ['be/up1 maint']],
    ['s=up1&action=maint&b=be&x', 'DONE', ['be/up1 maint']],
    ['s=up1&action=maint&b=be&', 'DONE', ['be/up1 maint']],
    ['s=up1&action=ready&action=drain&b=be', 'DONE', ['be/up1 drain']],
    ['b=other&s=up1&action=ready&b=be', 'DONE', ['be/up1 ready']],
    ['s=plain&s=up1&action=ehlth&b=be', 'DONE', ['be/plain checks on', 'be/up1 checks on']],
    // Nothing to do.
    ['', 'NONE', []],
    ['junk', 'NONE', []],
    ['action=maint&b=be', 'NONE', []],
    ['s=up1&b=be', 'NONE', []],
    ['s=up1&action=maint', 'NONE', []],
    ['S=up1&action=maint&b=be', 'NONE', []],
    ['s=up1;action=maint;b=be', 'NONE', []],
    ['s=up%zz&action=maint&b=be', 'NONE', []],
    ['s=up1&action=dagent&b=be', 'NONE', []],
    ['s=up1&action=arunn&b=be', 'NONE', []],
    ['s=plain&action=ehlth&b=be', 'NONE', ['be/plain checks on']],
    ['s=via&action=hdown&b=be', 'NONE', ['be/via health down Web interface']],
    // Half of it.
    ['s=up1&s=nosuch&action=maint&b=be', 'PART', ['be/up1 maint']],
    ['s=nosuch&s=up1&action=drain&b=be', 'PART', ['be/up1 drain']],
    // Wrong names.
    ['s=nosuch&action=maint&b=be', 'ERRP', []],
    ['s=nosuch&s=nosuch2&action=maint&b=be', 'ERRP', []],
    ['s=up+1&action=maint&b=be', 'ERRP', []],
    ['s=&action=maint&b=be', 'ERRP', []],
    ['s=up1&action=maint&b=nosuch', 'ERRP', []],
    ['s=up1&action=maint&b=fe', 'ERRP', []],
    ['s=up1&action=maint&b=stats', 'ERRP', []],
    ['s=up1&action=maint&b=%23999', 'ERRP', []],
    ['s=up1&action=maint&b=', 'ERRP', []],
    ['s=up1&action=maint&b=be&b=other', 'ERRP', []],
    ['s=up1&action=&b=be', 'ERRP', []],
    ['s=up1&action=zzz&b=be', 'ERRP', []],
    ['s=up1&action=READY&b=be', 'ERRP', []],
    ['s=up1&action=__proto__&b=be', 'ERRP', []],
    ['action=zzz&b=be', 'ERRP', []],
    ['action=ready&b=nosuch', 'ERRP', []],
    ['s=nosuch&action=dagent&b=be', 'ERRP', []],
    ['s=plain&s=nosuch&action=dagent&b=be', 'ERRP', []],
  ])('%j: %s', (form, result, done) => {
    const { post, calls } = site();
    expect([post(form), calls]).toEqual([`/stats;st=${result}`, done]);
  });

  it('that is too large does nothing', () => {
    const { post, calls } = site();
    expect([post(undefined), calls]).toEqual(['/stats;st=EXCD', []]);
  });

  it('is answered with HAProxy’s headers', () => {
    const answer = site().ask('/stats', { method: 'POST', form: '' });
    expect([answer.status, answer.body]).toEqual([303, '']);
    expect(answer.headers).toEqual([
      ['cache-control', 'no-cache'],
      ['content-type', 'text/plain'],
      ['location', '/stats;st=NONE'],
    ]);
  });

  it('leads back to what was set, and to nothing else', () => {
    const { post } = site();
    const form = 's=up1&action=maint&b=be';
    expect(post(form, '/stats;up')).toBe('/stats;st=DONE;up');
    expect(post(form, '/stats;st=DENY;up;no-maint;norefresh;scope=be_s;foo')).toBe(
      '/stats;st=DONE;up;no-maint;norefresh?scope=be_s',
    );
    expect(post(form, '/stats;scope=%0d%0aset-cookie:x')).toBe('/stats;st=DONE?scope=%0D%0Aset-cookie%3Ax');
    expect(post(form, '/stats;csv//evil.example')).toBe('/stats;st=DONE');
  });
});

describe('who may change servers', () => {
  const form = 's=up1&action=maint&b=be';

  it('nobody without stats admin', () => {
    const { post, calls } = site({ admin: false });
    expect([post(form), calls]).toEqual(['/stats;st=DENY', []]);
  });

  it('whoever a condition is for, who alone sees the form', () => {
    const from = (host: string) => ({ client: { host, port: 1000 } });
    const { ask, post, calls } = site({ admin: false, adminIf: [sourceIn(10, 1), sourceIn(10, 2)] });
    expect(post(form, '/stats', from('10.3.0.1'))).toBe('/stats;st=DENY');
    expect(ask('/stats', from('10.3.0.1')).body).not.toContain('<select');
    expect(calls).toEqual([]);
    expect(post(form, '/stats', from('10.2.0.1'))).toBe('/stats;st=DONE');
    expect(ask('/stats', from('10.1.0.1')).body).toContain('<select');
    expect(calls).toEqual(['be/up1 maint']);
  });

  it('nobody without the password', () => {
    const { ask, calls } = site({ auth: [['admin', 'secret']] });
    expect([ask('/stats', { method: 'POST', form }).status, calls]).toEqual([401, []]);
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    expect(ask('/stats', { method: 'POST', form, authorization }).header('location')).toBe('/stats;st=DONE');
  });

  it('nobody beyond what the page shows', () => {
    const { post, calls } = site({ scope: ['other', '.'] });
    expect([post(form), post('s=x&action=maint&b=other'), calls]).toEqual([
      '/stats;st=ERRP',
      '/stats;st=DONE',
      ['other/x maint'],
    ]);
  });

  const host = 'proxy:8404';
  it.each([
    // Tools.
    [{}, true],
    [{ host: undefined }, true],
    // The page itself.
    [{ fetchSite: 'same-origin', origin: 'http://proxy:8404' }, true],
    [{ fetchSite: 'none' }, true],
    [{ origin: 'http://proxy:8404' }, true],
    [{ origin: 'https://proxy:8404' }, true],
    [{ origin: 'HTTP://PROXY:8404' }, true],
    [{ host: 'proxy', origin: 'http://proxy' }, true],
    [{ host: 'proxy:443', origin: 'https://proxy' }, true],
    [{ host: '[::1]:8404', origin: 'http://[::1]:8404' }, true],
    [{ referer: 'http://proxy:8404/stats;up' }, true],
    // Behind a proxy that changes Host the browser still knows.
    [{ host: 'inner', fetchSite: 'same-origin', origin: 'https://outer' }, true],
    // Other pages.
    [{ fetchSite: 'cross-site' }, false],
    [{ fetchSite: 'same-site', origin: 'http://proxy:8404' }, false],
    [{ fetchSite: 'cross-site', origin: 'http://proxy:8404' }, false],
    [{ fetchSite: '' }, false],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'http://proxy' }, false],
    [{ origin: 'http://proxy:8405' }, false],
    [{ origin: 'http://proxy:8404.evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ origin: 'file://' }, false],
    [{ origin: 'http://proxy:8404', host: undefined }, false],
    [{ origin: 'http://proxy:8404', host: 'a b' }, false],
    [{ referer: 'http://evil.example/?http://proxy:8404/' }, false],
    [{ referer: 'http://proxy:8404@evil.example/' }, false],
    [{ origin: 'http://evil.example', referer: 'http://proxy:8404/' }, false],
  ])('with %j: %s', (headers, allowed) => {
    const { post, calls } = site();
    expect(post(form, '/stats', { host, ...headers })).toBe(`/stats;st=${allowed ? 'DONE' : 'DENY'}`);
    expect(calls).toHaveLength(allowed ? 1 : 0);
  });
});
