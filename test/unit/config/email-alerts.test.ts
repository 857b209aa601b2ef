/** `mailers` sections and `email-alert` in the model; their messages stand beside HAProxy's in test/parity. */
import { expect, it } from 'vitest';
import { loadLines, messages, modelOf, proxyOf } from '../../support/load-text.ts';

const TIMES = ['timeout connect 1s', 'timeout server 1s'];
const ALERT = ['email-alert from a', 'email-alert to b', 'email-alert mailers m'];
const MAILERS = ['mailers m', 'mailer one 192.0.2.1:25', 'mailer two [2001:db8::1]:587', 'timeout mail 4s'];

it('take the section they name, wherever it stands', async () => {
  const lines = ['backend b', ...TIMES, ...ALERT, 'email-alert level info', 'email-alert myhostname h', ...MAILERS];
  const expected = {
    from: 'a',
    to: 'b',
    level: 6,
    hostname: 'h',
    timeout: 4000,
    mailers: [
      { name: 'one', address: { family: 'ipv4', host: '192.0.2.1', port: 25 } },
      { name: 'two', address: { family: 'ipv6', host: '2001:db8::1', port: 587 } },
    ],
  };
  const result = await loadLines(lines);
  expect(messages(result)).toEqual([]);
  expect(proxyOf(result, 'b').emailAlert).toEqual(expected);
});

it('are taken over from defaults, and say alert and 10 s where nothing is said', async () => {
  const result = await loadLines([
    'mailers m',
    'mailer one 192.0.2.1:25',
    'defaults',
    ...TIMES,
    ...ALERT,
    'backend b',
    'email-alert to c',
    'backend d',
  ]);
  expect(
    modelOf(result).proxies.map(({ emailAlert }) => [emailAlert?.to, emailAlert?.level, emailAlert?.timeout]),
  ).toEqual([
    ['c', 1, 10_000],
    ['b', 1, 10_000],
  ]);
});

it('are nothing to who lacks a part, has no mailer, or has no servers', async () => {
  const result = await loadLines([
    ...MAILERS,
    'mailers none',
    'backend b',
    ...TIMES,
    ...ALERT.slice(0, 2),
    'backend c',
    ...TIMES,
    ...ALERT.slice(0, 2),
    'email-alert mailers none',
    'frontend f',
    'bind :80',
    ...TIMES,
    ...ALERT,
  ]);
  expect(modelOf(result).proxies.map(({ emailAlert }) => emailAlert)).toEqual([undefined, undefined, undefined]);
});

it('suggest the section that was meant, and resolve names', async () => {
  const lines = ['mailers office', 'mailer one mail.test:25', 'backend b', ...TIMES, ...ALERT.slice(0, 2)];
  const lookup = async (name: string) =>
    name === 'mail.test'
      ? { ok: true as const, addresses: [{ address: '192.0.2.9', family: 4 as const }] }
      : { ok: false as const, code: 'ENOTFOUND' };
  const wrong = await loadLines([...lines, 'email-alert mailers ofice'], { lookup });
  expect(messages(wrong)).toContain("Proxy 'b': unable to find mailers 'ofice'.");
  expect(wrong.diagnostics.find(({ code }) => code === 'missing-mailers')?.help).toBe("Did you mean 'office'?");
  const right = await loadLines([...lines, 'email-alert mailers office'], { lookup });
  expect(proxyOf(right, 'b').emailAlert?.mailers[0]?.address).toMatchObject({ host: '192.0.2.9', name: 'mail.test' });
  const unknown = await loadLines(['mailers m', 'mailer one nobody.test:25'], { lookup });
  expect(messages(unknown)[0]).toContain("'mailer one' : invalid address: 'nobody.test' in 'nobody.test:25'");
});
