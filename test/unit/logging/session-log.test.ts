import { describe, expect, test } from 'vitest';
import type { ProxyLogModel } from '../../../src/config/model.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/logging/log-ring.ts';
import { RingSessionLog } from '../../../src/logging/session-log.ts';
import type { SessionRecord } from '../../../src/logging/session-record.ts';
import { modelWith, target } from './model.ts';

const RECORD: SessionRecord = {
  frontend: 0,
  clientHost: '127.0.0.1',
  clientPort: 41_196,
  localHost: '127.0.0.2',
  localPort: 26_019,
  acceptedAt: new Date(2026, 10, 21, 1, 57, 23, 958).getTime(),
  frontendName: 't_norm',
  backendName: 'be',
  serverName: 's',
  queueTime: 1,
  connectTime: 0,
  totalTime: 12,
  bytesOut: 5,
  bytesIn: 3,
  termination: '--',
  actConn: 1,
  frontendConn: 2,
  backendConn: 3,
  serverConn: 4,
  retries: 0,
  redispatched: false,
  serverQueue: 6,
  backendQueue: 7,
};
const DATE = '21/Nov/2026:01:57:23.958';

/** What a proxy with these settings logs of a session's beginning and end. */
function linesOf(log: Partial<ProxyLogModel>, change: Partial<SessionRecord> = {}, mode: 'tcp' | 'http' = 'tcp') {
  const buffer = createLogRing();
  const model = modelWith([{ targets: [target()], ...log }]);
  const proxy = { ...model.proxies[0]!, mode };
  const sessions = new RingSessionLog({ ...model, proxies: [proxy] }, new LogRingWriter(buffer));
  const record = { ...RECORD, ...change };
  sessions.begun(record);
  sessions.ended(record);
  const lines: string[] = [];
  new LogRingReader(buffer).drain((_proxy, level, text) => lines.push(`${level} ${Buffer.from(text)}`));
  return lines;
}

describe('option tcplog', () => {
  test('writes the line of the manual', () => {
    expect(linesOf({})).toEqual([`6 127.0.0.1:41196 [${DATE}] t_norm be/s 1/0/12 5 -- 1/2/3/4/0 6/7`]);
  });

  test('marks redispatch and logasap with a plus', () => {
    expect(linesOf({ logAsap: true }, { retries: 3, redispatched: true, termination: 'SC', connectTime: -1 })).toEqual([
      `6 127.0.0.1:41196 [${DATE}] t_norm be/s 1/-1/+12 +5 SC 1/2/3/4/+3 6/7`,
    ]);
  });

  test('dontlognull leaves out sessions whose client sent nothing', () => {
    expect(linesOf({ dontLogNull: true }, { bytesIn: 0 })).toEqual([]);
    expect(linesOf({ dontLogNull: true }, { bytesOut: 0 })).toHaveLength(1);
  });

  test('dontlog-normal leaves out sessions without error, retry or redispatch', () => {
    expect(linesOf({ dontLogNormal: true })).toEqual([]);
    expect(linesOf({ dontLogNormal: true }, { termination: 'sD' })).toHaveLength(1);
    expect(linesOf({ dontLogNormal: true }, { retries: 1 })).toHaveLength(1);
    expect(linesOf({ dontLogNormal: true }, { redispatched: true })).toHaveLength(1);
  });

  test('log-separate-errors raises the level of everything that is not normal', () => {
    expect(linesOf({ separateErrors: true })[0]).toMatch(/^6 /);
    expect(linesOf({ separateErrors: true }, { termination: 'CD' })[0]).toMatch(/^3 /);
    expect(linesOf({ separateErrors: true }, { retries: 1, redispatched: true })[0]).toMatch(/^3 /);
  });
});

test('without a log option only the beginning is logged', () => {
  expect(linesOf({ line: 'default' })).toEqual(['6 Connect from 127.0.0.1:41196 to 127.0.0.2:26019 (t_norm/TCP)']);
  expect(linesOf({ line: 'default' }, {}, 'http')).toEqual([
    '6 Connect from 127.0.0.1:41196 to 127.0.0.2:26019 (t_norm/HTTP)',
  ]);
});

test('a proxy without targets logs nothing', () => {
  expect(linesOf({ targets: [] })).toEqual([]);
  expect(linesOf({ targets: [], line: 'default' })).toEqual([]);
});
