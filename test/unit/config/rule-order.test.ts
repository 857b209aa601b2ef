/** Rules are run kind by kind; what stands below a later kind gets a warning. What 2.6 says was observed. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages } from '../../support/load-text.ts';

const FRAME = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
const LISTEN = ['listen l', 'bind 127.0.0.1:9001', 'acl yes always_true'];

/** By what the warning calls them, in order of running. */
const RULES: readonly (readonly [kind: string, named: string, line: string])[] = [
  ['tcp-request', 'tcp-request connection', 'tcp-request connection accept'],
  ['tcp-request', 'tcp-request session', 'tcp-request session accept if yes'],
  ['tcp-request', 'tcp-request content', 'tcp-request content accept'],
  ['monitor fail', 'monitor fail', 'monitor fail if yes'],
  ['http-request', 'http-request', 'http-request deny unless yes'],
  ['redirect', 'redirect', 'redirect location /x if yes'],
  ['use_backend', 'use_backend', 'use_backend b if yes'],
  ['use-server', 'use-server', 'use-server s if yes'],
];

async function warnings(...lines: string[]): Promise<readonly string[]> {
  const result = await loadLines([...FRAME, ...LISTEN, ...lines, 'server s 127.0.0.1:9002', 'backend b']);
  return messages(result).filter((message) => message.includes('placed after'));
}

describe('the order of rules', () => {
  for (const [first, [, named, above]] of RULES.entries()) {
    for (const [second, [kind, , below]] of RULES.entries()) {
      const wrong = second < first && kind !== 'use_backend';
      it(`${above}, then ${below}: ${wrong ? 'a warning' : 'right'}`, async () => {
        const article = named === 'http-request' ? 'an' : 'a';
        const message = `parsing [t.cfg:9] : a '${kind}' rule placed after ${article} '${named}' rule will still be processed before.`;
        expect(await warnings(above, below)).toEqual(wrong ? [message] : []);
      });
    }
  }

  it('names the kind that is run next', async () => {
    const said = await warnings('use-server s if yes', 'http-request deny', 'tcp-request content accept');
    expect(said).toEqual([
      "parsing [t.cfg:9] : a 'http-request' rule placed after a 'use-server' rule will still be processed before.",
      "parsing [t.cfg:10] : a 'tcp-request' rule placed after an 'http-request' rule will still be processed before.",
    ]);
  });

  it('counts no rule with a mistake', async () => {
    expect(await warnings('use-server s if nosuch', 'tcp-request content accept')).toEqual([]);
  });

  it('points at both', async () => {
    const result = await loadLines([...FRAME, ...LISTEN, 'use_backend b', 'tcp-request content accept', 'backend b']);
    const found = result.diagnostics.find(({ code }) => code === 'rule-order');
    expect(found?.span?.line).toBe(9);
    expect(found?.related).toEqual([
      { file: 't.cfg', line: 8, message: "the first 'use_backend' rule, which is run after it" },
    ]);
  });
});

describe('rules in defaults', () => {
  const at = ' (defaults section at t.cfg:1).';
  it.each<[string, string[], string | undefined]>([
    [
      'content',
      ['listen l from d'],
      'a listen section cannot inherit from a defaults section defining TCP/HTTP rules.',
    ],
    [
      'content',
      ['defaults e from d'],
      `a defaults section cannot inherit from a defaults section defining TCP/HTTP rules${at}`,
    ],
    [
      'connection',
      ['backend b from d'],
      `a backend section cannot inherit from a defaults section defining 'tcp-request connection' or 'tcp-request session' rules${at}`,
    ],
    [
      'content',
      ['frontend f from d', 'bind :80', 'backend b from d'],
      `frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules${at}`,
    ],
    ['content', ['frontend f from d', 'bind :80'], undefined],
    ['content', ['backend b from d'], undefined],
  ])('%s, %j', async (where, lines, problem) => {
    const result = await loadLines(['defaults d', `tcp-request ${where} accept`, ...lines]);
    const said = messages(result).map((message) => message.replace(/^parsing \[t\.cfg:\d+\]: /, ''));
    if (problem === undefined) expect(said.filter((message) => message.includes('inherit'))).toEqual([]);
    else expect(said[0]).toBe(problem);
  });

  it('of answers go to no frontend', async () => {
    const result = await loadLines(['defaults d', 'tcp-response content accept', 'frontend f from d', 'bind :80']);
    expect(messages(result)[0]).toBe(
      `parsing [t.cfg:3]: a frontend section cannot inherit from a defaults section defining 'tcp-response content' rules${at}`,
    );
  });

  it('are not passed over in silence', async () => {
    const result = await loadLines(['defaults d', 'tcp-request content reject', 'frontend f from d', 'bind :80']);
    expect(result.model).toBeUndefined();
    expect(result.diagnostics.map(({ code }) => code)).toContain('not-supported-yet');
  });
});
