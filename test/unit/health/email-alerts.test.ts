/** Mails about servers, on a clock that stands still: one after the other, given up in time, never too many waiting. */
import { describe, expect, it } from 'vitest';
import { EmailAlerts } from '../../../src/health/email-alerts.ts';
import { MOST_WAITING } from '../../../src/health/mail-queue.ts';
import { eventLine } from '../../../src/logging/event-lines.ts';
import type { ServerEvent } from '../../../src/servers/server-event.ts';
import { createLab } from '../servers/lab.ts';
import { FakeDialer, type FakeServer } from './fake-dialer.ts';

const CONFIG = (level = '') => `
mailers m
  mailer one 127.0.0.1:25
  mailer two 127.0.0.1:26
  timeout mail 3s
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend b
  email-alert from a@b
  email-alert to c@d
  email-alert mailers m
  ${level}
  server s 127.0.0.1:1 check
backend other
  server s 127.0.0.1:1 check
`;

/** Answers every question at once: the greeting by itself, the rest as it is asked. */
async function mailLab(servers: Readonly<Record<number, FakeServer | 'good'>>, level?: string) {
  const lab = await createLab(CONFIG(level));
  const dialer = new FakeDialer(lab.time);
  const warnings: string[] = [];
  const replies: Record<string, string> = {
    HELO: '250 x\r\n',
    MAIL: '250 x\r\n',
    RCPT: '250 x\r\n',
    DATA: '354 x\r\n',
  };
  for (const [port, server] of Object.entries(servers)) {
    if (server !== 'good') dialer.servers.set(Number(port), server);
  }
  const good = {
    dial: (...[target, handler]: Parameters<FakeDialer['dial']>) => {
      const call = dialer.dial(target, handler);
      if (servers[target.address.port] !== 'good') return call;
      const connection = dialer.connections.at(-1)!;
      const say = (text: string) =>
        lab.time.arrive(1, () => connection.released ?? handler.received(Buffer.from(text)));
      lab.time.arrive(1, () => {
        handler.connected();
        say('220 x\r\n');
      });
      return {
        ...call,
        send: (bytes: Uint8Array) => {
          call.send(bytes);
          const text = Buffer.from(bytes).toString();
          say(replies[text.slice(0, 4)] ?? (text.startsWith('QUIT') ? '221 x\r\n' : '250 x\r\n'));
        },
      };
    },
  };
  const alerts = new EmailAlerts({
    model: lab.model,
    clock: lab.time,
    timers: lab.time,
    hostname: 'lb1',
    warn: (message) => warnings.push(message),
    dialer: good,
  });
  const down = (backend = 'b'): void => {
    const proxy = lab.model.proxies.find(({ name }) => name === backend)!;
    const surroundings = { active: 0, backup: 0, sessions: 0, requeued: 0, queued: 0 };
    const event: ServerEvent = {
      kind: 'down',
      proxy,
      server: proxy.backend!.servers[0]!,
      surroundings,
      via: undefined,
      reason: undefined,
      wasDraining: false,
    };
    alerts.event(event, eventLine(event));
  };
  const to = (port: number) => dialer.connections.filter(({ target }) => target.address.port === port);
  return { ...lab, dialer, alerts, warnings, down, to };
}

describe('mails', () => {
  it('go to every mailer of the section, and only for who asked for them', async () => {
    const lab = await mailLab({ 25: 'good', 26: 'good' });
    lab.down();
    lab.down('other');
    await lab.time.advance(100);
    expect(lab.dialer.connections.map(({ target, released }) => [target.address.port, released])).toEqual([
      [25, 'orderly'],
      [26, 'orderly'],
    ]);
    expect(lab.to(25)[0]!.sent).toContain('HELO lb1\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nFrom: a@b\r\n');
    expect(lab.to(25)[0]!.sent).toMatch(/Subject: \[HAProxy Alert\] Server b\/s is DOWN\. .* remaining in queue\r\n/);
    expect(lab.warnings).toEqual([]);
    expect(lab.time.pending).toBe(0);
  });

  it('wait for the one under way, and are given up after the time of one mail, without a second try', async () => {
    const lab = await mailLab({ 25: { connects: 1 }, 26: 'good' });
    for (let count = 0; count < 3; count++) lab.down();
    await lab.time.advance(2999);
    expect([lab.to(25).length, lab.to(26).length]).toEqual([1, 3]);
    await lab.time.advance(10_000);
    expect(lab.to(25).map(({ at, releasedAt }) => [at, releasedAt])).toEqual([
      [0, 3000],
      [3000, 6000],
      [6000, 9000],
    ]);
    expect(lab.dialer.most.get(25)).toBe(1);
    expect(lab.warnings).toEqual([
      "mail about servers of 'b' does not arrive at mailer 'one': no answer in time at the greeting",
    ]);
    expect(lab.time.pending).toBe(0);
  });

  it('tell of a mailer that cannot be reached once, until it could be', async () => {
    const failure = { after: 1, failure: { code: 'ECONNREFUSED', mismatch: undefined } };
    const lab = await mailLab({ 25: { fails: failure }, 26: 'good' });
    lab.down();
    lab.down();
    await lab.time.advance(1000);
    expect(lab.to(25).length).toBe(2);
    expect(lab.warnings).toEqual([
      "mail about servers of 'b' does not arrive at mailer 'one': Connection refused at the greeting",
    ]);
  });

  it('do not pile up before a silent mailer: the oldest are dropped', async () => {
    const lab = await mailLab({ 25: { connects: 1 }, 26: 'good' });
    for (let count = 0; count < MOST_WAITING * 3; count++) lab.down();
    await lab.time.advance(3000 * (MOST_WAITING * 3 + 5));
    expect(lab.to(25).length).toBe(MOST_WAITING + 1);
    expect(lab.warnings[0]).toContain('the oldest are dropped');
  });

  it('end at once when the program does', async () => {
    const lab = await mailLab({ 25: { connects: 1 }, 26: {} });
    lab.down();
    lab.down();
    await lab.time.advance(10);
    lab.alerts.close();
    lab.down();
    expect(lab.dialer.open).toBe(0);
    await lab.time.advance(60_000);
    expect(lab.dialer.connections.length).toBe(2);
    expect(lab.time.pending).toBe(0);
  });

  it.each([
    ['emerg', 0],
    ['alert', 1],
    ['debug', 1],
  ])('of an alert at level %s: %d', async (level, count) => {
    const lab = await mailLab({ 25: 'good', 26: 'good' }, `email-alert level ${level}`);
    lab.down();
    await lab.time.advance(100);
    expect(lab.to(25).length).toBe(count);
  });
});
