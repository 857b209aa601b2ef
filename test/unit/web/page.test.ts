/** The page's markup: what stands where, in which words, and that nothing of others becomes markup. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StatsPageModel } from '../../../src/config/model.ts';
import { Admin, Oper } from '../../../src/servers/server-record.ts';
import { Word } from '../../../src/servers/shared-table.ts';
import { Counter } from '../../../src/stats/counters.ts';
import { checkedServer, EPOCH, listener, type ProxyParts, server } from '../../support/runtime-view.ts';
import { plainPage, statsPageSite } from '../../support/stats-page.ts';

const service: readonly ProxyParts[] = [
  {
    name: 'fe',
    frontend: { listeners: [listener(1, { name: 'main' }), listener(2)], socketStats: true, maxconn: 9978 },
  },
  {
    name: 'be',
    backend: {
      servers: [checkedServer('s1', 1, { maxconn: 5 }), server('s2', 2), checkedServer('s3', 3, { backup: true })],
    },
  },
];

function site(changes: Partial<StatsPageModel> = {}, proxies = service) {
  return statsPageSite([
    ...proxies,
    {
      name: 'stats',
      mode: 'http',
      frontend: { listeners: [listener(1)] },
      backend: {},
      statsPage: { ...plainPage, ...changes },
    },
  ]);
}

/** Texts of the cells of a row, markup and all; the first two are the box and the name. */
function cells(body: string, key: string): string[] {
  const row = new RegExp(`<tr [^>]*data-r="${key.replaceAll('.', '\\.')}"[^>]*>(.*?)</tr>`).exec(body)?.[1];
  if (row === undefined) throw new Error(`no row ${key}`);
  return row
    .replace(/<div popover.*?<\/div>/g, '')
    .split(/<\/t[dh]>/)
    .slice(0, -1)
    .map((cell) => cell.replace(/<[^>]*>/g, ''));
}

const classOf = (body: string, key: string) => new RegExp(`data-r="${key}" class="([^"]*)"`).exec(body)?.[1];

describe('the page for scrapers', () => {
  it('has what they look for, and names hapax', () => {
    const { body } = site().ask('/stats');
    expect(body).toContain('<title>Statistics Report for HAProxy</title>');
    expect(body).toMatch(/HAProxy version ([^,]*), released \d{4}\/\d\d\/\d\d/);
    expect(body).toContain('<b>uptime = </b> 0d 0h00m02s');
    expect(body).toMatch(/idle = (\d+) %/);
    expect(body).toContain('<b>pid = </b> 4711 (process #1, nbproc = 1, nbthread = 1)');
    expect(body).toContain('<b>maxsock = </b> 2040; <b>maxconn = </b> 1000; <b>maxpipes = </b> 0');
    expect(body).toMatch(/current conns = 0; current pipes = 0\/0; conn rate = 0\/sec; bit rate = 0\.000 kbps/);
    expect(body).toMatch(/<footer>.*hapax \d/);
  });

  it('says no more than it is allowed to', () => {
    expect(site({ hideVersion: true }).ask('/stats').body).toContain('<h1><a href="/stats">HAProxy</a></h1>');
    expect(site({ showNode: true }).ask('/stats').body).toContain(
      '<title>Statistics Report for HAProxy on nodex</title>',
    );
    expect(site().ask('/stats').body).toContain('<h2>Statistics Report for pid 4711</h2>');
    expect(site({ showDesc: true, description: 'my desc', showNode: true }).ask('/stats').body).toContain(
      '<h2>Statistics Report for pid 4711 on nodex: my desc</h2>',
    );
    const [shy, open] = [site(), site({ showLegends: true })].map(({ ask }) => ask('/stats').body);
    for (const text of ['127.0.0.1:9001', 'cap: backend, mode: tcp, id: 3', 'roundrobin']) {
      expect(shy).not.toContain(text);
      expect(open).toContain(text);
    }
  });
});

it('leaves out the address of a server whose name has none', () => {
  const nowhere = checkedServer('s', 1, { unresolved: true, address: { family: 'ipv4', host: '', port: 80 } });
  const proxies: ProxyParts[] = [{ name: 'be', backend: { servers: [nowhere] } }];
  expect(site({ showLegends: true }, proxies).ask('/stats').body).not.toContain('IPv4: :80');
});

