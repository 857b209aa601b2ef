import type { ServerRecord } from '../../servers/server-record.ts';
import { type Command, type CommandContext, done, failure, type Reply } from '../command.ts';
import { changeAgentAddress, changeAgentPort, changeCheckAddress, changeCheckPort } from '../place-change.ts';
import { findServer, isReply } from '../targets.ts';
import { changeWeight } from '../weight-change.ts';

/** Changes one thing of a server; `words` stand behind its name. */
type Change = (context: CommandContext, server: ServerRecord, words: readonly (string | undefined)[]) => Reply;

const settings: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['addr', () => failure("'set server <srv> addr' is not supported yet.")],
  [
    'agent',
    ({ control }, server, [value]) => {
      if (server.agent === undefined) return failure('agent checks are not enabled on this server.');
      if (value !== 'up' && value !== 'down') return failure("'set server <srv> agent' expects 'up' or 'down'.");
      control.forceAgent(server, value === 'up', 'CLI');
      return done;
    },
  ],
  ['agent-addr', ({ control, lookup }, server, words) => changeAgentAddress(control, server, words, lookup)],
  ['agent-port', ({ control }, server, words) => changeAgentPort(control, server, words)],
  [
    'agent-send',
    ({ control }, server, [text = '']) => {
      if (server.agent === undefined) return failure('agent checks are not enabled on this server.');
      control.setAgentSend(server, Buffer.from(text));
      return done;
    },
  ],
  ['check-addr', ({ control }, server, words) => changeCheckAddress(control, server, words)],
  ['check-port', ({ control }, server, words) => changeCheckPort(control, server, words)],
  [
    'fqdn',
    // There is no `resolvers` that could ask for another name.
    (_context, _server, [name]) =>
      failure(
        name === undefined
          ? 'set server <b>/<s> fqdn requires a FQDN.'
          : 'set server <b>/<s> fqdn failed because no resolution is configured.',
      ),
  ],
  [
    'health',
    ({ control }, server, [value]) => {
      if (server.tracked !== undefined) return failure('cannot change health on a tracking server.');
      if (value !== 'up' && value !== 'stopping' && value !== 'down') {
        return failure("'set server <srv> health' expects 'up', 'stopping', or 'down'.");
      }
      control.setHealth(server, value, 'CLI');
      return done;
    },
  ],
  // Two spaces, as HAProxy has it. No server here speaks TLS for traffic.
  ['ssl', () => failure("'set server <srv> ssl' cannot be set.  default-server should define ssl settings")],
  [
    'state',
    ({ control }, server, [value]) => {
      if (value !== 'ready' && value !== 'drain' && value !== 'maint') {
        return failure("'set server <srv> state' expects 'ready', 'drain' and 'maint'.");
      }
      control.setAdministrative(server, value);
      return done;
    },
  ],
  ['weight', ({ control }, server, [value]) => changeWeight(control, server, value)],
]);

const USAGE = `usage: set server <backend>/<server> ${[...settings.keys()].join(' | ')}`;

export const setServer: Command = {
  words: ['set', 'server'],
  usage: 'set server <bk>/<srv> [opts]',
  help: "change a server's state, weight, address or ssl",
  level: 'admin',
  run(context, [path, setting, ...words]) {
    const server = findServer(context.view, path);
    if (isReply(server)) return server;
    const change = settings.get(setting ?? '');
    return change === undefined ? failure(USAGE) : change(context, server, words);
  },
};
