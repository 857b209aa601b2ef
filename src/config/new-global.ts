import type { GlobalDraft } from './draft.ts';

/** `global` before any line was read: HAProxy's own defaults. */
export function newGlobalDraft(): GlobalDraft {
  return {
    daemon: false,
    spreadChecks: 0,
    zeroWarning: false,
    quiet: false,
    logs: [],
    statsSockets: [],
    statsTimeout: 10_000,
    statsMaxconn: 10,
    externalCheck: false,
    sslServerVerifyNone: false,
    insecureFork: false,
    sslDefaultServer: {},
  };
}
