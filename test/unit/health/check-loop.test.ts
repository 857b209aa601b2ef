/** Checks made by a thread of their own are the checks that the control thread would have made. */
import { describe, expect, it } from 'vitest';
import { checksForThread } from '../../../src/health/checks-for-thread.ts';
import { chooseSeed, createRandom, type Random } from '../../support/random.ts';
import { createLab } from '../servers/lab.ts';
import type { FakeServer } from './fake-dialer.ts';
import { createHealthLab } from './lab.ts';
import { createThreadedLab } from './threaded-lab.ts';

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 5s
  timeout client 1s
  timeout server 1s
`;
const CONFIGURATION = `${DEFAULTS}
backend plain
  server a 127.0.0.1:1 check inter 1s fastinter 300ms downinter 2s fall 3 rise 2
  server b 127.0.0.1:2 check inter 700ms
backend web
  option httpchk
  option log-health-checks
  http-check disable-on-404
  timeout check 400ms
  server c 127.0.0.1:3 check inter 1s rise 3
  server d 127.0.0.1:4 check inter 500ms on-marked-down shutdown-sessions
backend follower
  option httpchk
  http-check disable-on-404
  server t 127.0.0.1:5 track web/c
`;
const CHECKED = ['plain/a', 'plain/b', 'web/c', 'web/d'];
const EVERYONE = [...CHECKED, 'follower/t'];

const refused: FakeServer = { fails: { after: 1, failure: { code: 'ECONNREFUSED', mismatch: undefined } } };
const answer = (status: string): FakeServer => ({
  connects: 1,
  answers: { after: 2, text: `HTTP/1.0 ${status}\r\n\r\n` },
});
const BEHAVIOURS: readonly FakeServer[] = [refused, {}, { connects: 3 }, answer('200 OK'), answer('404 Not Found')];
/** Mostly good, or nobody would ever be in full health. */
const behaviour = (random: Random) => (random.chance(0.5) ? answer('200 OK') : random.pick(BEHAVIOURS));

type Lab = Awaited<ReturnType<typeof createLab>>;

/** Something an operator does. */
function intervene(random: Random): (lab: Lab) => void {
  const path = random.pick(CHECKED);
  const state = random.pick(['ready', 'drain', 'maint', 'ready'] as const);
  const health = random.pick(['up', 'down', 'stopping'] as const);
  const enabled = random.chance(0.7);
  const port = random.pick([0, 1, 2, 3, 4]);
  return random.pick<(lab: Lab) => void>([
    (lab) => lab.set(path, state),
    (lab) => lab.registry.setHealth(lab.server(path), health, 'CLI'),
    (lab) => lab.registry.setHealthChecks(lab.server(path), enabled),
    (lab) => lab.registry.clearCounters(),
    (lab) => lab.registry.moveChecks(lab.server(path), { port }),
  ]);
}

function observe(lab: Lab, starts: (port: number) => number[]) {
  const servers = EVERYONE.map((path) => {
    const { check, downs, admin, oper } = lab.server(path);
    const state = check && { ...pick(check), duration: check.duration, running: check.running };
    return { path, status: lab.status(path), usable: lab.usable(path), downs, admin, oper, state };
  });
  return { servers, lines: lab.lines.map(({ text }) => text), starts: [1, 2, 3, 4].map(starts) };
}

function pick({ status, code, text, health, failures }: NonNullable<ReturnType<Lab['server']>['check']>) {
  return { status, code, text, health, failures };
}

describe('checks in a thread of their own', () => {
  const seed = chooseSeed();

  it(`come out as those of the control thread do, whatever happens meanwhile (SEED=${seed})`, async () => {
    const random = createRandom(seed);
    for (let round = 0; round < 15; round++) {
      const own = await createHealthLab(CONFIGURATION);
      const threaded = await createThreadedLab(CONFIGURATION);
      const starts = ({ dialer }: Pick<typeof own, 'dialer'>) => {
        return (port: number) =>
          dialer.connections.filter(({ target }) => target.address.port === port).map(({ at }) => at);
      };
      own.health.start();
      threaded.start();
      for (let step = 0; step < 40; step++) {
        for (let port = 1; port <= 4; port++) {
          if (!random.chance(0.3)) continue;
          const next = behaviour(random);
          own.dialer.servers.set(port, next);
          threaded.dialer.servers.set(port, next);
        }
        if (random.chance(0.3)) {
          const act = intervene(random);
          act(own);
          act(threaded);
        }
        if (random.chance(0.2)) {
          const path = random.pick(CHECKED);
          own.health.hurry(own.server(path).slot);
          threaded.hurry(path);
        }
        const delay = random.pick([1, 50, 333, 1000, 4000]);
        await own.time.advance(delay);
        await threaded.time.advance(delay);
        expect(observe(threaded, starts(threaded))).toEqual(observe(own, starts(own)));
      }
      own.health.stop();
      threaded.loop.stop();
      expect([own.dialer.open, threaded.dialer.open]).toEqual([0, 0]);
    }
  });

  it('come sooner when traffic has found something', async () => {
    const lab = await createThreadedLab(CONFIGURATION);
    for (const port of [1, 2]) lab.dialer.servers.set(port, { connects: 1 });
    lab.start();
    await lab.time.advance(4500);
    const starts = (port: number) => lab.dialer.connections.filter(({ target }) => target.address.port === port);
    const before = starts(1).at(-1)!.at;
    await lab.time.advance(before + 1001 + 100 - lab.time.monotonic());
    const begun = starts(1).length;
    lab.hurry('plain/a');
    await lab.time.advance(299);
    expect(starts(1)).toHaveLength(begun);
    await lab.time.advance(1);
    expect(starts(1)).toHaveLength(begun + 1);
    lab.loop.stop();
  });

  it('take a 404 by what the server is when it comes', async () => {
    for (const createdLab of [createHealthLab(CONFIGURATION), createThreadedLab(CONFIGURATION)]) {
      const lab = await createdLab;
      lab.dialer.servers.set(3, answer('500 Oops'));
      if ('health' in lab) lab.health.start();
      else lab.start();
      await lab.time.advance(1500);
      expect(lab.status('web/c')).toBe('DOWN');
      lab.dialer.servers.set(3, { connects: 1, answers: { after: 300, text: 'HTTP/1.0 404 Not Found\r\n\r\n' } });
      const { length } = lab.dialer.connections;
      const asked = () => lab.dialer.connections.slice(length).some(({ target }) => target.address.port === 3);
      while (!asked()) await lab.time.advance(10);
      lab.registry.setHealth(lab.server('web/c'), 'stopping', 'CLI');
      await lab.time.advance(400);
      expect([lab.status('web/c'), lab.server('web/c').check?.status]).toEqual(['NOLB', 'L7OKC']);
      if ('health' in lab) lab.health.stop();
      else lab.loop.stop();
    }
  });

  it('are only reported when they change something', async () => {
    const lab = await createThreadedLab(CONFIGURATION);
    for (const port of [3, 4]) lab.dialer.servers.set(port, answer('200 OK'));
    lab.dialer.servers.set(1, { connects: 1 });
    lab.dialer.servers.set(2, refused);
    lab.start();
    await lab.time.advance(30_000);
    expect(lab.reports()).toBe(4);
    expect(lab.dialer.connections.length).toBeGreaterThan(100);
    expect(lab.server('web/c').check).toMatchObject({ status: 'L7OK', code: 200, duration: 3, running: false });
    lab.dialer.servers.set(3, answer('500 Oops'));
    await lab.time.advance(10_000);
    // Three times on its way down; the repeated failures of a server that is down are nothing new.
    expect(lab.reports()).toBe(7);
    expect(lab.server('web/c').check).toMatchObject({ status: 'L7STS', code: 500, text: 'Oops', failures: 3 });
    lab.loop.stop();
  });

  it('are reported each time when they could not try the server', async () => {
    const lab = await createThreadedLab(CONFIGURATION);
    const fails = { after: 0, failure: { code: 'EMFILE', mismatch: undefined } };
    for (const port of [1, 2, 3, 4]) lab.dialer.servers.set(port, { fails });
    lab.start();
    await lab.time.advance(10_000);
    expect(lab.dialer.connections.length).toBeGreaterThan(20);
    expect(lab.reports()).toBe(lab.dialer.connections.length);
    lab.loop.stop();
  });
});

describe('a thread for checks', () => {
  const many = (words: string, rules = '') =>
    `${DEFAULTS}backend a\n${rules}\n server-template s 1-500 127.0.0.1:1 ${words}\n`;
  const groups = async (text: string, environment = '') => {
    const { registry } = await createLab(text);
    return checksForThread(registry.backends, environment).map(({ servers, bare }) => ({
      servers: servers.length,
      bare,
    }));
  };
  const count = async (text: string, environment?: string) =>
    (await groups(text, environment)).reduce((sum, { servers }) => sum + servers, 0);

  it('is started for many checks a second', async () => {
    expect(await count(many('check inter 2s'))).toBe(500);
    expect(await count(many('check inter 10s'))).toBe(0);
    expect(await count(many('check inter 10s check-ssl verify none'))).toBe(500);
    expect(await count(many('inter 2s'))).toBe(0);
  });

  it('is started or not as the environment says', async () => {
    expect(await count(many('check inter 10s'), 'thread')).toBe(500);
    expect(await count(many('check inter 2s'), 'control')).toBe(0);
  });

  it('does not make checks that say what the control thread knows', async () => {
    expect(await count(many('check inter 2s', ' option httpchk\n http-check send-state'), 'thread')).toBe(0);
    expect(await count(many('check inter 2s', ' option httpchk\n http-check send uri-lf /%[srv_id]'), 'thread')).toBe(
      0,
    );
    expect(await count(many('check inter 2s', ' option tcp-check\n tcp-check set-var(check.x) int(1)'), 'thread')).toBe(
      0,
    );
    expect(await count(many('check inter 2s', ' option httpchk'), 'thread')).toBe(500);
    expect(await count(many('check inter 2s', ' option tcp-check\n tcp-check send hello'), 'thread')).toBe(500);
  });

  it('is one for bare connections and one for what needs more', async () => {
    const bare = many('check inter 2s');
    const more = (name: string, words: string, rules = '') =>
      many(words, rules).replace('backend a', `backend ${name}`);
    expect(await groups(bare)).toEqual([{ servers: 500, bare: true }]);
    expect(await groups(`${bare}${more('b', 'check inter 2s check-ssl verify none')}`)).toEqual([
      { servers: 500, bare: true },
      { servers: 500, bare: false },
    ]);
    for (const [words, rules] of [
      ['check inter 2s check-via-socks4 socks4 127.0.0.1:1080', ''],
      ['check inter 2s verify none', ' option httpchk\n http-check connect ssl'],
      ['check inter 2s verify none', ' option tcp-check\n tcp-check connect port 1\n tcp-check connect port 2 ssl'],
    ] as const)
      expect(await groups(more('b', words, rules))).toEqual([{ servers: 500, bare: false }]);
  });
});