describe('the tables', () => {
  it('have HAProxy’s columns in its order', () => {
    const { body } = site().ask('/stats');
    const head = /<thead>(.*?)<\/thead>/.exec(body)?.[1] ?? '';
    const names = [...head.matchAll(/<th [^>]*>([^<]*)<\/th>/g)].map(([, name]) => name);
    expect(names.join(' | ')).toBe(
      'Queue | Session rate | Sessions | Bytes | Denied | Errors | Warnings | Server | ' +
        'Cur | Max | Limit | Cur | Max | Limit | Cur | Max | Limit | Total | LbTot | Last | In | Out | Req | Resp | ' +
        'Req | Conn | Resp | Retr | Redis | Status | LastChk | Wght | Act | Bck | Chk | Dwn | Dwntme | Thrtle',
    );
    expect([...head.matchAll(/colspan="(\d+)"/g)].map(([, span]) => Number(span))).toEqual([3, 3, 6, 2, 2, 3, 2, 9]);
  });

  it('have HAProxy’s rows in its order, with its anchors', () => {
    const { body } = site().ask('/stats');
    expect([...body.matchAll(/<tr id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
      'fe/Frontend',
      'fe/+main',
      'fe/+sock-2',
      'be/s1',
      'be/s2',
      'be/s3',
      'be/Backend',
      'stats/Frontend',
      'stats/Backend',
    ]);
    expect([...body.matchAll(/<section class="proxy" id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
      'fe',
      'be',
      'stats',
    ]);
  });

  it('tell two proxies of one name apart', () => {
    const twins = [
      { name: 'x', frontend: { listeners: [listener(1)] } },
      { name: 'x', backend: { servers: [server('s', 1)] } },
    ];
    const { body } = site({}, twins).ask('/stats');
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('show figures as HAProxy does', () => {
    const { test, ask } = site();
    const { slots } = test.view;
    test.check('be', 's1', { status: 'L7OK', code: 200, duration: 1, health: 4, failures: 3 });
    Object.assign(test.server('be', 's1'), { downs: 2, downtime: 5000, lastChange: EPOCH - 3_723_000 });
    const slot = slots.servers[1]?.[0] ?? -1;
    test.counters.add(slot, Counter.bytesOut, 1_979_329);
    test.counters.add(slot, Counter.sessions, 4);
    test.counters.set(slot, Counter.lastSessionSecond, EPOCH / 1000 - 61);
    test.table.set(slot, Word.current, 2);
    const { body } = ask('/stats');
    expect(cells(body, '3.s.1').join('|')).toBe(
      '|s1|0|0|-|0|0||2|0|5|4|0|1m1s|0|1\u202f979\u202f329||0||0|0|0|0|1h2m UP|L7OK/200 in 1ms|1/1|Y|-|3|2|5s|-',
    );
    expect(cells(body, '3.s.2').join('|')).toBe('|s2|0|0|-|0|0||0|0|-|0|0|?|0|0||0||0|0|0|0|no check||1/1|Y|-||||-');
    expect(cells(body, '3.s.3').slice(23).join('|')).toBe('0s UP 1/3 ↓|INI|1/1|-|Y|0|0|0s|-');
    expect(cells(body, '3.b.0').join('|')).toBe(
      '|Backend|0|0||0|0||0|0|100|0|0|?|0|0|0|0||0|0|0|0|0s UP||2/2|2|1||0|0s|',
    );
    expect(cells(body, '2.f.0').join('|')).toBe('|Frontend||||0|0|-|0|0|9\u202f978|0|||0|0|0|0|0|||||OPEN||||||||');
    expect(cells(body, '2.l.1').join('|')).toBe('|main|||||||0|0|-|0|||0|0|0|0|0|||||OPEN||||||||');
    expect(cells(body, '4.b.0').slice(-9).join('|')).toBe('0s UP||0/0|0|0||0||');
  });

  it('name whom a server follows', () => {
    const { body } = site({}, [
      { name: 'be', backend: { servers: [checkedServer('a', 1), server('b', 2, { track: { proxy: 0, server: 0 } })] } },
    ]).ask('/stats');
    expect(body).toContain('<td colspan="3">via <a href="#be/a">be/a</a></td>');
    expect(cells(body, '2.s.2').slice(-2)).toEqual(['via be/a', '-']);
    expect(body).toContain('It has no check of its own and follows be/a.');
  });

  const states: readonly (readonly [string, string, (test: ReturnType<typeof site>['test']) => void])[] = [
    ['active_up', '0s UP', (test) => test.check('be', 's1', { health: 4 })],
    ['active_going_down', '0s UP 2/3 ↓', (test) => test.check('be', 's1', { health: 3 })],
    [
      'active_down',
      '0s DOWN',
      (test) => Object.assign(test.server('be', 's1'), { oper: Oper.stopped }) && test.check('be', 's1', { health: 0 }),
    ],
    [
      'active_going_up',
      '0s DOWN 1/2 ↑',
      (test) => Object.assign(test.server('be', 's1'), { oper: Oper.stopped }) && test.check('be', 's1', { health: 1 }),
    ],
    [
      'active_nolb',
      '0s NOLB',
      (test) =>
        Object.assign(test.server('be', 's1'), { oper: Oper.stopping }) && test.check('be', 's1', { health: 4 }),
    ],
    [
      'active_draining',
      '0s DRAIN',
      (test) =>
        Object.assign(test.server('be', 's1'), { admin: Admin.forcedDrain }) && test.check('be', 's1', { health: 4 }),
    ],
    [
      'active_draining',
      '0s UP',
      (test) => Object.assign(test.server('be', 's1'), { userWeight: 0 }) && test.check('be', 's1', { health: 4 }),
    ],
    [
      'maintain',
      '0s MAINT',
      (test) => Object.assign(test.server('be', 's1'), { admin: Admin.forcedMaint, oper: Oper.stopped }),
    ],
    ['active_no_check', 'no check', (test) => Object.assign(test.server('be', 's1'), { check: undefined })],
  ];

  it.each(states)('colour a server %s that is %s', (className, status, change) => {
    for (const backup of [false, true]) {
      const { test, ask } = site({}, [{ name: 'be', backend: { servers: [checkedServer('s1', 1, { backup })] } }]);
      change(test);
      const { body } = ask('/stats');
      expect(classOf(body, '2.s.1')).toBe(backup ? className.replace('active', 'backup') : className);
      expect(cells(body, '2.s.1')[23]).toBe(status);
    }
  });

  it('count the colours in the legend, with its words', () => {
    const { body } = site().ask('/stats');
    const legend = [...body.matchAll(/<span class="swatch (\w+)">(\d+)<\/span> ([^<]*)/g)].map(
      ([, name, count, text]) => `${name} ${count} ${text}`,
    );
    expect(legend).toEqual([
      'active_up 0 active UP',
      'backup_up 0 backup UP',
      'active_going_down 1 active UP, going down',
      'backup_going_down 1 backup UP, going down',
      'active_going_up 0 active DOWN, going up',
      'backup_going_up 0 backup DOWN, going up',
      'active_down 0 active or backup DOWN',
      'active_no_check 1 not checked',
      'maintain 0 active or backup DOWN for maintenance (MAINT)',
      'active_draining 0 active or backup SOFT STOPPED for maintenance',
    ]);
    expect(body).toContain('Note: "NOLB"/"DRAIN" = UP with load-balancing disabled.');
  });
});

describe('what needs attention', () => {
  it('stands above the tables with its story', () => {
    const { test, ask } = site();
    expect(ask('/stats').body).toContain('Nothing is wrong with 3 servers.');
    Object.assign(test.server('be', 's1'), { oper: Oper.stopped });
    test.check('be', 's1', { status: 'L7STS', code: 500, text: 'Oops', duration: 3, health: 0 });
    const { body } = ask('/stats');
    expect(body).toContain('1 of 3 servers needs attention.');
    expect(body).toContain('<a class="pill active_down" href="#be/s1">be/s1 DOWN</a>');
    expect(body).toContain(
      'was answered with the wrong status 500 after 3 ms: “Oops”. 2 good checks in a row bring it back UP.',
    );
  });

  it('is a backend that no server is left of, though every server was stopped by hand', () => {
    const { test, ask } = site();
    const backend = test.view.backends.find((each) => each?.proxy.name === 'be');
    Object.assign(backend ?? {}, { down: true });
    expect(ask('/stats').body).toContain('<h3 id="headline">be takes no sessions: no server is left.</h3>');
    expect(ask('/stats').body).toContain('class="now"');
    expect(JSON.parse(ask('/stats;live').body)).toMatchObject({ fine: false, troubled: 0 });
    test.check('be', 's1', { status: 'L4CON', health: 0 });
    Object.assign(test.server('be', 's1'), { oper: Oper.stopped });
    expect(ask('/stats').body).toContain('no server is left. 1 of 3 servers needs attention.');
  });

  it('is not told of what the page does not show', () => {
    const { test, ask } = site({ scope: ['fe', '.'] });
    Object.assign(test.server('be', 's1'), { oper: Oper.stopped });
    test.check('be', 's1', { status: 'L4CON', health: 0 });
    const { body } = ask('/stats');
    expect(body).not.toContain('be/s1');
    expect(body).toContain('There are no servers here.');
  });
});

describe('the links', () => {
  const links = (body: string) =>
    [...body.matchAll(/<li><a href="([^"]*)">([^<]*)/g)].map(([, to, text]) => `${text} ${to}`);

  it('lead where HAProxy’s do and keep what is set', () => {
    expect(links(site().ask('/stats').body)).toEqual([
      "Hide 'DOWN' servers /stats;up",
      'Disable refresh /stats;norefresh',
      'Refresh now /stats',
      'CSV export /stats;csv;norefresh',
      'JSON export /stats;json;norefresh',
    ]);
    expect(links(site().ask('/stats;up;norefresh;no-maint?scope=b').body)).toEqual([
      'Show all servers /stats;no-maint;norefresh?scope=b',
      'Enable refresh /stats;up;no-maint?scope=b',
      'Refresh now /stats;up;no-maint;norefresh?scope=b',
      'CSV export /stats;csv;norefresh?scope=b',
      'JSON export /stats;json;norefresh?scope=b',
    ]);
    expect(site().ask('/stats').body).toContain('(<a href="/stats;json-schema">schema</a>)');
  });

  it('let the scope form keep a URI with a query, and what is set', () => {
    const form = (body: string) => /<form method="get".*?<\/form>/.exec(body)?.[0];
    const { body } = site({ uri: '/haproxy?stats' }).ask('/haproxy?stats;up?scope=%3Cb%3E');
    expect(form(body)).toBe(
      '<form method="get" action="/haproxy"><input type="hidden" name="stats" value=""><input type="hidden" name="up" value="">' +
        '<label>Scope : <input name="scope" size="12" maxlength="255" value="&lt;b&gt;" autocomplete="off"></label></form>',
    );
    // What a browser then asks for.
    expect(site({ uri: '/haproxy?stats' }).ask('/haproxy?stats=&up=&scope=be').body).toContain('id="be/s1"');
  });
});

describe('the form', () => {
  it('is there with stats admin, for proxies with servers', () => {
    expect(site().ask('/stats').body).not.toContain('<form method="post"');
    const { body } = site({ admin: true }).ask('/stats;up');
    expect(body.match(/<form method="post" action="\/stats;up">/g)).toHaveLength(1);
    expect(body).toContain('<input type="hidden" name="b" value="#3">');
    expect([...body.matchAll(/name="s" value="([^"]*)"/g)].map(([, name]) => name)).toEqual(['s1', 's2', 's3']);
    expect([...body.matchAll(/<option value="([^"]*)">([^<]*)/g)].map(([, value, text]) => `${value} ${text}`)).toEqual(
      [
        ' ',
        'ready Set state to READY',
        'drain Set state to DRAIN',
        'maint Set state to MAINT',
        'dhlth Health: disable checks',
        'ehlth Health: enable checks',
        'hrunn Health: force UP',
        'hnolb Health: force NOLB',
        'hdown Health: force DOWN',
        'shutdown Kill Sessions',
      ],
    );
    expect(body).toContain('Choose the action to perform on the checked servers :');
  });

  it.each([
    ['DONE', 'active_up', 'Action processed successfully.'],
    ['NONE', 'active_going_down', 'Nothing has changed.'],
    ['PART', 'active_going_down', 'Action partially processed.<br>Some server names are probably unknown'],
    [
      'ERRP',
      'active_down',
      'Action not processed because of invalid parameters.<ul><li>The action is maybe unknown.</li>',
    ],
    ['EXCD', 'active_down', 'Action not processed : the buffer couldn&#39;t store all the data.<br>You should retry'],
    ['DENY', 'active_down', 'Action denied.'],
    ['IVAL', 'active_down', 'Invalid requests (unsupported method or chunked encoded request).'],
    ['UNKN', 'active_no_check', 'Unexpected result.'],
  ])('says after st=%s in %s: %s', (result, className, text) => {
    const { body } = site().ask(`/stats;st=${result};up`);
    expect(body).toContain(
      `<div class="message ${className}" id="message"><a href="/stats;up" title="Remove this message"`,
    );
    expect(body).toContain(text);
  });

  it('says nothing for other results', () => {
    for (const flags of ['', ';st=', ';st=zzz', ';st=<script>', ';st=done']) {
      expect(site().ask(`/stats${flags}`).body).not.toContain('id="message"');
    }
  });
});

describe('texts of others', () => {
  const evil = '<img src=x onerror=alert(1)>"\'&</script>';

  it('never become markup', () => {
    const { test, ask } = statsPageSite([
      {
        name: 'be',
        mode: 'http',
        description: evil,
        // No configuration can name a server so; the page does not rely on it.
        backend: {
          servers: [checkedServer(evil, 1, { cookie: evil }), server('t', 2, { track: { proxy: 0, server: 0 } })],
        },
      },
      {
        name: 'stats',
        mode: 'http',
        frontend: { listeners: [listener(1)] },
        statsPage: {
          ...plainPage,
          admin: true,
          showLegends: true,
          showDesc: true,
          showNode: true,
          description: evil,
          uri: `/s${evil}`,
        },
      },
    ]);
    test.check('be', evil, { status: 'L7STS', code: 500, text: evil, duration: 1 });
    const target = encodeURI(`/s${evil}`);
    const { status, body } = ask(`${target};scope=;st=DONE`);
    expect(status).toBe(200);
    expect(body.includes('<img')).toBe(false);
    expect(body.match(/<script/g)).toHaveLength(1);
    expect(body.match(/<\/script/g)).toHaveLength(1);
    const markup = body.replace(/<(script|style)>.*?<\/\1>/gs, '').replace(/"[^"]*"/g, '""');
    expect(/<[^>]*\son\w+=/.test(markup)).toBe(false);
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;/script&gt;');
    expect(ask(`${target};scope=${encodeURIComponent(evil)}`).body).toContain('value="&lt;img');
    // In the script's JSON they are strings.
    const live = JSON.parse(ask(`${target};live`).body);
    expect(JSON.stringify(live)).toContain('<img');
  });
});

describe('what a browser may do with the page', () => {
  it('is said in its headers, and fits the page', () => {
    const answer = site().ask('/stats');
    const policy = answer.header('content-security-policy') ?? '';
    const hash = (tag: string) => {
      const text = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(answer.body)?.[1] ?? '';
      expect(text.length).toBeGreaterThan(1000);
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash('script')}`,
      `style-src ${hash('style')}`,
      "connect-src 'self'",
      'img-src data:',
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'self'",
    ]);
    expect(answer.header('x-content-type-options')).toBe('nosniff');
    expect(answer.header('referrer-policy')).toBe('same-origin');
    expect(site().ask('/stats;csv').header('x-content-type-options')).toBe('nosniff');
    expect(answer.body).not.toMatch(/ style=/);
  });
});

describe('the state for the page’s script', () => {
  it('says what the page says', () => {
    const { test, ask } = site({ showLegends: true });
    test.check('be', 's1', { status: 'L7OK', code: 200, duration: 1, health: 4 });
    const { body } = ask('/stats');
    const answer = ask('/stats;live');
    expect(answer.header('content-type')).toBe('application/json');
    const state = JSON.parse(answer.body);
    expect(state.rows).toHaveLength(9);
    for (const [key, className, texts, story] of state.rows) {
      expect(texts).toHaveLength(30);
      expect([key, className]).toEqual([key, classOf(body, key)]);
      expect([key, cells(body, key).slice(2)]).toEqual([key, texts]);
      expect(body).toContain(story);
    }
    expect(body).toContain(`data-build="${state.build}"`);
    expect(body).toContain(`<h3 id="headline">${state.headline}</h3>`);
    for (const line of state.lines) expect(body.replace(/<\/?b>/g, '')).toContain(line.join(''));
  });

  it('has the same rows as the page it is asked by', () => {
    const { test, ask } = site();
    Object.assign(test.server('be', 's1'), { oper: Oper.stopped });
    const keys = (target: string) => JSON.parse(ask(target).body).rows.map(([key]: [string]) => key);
    expect(keys('/stats;live')).toContain('3.s.1');
    expect(keys('/stats;up;live')).not.toContain('3.s.1');
    expect(keys('/stats?scope=fe;live')).toEqual(['2.f.0', '2.l.1', '2.l.2']);
  });

  it('is asked for as often as stats refresh says, or not at all', () => {
    const live = (changes: Partial<StatsPageModel>, target = '/stats') =>
      / data-live="(\d+)"/.exec(site(changes).ask(target).body)?.[1];
    expect([live({}), live({ refresh: 7 }), live({ refresh: 7 }, '/stats;norefresh')]).toEqual(['5', '7', undefined]);
    expect(site({ refresh: 7 }).ask('/stats;live').header('refresh')).toBeUndefined();
  });
});
