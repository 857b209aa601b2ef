import { type Command, done, failure } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

/** `disable health` is silent where there is nothing to disable. */
function switchHealth(verb: 'disable' | 'enable'): Command {
  return {
    words: [verb, 'health'],
    usage: `${verb} health`,
    help: `${verb} health checks`,
    level: 'admin',
    run({ view, control }, [path]) {
      const server = findServer(view, path);
      if (isReply(server)) return server;
      const possible = control.setHealthChecks(server, verb === 'enable');
      if (possible || verb === 'disable') return done;
      return failure('Health check was not configured on this server, cannot enable.');
    },
  };
}

export const disableHealth = switchHealth('disable');
export const enableHealth = switchHealth('enable');
