import { type Command, dump } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

export const getWeight: Command = {
  words: ['get', 'weight'],
  usage: 'get weight <bk>/<srv>',
  help: "show a server's weight now and as configured",
  level: 'user',
  run({ view }, [path]) {
    const server = findServer(view, path);
    return isReply(server) ? server : dump(`${server.userWeight} (initial ${server.model.weight})`);
  },
};
