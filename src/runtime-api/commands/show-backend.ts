import { type Command, dump } from '../command.ts';

export const showBackend: Command = {
  words: ['show', 'backend'],
  usage: 'show backend',
  help: 'list the backends of the configuration',
  level: 'user',
  run({ view }) {
    const names = view.model.proxies.filter((proxy) => proxy.backend !== undefined).map((proxy) => proxy.name);
    return dump(['# name', ...names, ''].join('\n'));
  },
};
