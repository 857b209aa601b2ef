/** Small models for the tests of logs: only what logs read is real. */
import type { LogTargetModel, Model, ProxyLogModel } from '../../../src/config/model.ts';

export function target(change: Partial<LogTargetModel> = {}): LogTargetModel {
  return {
    target: { kind: 'udp', host: '127.0.0.1', port: 514 },
    format: 'local',
    maxLength: 1024,
    facility: 17,
    level: 7,
    minLevel: 0,
    place: { file: 'a.cfg', line: 1 },
    ...change,
  };
}

export function modelWith(logs: readonly Partial<ProxyLogModel>[], global: Partial<Model['global']> = {}): Model {
  return {
    global: {
      daemon: false,
      spreadChecks: 0,
      zeroWarning: false,
      quiet: false,
      logs: [],
      statsSockets: [],
      statsTimeout: 10_000,
      statsMaxconn: 10,
      externalCheck: false,
      ...global,
    },
    proxies: logs.map((log, index) => ({
      kind: 'listen',
      name: `p${index}`,
      index,
      iid: index + 2,
      place: { file: 'a.cfg', line: 1 },
      mode: 'tcp',
      disabled: false,
      timeouts: {},
      log: {
        targets: [],
        line: 'tcp',
        dontLogNull: false,
        dontLogNormal: false,
        logAsap: false,
        separateErrors: false,
        logHealthChecks: false,
        ...log,
      },
    })),
  };
}
