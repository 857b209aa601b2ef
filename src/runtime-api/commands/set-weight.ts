import type { Command } from '../command.ts';
import { findServer, isReply } from '../targets.ts';
import { changeWeight } from '../weight-change.ts';

/** The old name of `set server <b>/<s> weight`, which is what clients send. */
export const setWeight: Command = {
  words: ['set', 'weight'],
  usage: 'set weight <bk>/<srv>  (DEPRECATED)',
  help: "change a server's weight (use 'set server' instead)",
  level: 'admin',
  run({ view, control }, [path, weight]) {
    const server = findServer(view, path);
    return isReply(server) ? server : changeWeight(control, server, weight);
  },
};
