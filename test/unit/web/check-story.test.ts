import { describe, expect, it } from 'vitest';
import type { BackendModel, ServerModel } from '../../../src/config/model.ts';
import { Admin, type CheckState, Oper, type ServerRecord } from '../../../src/servers/server-record.ts';
import { checkStory } from '../../../src/web/check-story.ts';
import { checkedServer, modelOf, server, testView } from '../../support/runtime-view.ts';

const http: BackendModel['check'] = {
  kind: 'http',
  method: 'GET',
  uri: '/v1/status',
  version: 'HTTP/1.0',
  headers: [],
  expect: [],
  disableOn404: false,
  sendState: false,
};

function lab(model: ServerModel = checkedServer('s', 1), check: BackendModel['check'] = http) {
  const test = testView(
    modelOf([
      { name: 'be', backend: { check, servers: [model, server('via', 2, { track: { proxy: 0, server: 0 } })] } },
    ]),
  );
  return {
    test,
    told: (
      change: Partial<CheckState>,
      record: Partial<ServerRecord> = {},
      telling: 'result' | 'period' | 'everything' = 'result',
      name = 's',
    ) => {
      const changed = test.server('be', 's');
      Object.assign(changed, record);
      if (changed.check !== undefined) changed.check = { ...changed.check, ...change };
      return checkStory(test.server('be', name), telling);
    },
  };
}

const down = { oper: Oper.stopped } as const;

