import { type Command, done } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

/** The old names of `set server <b>/<s> state maint|ready`, which many tools still use. */
function switchServer(verb: 'disable' | 'enable', usage: string, help: string): Command {
  return {
    words: [verb, 'server'],
    usage,
    help,
    level: 'admin',
    run({ view, control }, [path]) {
      const server = findServer(view, path);
      if (isReply(server)) return server;
      control.setAdministrative(server, verb === 'disable' ? 'maint' : 'ready');
      return done;
    },
  };
}

export const disableServer = switchServer(
  'disable',
  'disable server (DEPRECATED)',
  "put a server into maintenance (use 'set server' instead)",
);
export const enableServer = switchServer(
  'enable',
  'enable server  (DEPRECATED)',
  "take a server out of maintenance (use 'set server' instead)",
);
