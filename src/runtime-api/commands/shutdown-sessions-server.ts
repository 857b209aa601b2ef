import { type Command, done } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

export const shutdownSessionsServer: Command = {
  words: ['shutdown', 'sessions', 'server'],
  usage: 'shutdown sessions server <bk>/<srv>',
  help: 'kill sessions on a server',
  level: 'admin',
  run({ view, control }, [path]) {
    const server = findServer(view, path);
    if (isReply(server)) return server;
    control.shutdownSessions(server);
    return done;
  },
};
