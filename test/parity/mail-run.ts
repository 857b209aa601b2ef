/** Makes everything happen to servers that can be mailed about, and collects what mail servers of all kinds were told. */
import { type MailAnswers, type MailServer, startMailServer } from '../support/mail-server.ts';
import { type Product, startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, refuse, startScripted } from '../support/scripted-server.ts';
import { ask, showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

export const LEVELS = ['default', 'emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

/** Mail servers that do not do what is expected, by name. */
export const MAIL_SERVERS: Readonly<Record<string, MailAnswers>> = {
  usual: {},
  refuses_greeting: { greeting: '421 4.3.2 Not now\r\n' },
  greeting_lines: { greeting: '220-mail.example\r\n220 ESMTP\r\n' },
  greeting_split: { greeting: ['2', '20 mail.example\r\n'] },
  greeting_lines_split: { greeting: ['220-mail.example\r\n', '220 ESMTP\r\n'] },
  greeting_bare: { greeting: '220\r\n' },
  hello_lines: { HELO: '250-mail.example\r\n250-SIZE 100\r\n250 OK\r\n' },
  hello_lines_split: { HELO: ['250-mail.example\r\n', '250 OK\r\n'] },
  refuses_hello: { HELO: '502 5.5.2 No\r\n' },
  refuses_from: { MAIL: '550 5.7.1 No\r\n' },
  refuses_to: { RCPT: '550 5.7.1 No\r\n' },
  forwards: { RCPT: '251 2.1.5 Will forward\r\n' },
  refuses_data: { DATA: '554 5.7.1 No\r\n' },
  refuses_mail: { mail: '451 4.3.0 Later\r\n' },
  refuses_quit: { QUIT: '500 5.5.2 No\r\n' },
  closes_at_once: { greeting: 'close' },
  closes_after_mail: { mail: 'close' },
  resets: { HELO: 'reset' },
  silent: { greeting: undefined },
  silent_after_mail: { mail: undefined },
  silent_at_end: { QUIT: undefined },
  says_all_before_asked: {
    greeting: '220 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n250 f\r\n221 g\r\n',
    HELO: undefined,
  },
  garbage: { greeting: 'SSH-2.0-OpenSSH_9\r\n' },
};

export interface MailRun {
  /** Subjects by the level that was asked for. */
  readonly byLevel: ReadonlyMap<string, readonly string[]>;
  /** What each mail server was told, connection by connection. */
  readonly talks: ReadonlyMap<string, readonly string[]>;
  /** Subjects of checks, agents, slow starts and tracking. */
  readonly checks: readonly string[];
}

const TIME = '    timeout mail 1500ms';

function configOf(mails: ReadonlyMap<string, MailServer>, checked: number, agent: number): string {
  const lines = [
    'global',
    '    stats socket $DIR/stats.sock level admin',
    '    nbthread 1',
    '    max-spread-checks 200ms',
    'defaults',
    '    mode tcp',
    '    timeout connect 1s',
    '    timeout client 1s',
    '    timeout server 1s',
  ];
  for (const [name, mail] of mails) lines.push(`mailers ${name}`, `    mailer one 127.0.0.1:${mail.port}`, TIME);
  const alert = (name: string, mailers: string, level: string) => {
    lines.push(`backend ${name}`);
    lines.push('    email-alert from proxy@example.org', '    email-alert to "admin@example.org, b@example.org"');
    lines.push(`    email-alert mailers ${mailers}`);
    if (mailers === 'silent') lines.push('    email-alert myhostname lb1.example.org');
    if (level !== 'default') lines.push(`    email-alert level ${level}`);
  };
  for (const level of LEVELS) {
    alert(`level_${level}`, `level_${level}`, level);
    // Checked once, then left alone.
    lines.push(`    server s 127.0.0.1:${checked} check inter 1h`, `    server b 127.0.0.1:${checked} backup`);
  }
  for (const name of Object.keys(MAIL_SERVERS)) {
    alert(`to_${name}`, name, 'notice');
    lines.push(`    server s 127.0.0.1:${checked} check inter 1h`);
  }
  alert('checks', 'checks', 'info');
  lines.push('    option httpchk GET /', '    option log-health-checks');
  lines.push(`    server s 127.0.0.1:${checked} check inter 200ms fall 2 rise 2 slowstart 1s`);
  lines.push('    server t 127.0.0.1:1 track checks/s');
  alert('agents', 'agents', 'info');
  lines.push('    option log-health-checks');
  lines.push(`    server s 127.0.0.1:${checked} agent-check agent-port ${agent} agent-inter 200ms`);
  return `${lines.join('\n')}\n`;
}

/** What is done by hand to the server of each level, step by step. */
const BY_HAND = ['state drain', 'state ready', 'state maint', 'state drain', 'state ready', 'health down', 'health up'];
const BY_HAND_TOO = ['health stopping', 'health down', 'state maint', 'state ready', 'health up', 'state drain'];

const withoutTimes = (text: string) =>
  text
    .replace(/check duration: \d+ms/g, 'check duration: Nms')
    .replace(/^Date: .*\r$/m, (line) =>
      /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}( \(\w+\))?\r$/.test(line)
        ? 'Date: (well formed)\r'
        : line,
    );

export async function runMails(product: Product): Promise<MailRun> {
  const names = [...Object.keys(MAIL_SERVERS), ...LEVELS.map((level) => `level_${level}`), 'checks', 'agents'];
  const servers = await Promise.all(names.map((name) => startMailServer(MAIL_SERVERS[name])));
  const mails = new Map(names.map((name, index) => [name, servers[index]!]));
  const good = plain(httpAnswer('200 OK', 'fine'));
  const checked = await startScripted(good);
  const agent = await startScripted(plain(({ stream }) => stream.end('up\n')));
  const proxy = await startProxy(product, { config: configOf(mails, checked.port, agent.port) });
  const subjects = (name: string) => mails.get(name)!.subjects;
  const sent = (name: string, count: number) =>
    waitFor(`${count} mails to ${name}`, () => subjects(name).length >= count, {
      describe: () => subjects(name).join('\n'),
    });
  try {
    const { statsSocket } = proxy;
    await waitFor('every first check', async () => {
      const rows = await showStat(statsSocket);
      return rows.every(({ check_status }) => check_status !== 'INI' && check_status?.startsWith('* ') !== true);
    });
    for (const word of [...BY_HAND, ...BY_HAND_TOO]) {
      for (const level of LEVELS) await ask(statsSocket, `set server level_${level}/s ${word}`);
    }
    const bad = Object.keys(MAIL_SERVERS);
    for (const name of bad) await ask(statsSocket, `set server to_${name}/s health down`);
    for (const name of bad) await ask(statsSocket, `set server to_${name}/s health up`);
    await sent('checks', 1);
    await checked.become(refuse);
    await agentSays(agent, 'down # broken');
    await waitFor('checks/s DOWN', async () => (await statusOf(statsSocket, 'checks')) === 'DOWN');
    await checked.become(good);
    await waitFor('checks/s UP', async () => (await statusOf(statsSocket, 'checks')) === 'UP');
    await waitFor('agents/s DOWN', async () => (await statusOf(statsSocket, 'agents'))?.startsWith('DOWN') === true);
    await agentSays(agent, 'up');
    await waitFor('agents/s UP', async () => (await statusOf(statsSocket, 'agents')) === 'no check');
    await agentSays(agent, 'drain');
    await waitFor(
      'agents/s drained',
      async () => (await statusOf(statsSocket, 'agents'))?.startsWith('DRAIN') === true,
    );
    // Two mails to each of those that fail, one after the other, each with its whole time.
    await waitFor(
      'the last mails',
      () => bad.every((name) => mails.get(name)!.talks.length >= 2 && mails.get(name)!.talks.every(({ over }) => over)),
      { describe: () => bad.map((name) => `${name} ${mails.get(name)!.talks.length}`).join() },
    );
    // The last event of all has been mailed, so what came before it has been too.
    await waitFor('slow start', () => subjects('checks').filter((text) => text.includes('/s is UP')).length >= 2);
    await waitFor('agent', () => subjects('agents').some((text) => text.includes('drain')));
  } finally {
    await proxy.stop();
    await Promise.all([checked.close(), agent.close(), ...servers.map((server) => server.close())]);
  }
  return {
    byLevel: new Map(LEVELS.map((level) => [level, subjects(`level_${level}`)])),
    talks: new Map(
      Object.keys(MAIL_SERVERS).map((name) => [name, mails.get(name)!.talks.map(({ said }) => withoutTimes(said))]),
    ),
    checks: [...subjects('checks'), ...subjects('agents')].map(withoutTimes),
  };
}

async function agentSays(agent: Awaited<ReturnType<typeof startScripted>>, words: string): Promise<void> {
  await agent.become(plain(({ stream }) => stream.end(`${words}\n`)));
}

async function statusOf(statsSocket: string, backend: string): Promise<string | undefined> {
  const rows = await showStat(statsSocket);
  return rows.find(({ pxname, svname }) => pxname === backend && svname === 's')?.status;
}
