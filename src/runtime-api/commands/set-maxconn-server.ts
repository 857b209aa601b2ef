import { type Command, done, failure } from '../command.ts';
import { findServer, isReply } from '../targets.ts';

export const setMaxconnServer: Command = {
  words: ['set', 'maxconn', 'server'],
  usage: 'set maxconn server <bk>/<srv>',
  help: "change a server's maxconn setting",
  level: 'admin',
  run({ view, control }, [path, text]) {
    const server = findServer(view, path);
    if (isReply(server)) return server;
    if (text === undefined || text === '') return failure('Require <maxconn>.');
    const [, digits = '', rest] = /^\s*([+-]?\d*)(.*)$/s.exec(text) ?? [];
    if (!/\d/.test(digits)) return failure('maxconn string empty or preceded by garbage');
    if (rest !== '') return failure('Trailing garbage in maxconn string');
    // A negative one is none, as HAProxy 2.6 takes it.
    control.setMaxconn(server, Math.min(0x7fff_ffff, Math.max(0, Number(digits))));
    return done;
  },
};
