import { type Command, done, failure } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

/** `disable agent` is silent where there is nothing to disable. */
function switchAgent(verb: 'disable' | 'enable'): Command {
  return {
    words: [verb, 'agent'],
    usage: `${verb} agent`,
    help: `${verb} agent checks`,
    level: 'admin',
    run({ view, control }, [path]) {
      const server = findServer(view, path);
      if (isReply(server)) return server;
      const possible = control.setAgent(server, verb === 'enable');
      if (possible || verb === 'disable') return done;
      return failure('Agent was not configured on this server, cannot enable.');
    },
  };
}

export const disableAgent = switchAgent('disable');
export const enableAgent = switchAgent('enable');
