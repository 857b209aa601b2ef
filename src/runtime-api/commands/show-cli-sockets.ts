import type { AddressModel } from '../../config/model.ts';
import { type Command, dump } from '../command.ts';

export const showCliSockets: Command = {
  words: ['show', 'cli', 'sockets'],
  usage: 'show cli sockets',
  help: 'list the stats sockets',
  level: 'user',
  run({ sockets }) {
    const lines = sockets.map(({ address, level }) => `${addressText(address)} ${level} all`);
    return dump(['# socket lvl processes', ...lines, ''].join('\n'));
  },
};

function addressText(address: AddressModel): string {
  if (address.family === 'ipv4') return `ipv4@${address.host}:${address.port}`;
  if (address.family === 'ipv6') return `ipv6@[${address.host}]:${address.port}`;
  return `${address.family}@${address.host}`;
}
