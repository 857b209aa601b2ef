import { type Command, done, failure } from '../command.ts';
import { findServer, isReply } from '../targets.ts';
import { changeWeight } from '../weight-change.ts';

/** What HAProxy can set; everything but state, health, agent and weight waits for later versions. */
const SETTINGS = [
  'addr',
  'agent',
  'agent-addr',
  'agent-port',
  'agent-send',
  'check-addr',
  'check-port',
  'fqdn',
  'health',
  'ssl',
  'state',
  'weight',
];

export const setServer: Command = {
  words: ['set', 'server'],
  usage: 'set server <bk>/<srv> [opts]',
  help: "change a server's state or weight",
  level: 'admin',
  run({ view, control }, [path, setting, value]) {
    const server = findServer(view, path);
    if (isReply(server)) return server;
    if (setting === 'state') {
      if (value !== 'ready' && value !== 'drain' && value !== 'maint') {
        return failure("'set server <srv> state' expects 'ready', 'drain' and 'maint'.");
      }
      control.setAdministrative(server, value);
      return done;
    }
    if (setting === 'health') {
      if (value !== 'up' && value !== 'stopping' && value !== 'down') {
        return failure("'set server <srv> health' expects 'up', 'stopping', or 'down'.");
      }
      return control.setHealth(server, value, 'CLI') ? done : failure('cannot change health on a tracking server.');
    }
    if (setting === 'agent') {
      if (server.agent === undefined) return failure('agent checks are not enabled on this server.');
      if (value !== 'up' && value !== 'down') return failure("'set server <srv> agent' expects 'up' or 'down'.");
      control.forceAgent(server, value === 'up', 'CLI');
      return done;
    }
    if (setting === 'weight') return changeWeight(control, server, value);
    if (setting !== undefined && SETTINGS.includes(setting)) {
      return failure(`'set server <srv> ${setting}' is not supported yet.`);
    }
    return failure(`usage: set server <backend>/<server> ${SETTINGS.join(' | ')}`);
  },
};