describe('the story of a check', () => {
  it.each([
    [{}, {}, 'No check has finished yet. Until then it counts as UP, and one failure takes it DOWN.'],
    [
      { status: 'L7OK', code: 200, duration: 3, health: 4 },
      {},
      'The last check passed: the request gave the expected answer 200 after 3 ms. 3 failed checks in a row take it DOWN.',
    ],
    [
      { status: 'L4OK', duration: 0, health: 4 },
      {},
      'The last check passed: the connection stood after 0 ms. 3 failed checks in a row take it DOWN.',
    ],
    [
      { status: 'L6OK', duration: 21, health: 4 },
      {},
      'The last check passed: TLS was agreed on after 21 ms. 3 failed checks in a row take it DOWN.',
    ],
    [
      { status: 'L7STS', code: 500, duration: 8, text: 'Internal Server Error', health: 3 },
      {},
      'The last check failed: the request was answered with the wrong status 500 after 8 ms: “Internal Server Error”. 2 more failed checks in a row take it DOWN.',
    ],
    [
      { status: 'L7STS', code: 503, duration: 8, health: 2 },
      {},
      'The last check failed: the request was answered with the wrong status 503 after 8 ms. 1 more failed check takes it DOWN.',
    ],
    [
      { status: 'L4CON', duration: 0, text: 'Connection refused', health: 0 },
      down,
      'The last check failed: no connection could be made: “Connection refused”. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L7OK', code: 200, duration: 1200, health: 1 },
      down,
      'The last check passed: the request gave the expected answer 200 after 1.2 s. 1 more good check brings it back UP.',
    ],
    [
      { status: 'L4TOUT', duration: 2000, health: 0 },
      down,
      'The last check failed: the connection was not accepted after 2 s. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L6RSP', duration: 13, text: 'SSL handshake failure', health: 0 },
      down,
      'The last check failed: the TLS handshake broke off after 13 ms: “SSL handshake failure”. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L6TOUT', duration: 500, health: 0 },
      down,
      'The last check failed: the TLS handshake had not ended after 500 ms. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L7TOUT', duration: 379, health: 0 },
      down,
      'The last check failed: the request had no complete answer after 379 ms. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L7RSP', duration: 0, text: 'HTTP content check did not match', health: 0 },
      down,
      'The last check failed: the request had an answer that is not as expected after 0 ms: “HTTP content check did not match”. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'SOCKERR', duration: 28, text: 'Connection reset by peer', health: 0 },
      down,
      'The last check failed: the connection broke, or could not be opened here after 28 ms: “Connection reset by peer”. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'L7OKC', code: 404, duration: 1, health: 4 },
      { oper: Oper.stopping },
      'The last check passed with a condition: the answer 404 came after 1 ms and asks for no new sessions. 3 failed checks in a row take it DOWN. It takes no new sessions, and those it has go on.',
    ],
    [
      { status: 'L7OK', code: 200, duration: 1, health: 4 },
      { admin: Admin.forcedDrain },
      'The last check passed: the request gave the expected answer 200 after 1 ms. 3 failed checks in a row take it DOWN. It is being drained: no new sessions, and those it has go on.',
    ],
    [
      { status: 'L7OK', code: 200, duration: 1, health: 4 },
      { userWeight: 0 },
      'The last check passed: the request gave the expected answer 200 after 1 ms. 3 failed checks in a row take it DOWN. Its weight is 0: no new sessions, and those it has go on.',
    ],
    [
      { status: 'L7OK', code: 200, duration: 1, health: 4 },
      { oper: Oper.starting, throttle: 25 },
      'The last check passed: the request gave the expected answer 200 after 1 ms. 3 failed checks in a row take it DOWN. It is warming up and gets 25 % of its share.',
    ],
    [{}, { admin: Admin.forcedMaint, ...down }, 'It is in maintenance: it is not checked and gets no sessions.'],
    [{}, { check: undefined }, 'Its checks are switched off; its state stays as it is.'],
    [{}, { check: undefined, ...down }, 'Its checks are switched off, and it stays DOWN meanwhile.'],
    [
      { status: 'PROCOK', code: 0, duration: 4, health: 4 },
      {},
      'The last check passed: the program ended with 0 after 4 ms. 3 failed checks in a row take it DOWN.',
    ],
    [
      { status: 'PROCERR', code: 3, duration: 4, health: 0 },
      down,
      'The last check failed: the program ended with 3 after 4 ms. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'PROCERR', code: 4_294_967_295, duration: 4, health: 0 },
      down,
      'The last check failed: the program was killed by a signal after 4 ms. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'PROCTOUT', code: 0, duration: 500, health: 0 },
      down,
      'The last check failed: the program had not ended after 500 ms, and was killed. 2 good checks in a row bring it back UP.',
    ],
    [
      { status: 'HANA', text: 'Detected 3 consecutive errors', health: 0 },
      down,
      'Traffic showed errors: “Detected 3 consecutive errors”. 2 good checks in a row bring it back UP.',
    ],
  ] satisfies [Partial<CheckState>, Partial<ServerRecord>, string][])('%j %j: %s', (check, record, story) => {
    expect(lab().told(check, record)).toBe(story);
  });

  it('of a server without checks, and of followers', () => {
    expect(lab(server('s', 1)).told({})).toBe('It is not checked and taken to be up.');
    const { told } = lab();
    expect(told({ status: 'L4OK', duration: 1, health: 4 }, {}, 'result', 'via')).toBe(
      'It has no check of its own and follows be/s. The last check passed: the connection stood after 1 ms. 3 failed checks in a row take it DOWN.',
    );
    const other = lab();
    Object.assign(other.test.server('be', 's'), { admin: Admin.forcedMaint });
    Object.assign(other.test.server('be', 'via'), { admin: Admin.inheritedMaint, ...down });
    expect(checkStory(other.test.server('be', 'via'), 'result')).toBe(
      'It is in maintenance because be/s, which it follows, is: it is not checked and gets no sessions.',
    );
    expect(lab(checkedServer('s', 1, { unresolved: true })).told({}, { admin: Admin.resolutionMaint })).toBe(
      'No address was found for its name: it is in maintenance.',
    );
  });

  describe('and of its agent', () => {
    const fine = { status: 'L4OK', duration: 1, health: 4 } as const;
    const passed = 'The last check passed: the connection stood after 1 ms.';
    const agent = (change: Partial<CheckState>): Partial<ServerRecord> => ({
      agent: {
        status: 'INI',
        code: undefined,
        duration: 1,
        text: '',
        running: false,
        health: 1,
        rise: 1,
        fall: 1,
        failures: 0,
        ...change,
      },
    });
    const says = { status: 'L7STS', text: 'via agent : down (disk is full)', health: 0 } as const;
    const back = 'It comes back UP when the agent says “up”.';

    it.each([
      [fine, { ...down, ...agent(says) }, `${passed} Its agent keeps it down: “down (disk is full)”. ${back}`],
      [
        { status: 'L4CON', text: 'Connection refused', health: 0 },
        { ...down, ...agent(says) },
        'The last check failed: no connection could be made: “Connection refused”. Its checks and its agent must both be ' +
          `content before it is UP again. Its agent keeps it down: “down (disk is full)”. ${back}`,
      ],
      [
        fine,
        { ...down, ...agent({ status: 'L7OK', text: 'via agent : up', health: 0 }) },
        `${passed} Its agent counts as down. ${back}`,
      ],
      [
        fine,
        agent({ status: 'L7OK', text: 'via agent : up (hi)' }),
        `${passed} 3 failed checks in a row take it DOWN. Its agent says “up (hi)”.`,
      ],
      [fine, agent({}), `${passed} 3 failed checks in a row take it DOWN. Its agent has not answered yet.`],
      [
        fine,
        agent({ status: 'CHECKED', text: 'agent reports an error : hello' }),
        `${passed} 3 failed checks in a row take it DOWN. Of its agent's answer: “agent reports an error : hello”.`,
      ],
      [
        fine,
        agent({ status: 'L4CON', text: 'Connection refused' }),
        `${passed} 3 failed checks in a row take it DOWN. Its agent gave no answer that counts (Layer4 connection problem): “Connection refused”.`,
      ],
      [
        fine,
        { admin: Admin.forcedDrain, ...agent({ status: 'CHECKED' }) },
        `${passed} 3 failed checks in a row take it DOWN. Its agent answers, and says nothing about up or down. ` +
          'It is being drained: no new sessions, and those it has go on. Its agent ends this by “ready”.',
      ],
      [
        {},
        { admin: Admin.forcedMaint, ...down, ...agent({ status: 'CHECKED' }) },
        'It is in maintenance: it is not checked and gets no sessions. Its agent is asked all the same, and “ready” from it ends this.',
      ],
    ] satisfies [Partial<CheckState>, Partial<ServerRecord>, string][])('%j %j: %s', (check, record, story) => {
      expect(lab().told(check, record)).toBe(story);
    });

    it('of a server that only has an agent, and of one that follows it', () => {
      const { test, told } = lab(server('s', 1));
      expect(told({}, { ...down, ...agent(says) })).toBe(
        `It is not checked; only its agent is asked. Its agent keeps it down: “down (disk is full)”. ${back}`,
      );
      Object.assign(test.server('be', 'via'), down);
      expect(checkStory(test.server('be', 'via'), 'result')).toBe(
        `It has no check of its own and follows be/s. Its agent keeps it down: “down (disk is full)”. ${back}`,
      );
    });
  });

  it('says where and what only as far as it may', () => {
    const result = { status: 'L7OK', code: 200, duration: 1, health: 4 } as const;
    const told = (
      telling: 'result' | 'period' | 'everything',
      model = checkedServer('s', 1),
      check: BackendModel['check'] = http,
    ) =>
      lab(model, check)
        .told(result, {}, telling)
        .replace(/^.* DOWN\.\s?/, '');
    expect(told('result')).toBe('');
    expect(told('period')).toBe('It is checked every 2 s.');
    expect(told('everything')).toBe('Every 2 s it is asked for GET /v1/status at 127.0.0.1:9001.');
    const checks = { enabled: true, inter: 500, rise: 2, fall: 3, ssl: true, verify: 'none', port: 8008 } as const;
    const tls = checkedServer('s', 1, { check: checks });
    expect(told('everything', tls)).toBe('Every 500 ms it is asked for GET /v1/status at 127.0.0.1:8008 over TLS.');
    expect(told('everything', tls, { kind: 'connect', explicit: false })).toBe(
      'Every 500 ms it is asked for a TLS handshake at 127.0.0.1:8008 over TLS.',
    );
    expect(told('everything', checkedServer('s', 1), { kind: 'redis' })).toContain('a Redis greeting at');
    expect(told('everything', checkedServer('s', 1), { kind: 'tcp', rules: [] })).toContain('a dialogue of 0 steps at');
    const program = { kind: 'external', command: '/usr/bin/look', path: '/usr/bin' } as const;
    expect(told('everything', checkedServer('s', 1), program)).toBe('Every 2 s /usr/bin/look is run for it.');
    const unix = checkedServer('s', 1, { address: { family: 'unix', host: '/run/s', port: 0 } });
    expect(told('everything', unix)).toContain('on its Unix socket.');
  });

  it('follows the interval in use', () => {
    const model = checkedServer('s', 1, {
      check: {
        enabled: true,
        inter: 60_000,
        fastinter: 500,
        downinter: 5000,
        rise: 2,
        fall: 3,
        ssl: false,
        verify: 'none',
      },
    });
    const every = (health: number) =>
      /every ([^.]*)\./.exec(lab(model).told({ status: 'L4OK', health }, {}, 'period'))?.[1];
    expect([4, 3, 1, 0].map(every)).toEqual(['1 min', '500 ms', '500 ms', '5 s']);
  });
});
