/** One mail by SMTP: bytes as HAProxy 2.6 sends them, answers in any pieces, and what is not an answer. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/protocols/dialogue.ts';
import { MailDelivery, mailDate } from '../../../src/protocols/mail-delivery.ts';

const MAIL = {
  from: 'proxy@example.org',
  to: 'admin@example.org',
  hostname: 'lb1',
  text: 'Server b/s is DOWN. 0 active',
  date: new Date(Date.UTC(2026, 10, 21, 10, 25, 7)),
};

const SAID = [
  'HELO lb1\r\n',
  'MAIL FROM:<proxy@example.org>\r\n',
  'RCPT TO:<admin@example.org>\r\n',
  'DATA\r\n',
  `From: proxy@example.org\r\nTo: admin@example.org\r\nDate: ${mailDate(MAIL.date)}\r\n` +
    'Subject: [HAProxy Alert] Server b/s is DOWN. 0 active\r\n\r\nServer b/s is DOWN. 0 active\r\n\r\n.\r\n',
  'QUIT\r\n',
];

const ANSWERS = ['220 x\r\n', '250 x\r\n', '250 x\r\n', '250 x\r\n', '354 x\r\n', '250 x\r\n', '221 x\r\n'];

/** Speaks the answers, each to its question, one byte at a time or whole. */
function talk(answers: readonly string[], piece: number) {
  const mail = new MailDelivery(MAIL);
  const said: string[] = [];
  expect(mail.opened()).toEqual({});
  let verdict: Verdict | undefined;
  for (const answer of answers) {
    for (let at = 0; at < answer.length; at += piece) {
      const reply = mail.received(Buffer.from(answer.slice(at, at + piece), 'latin1'));
      if (reply.send !== undefined) said.push(Buffer.from(reply.send).toString());
      verdict = reply.verdict;
      if (verdict !== undefined) return { said, verdict, mail };
    }
  }
  return { said, verdict, mail };
}

describe('a mail', () => {
  it.each([1, 2, 3, 5, 100])('is delivered over answers in pieces of %d bytes', (piece) => {
    const { said, verdict, mail } = talk(ANSWERS, piece);
    expect(said).toEqual(SAID);
    expect(verdict).toEqual({ status: 'L7OK', text: '' });
    expect(mail.delivered).toBe(true);
  });

  it.each([1, 4, 100])(
    'takes answers of several lines, without texts, and with LF alone, %d bytes at a time',
    (piece) => {
      const answers = [
        '220-a\r\n220-b\r\n220 c\r\n',
        '250-a\n250 b\n',
        '250\r\n',
        '251 ok\r\n',
        '354\n',
        '250 x\r\n',
        '221 x\r\n',
      ];
      expect(talk(answers, piece)).toMatchObject({ said: SAID, verdict: { status: 'L7OK' } });
    },
  );

  it.each([
    ['a refused greeting', ['421 no\r\n'], 'L7STS', '421 no at the greeting', 421],
    ['a refused sender', ['220 x\r\n', '250 x\r\n', '550 no\r\n'], 'L7STS', '550 no at MAIL', 550],
    ['a refused mail', [...ANSWERS.slice(0, 5), '552 too big\r\n'], 'L7STS', '552 too big at the mail', 552],
    ['a success that is none', [...ANSWERS.slice(0, 4), '250 x\r\n'], 'L7STS', '250 x at DATA', 250],
    ['another protocol', ['SSH-2.0\r\n'], 'L7STS', 'SSH-2.0 at the greeting', 0],
  ])('ends with %s', (_what, answers, status, text, code) => {
    expect(talk(answers as string[], 1).verdict).toMatchObject({ status, code });
    const whole = talk(answers as string[], 100);
    expect(whole.verdict).toEqual({ status, text, code });
    expect(whole.mail.delivered).toBe(false);
  });

  it('is delivered once the server has taken it, whatever becomes of QUIT', () => {
    const { mail, verdict } = talk([...ANSWERS.slice(0, 6), '500 no\r\n'], 100);
    expect(verdict).toMatchObject({ status: 'L7STS' });
    expect(mail.delivered).toBe(true);
  });

  it('does not take for answers what came before the question', () => {
    const mail = new MailDelivery(MAIL);
    expect(mail.received(Buffer.from('220 a\r\n250 b\r\n250 c\r\n354 d\r\n')).send?.toString()).toBe(SAID[0]);
    expect(mail.received(Buffer.from('250 now\r\n')).send?.toString()).toBe(SAID[1]);
  });

  it('names where a server closed or fell silent', () => {
    const mail = new MailDelivery(MAIL);
    expect(mail.ended().verdict).toEqual({ status: 'L7RSP', text: 'connection closed at the greeting' });
    mail.received(Buffer.from('220 x\r\n'));
    expect(mail.where()).toBe(' at HELO');
    mail.received(Buffer.from('250-half'));
    expect(mail.ended().verdict).toMatchObject({ status: 'L7STS', text: '250-half at HELO' });
  });

  it('gives up on an answer without end', () => {
    const mail = new MailDelivery(MAIL);
    const line = Buffer.from(`220-${'x'.repeat(994)}\r\n`);
    let fed = 0;
    while (mail.received(line).verdict === undefined) expect(++fed).toBeLessThan(20);
    expect(fed).toBeGreaterThan(10);
  });
});

it('writes dates as mail does', () => {
  expect(mailDate(MAIL.date)).toMatch(/^\w{3}, \d{2} Nov 2026 \d\d:\d\d:07 [+-]\d{4}( \([A-Z]{2,5}\))?$/);
});
