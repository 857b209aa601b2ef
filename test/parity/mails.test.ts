/** `email-alert` beside HAProxy: which events are mailed at which level, and every byte that mail servers of all kinds are told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { unexplained } from './differences.ts';
import { LEVELS, MAIL_SERVERS, type MailRun, runMails } from './mail-run.ts';

const skipped = skipWithoutHaproxy('mails beside HAProxy');

describe.skipIf(skipped)('mails beside HAProxy', () => {
  let oracle: MailRun;
  let ours: MailRun;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([runMails('haproxy'), runMails('hapax')]);
  }, 120_000);

  it.each(LEVELS)('level %s', (level) => {
    expect(ours.byLevel.get(level)).toEqual(oracle.byLevel.get(level));
  });

  it('tells more the higher the level', () => {
    const counts = LEVELS.slice(1).map((level) => ours.byLevel.get(level)!.length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBe(0);
    expect(counts[1]).toBeLessThan(counts[5]!);
    expect(ours.byLevel.get('default')!.length).toBe(ours.byLevel.get('alert')!.length);
  });

  it.each(Object.keys(MAIL_SERVERS))('a mail server: %s', (name) => {
    const [theirs, mine] = [oracle.talks.get(name)!, ours.talks.get(name)!];
    const comparison = {
      area: 'mails' as const,
      where: name,
      what: 'talk',
      oracle: theirs.join('--\n'),
      ours: mine.join('--\n'),
    };
    expect(unexplained([comparison])).toEqual([]);
  });

  it('checks, slow starts, tracking and agents', () => {
    const once = ({ checks }: MailRun) => [...new Set(checks)].sort();
    expect(once(ours)).toEqual(once(oracle));
  });
});
