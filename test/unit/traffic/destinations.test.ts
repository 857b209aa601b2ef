import { describe, expect, it } from 'vitest';
import type { AddressModel, BackendModel } from '../../../src/config/model.ts';
import { SharedTable } from '../../../src/servers/shared-table.ts';
import { BackendServer } from '../../../src/traffic/backend-server.ts';
import type { Connection } from '../../../src/traffic/engine.ts';
import { buildModel } from './lab.ts';

function target(address: AddressModel, local: { host: string; port: number }): AddressModel {
  const model = buildModel({ servers: [{ address }] });
  const backend = model.proxies[0]?.backend as BackendModel;
  const client = { local, received: 0 } as Connection;
  return new BackendServer(SharedTable.create(8), backend, 1, 0, 2, 1000).connectOptions(client, undefined).address;
}

const V4 = { host: '127.0.0.3', port: 5000 };

// As HAProxy 2.6.12 connects for `server s *:80`, `:80`, `10.0.0.1`, `10.0.0.1:+100`, `*`.
describe('where a server is connected to', () => {
  it.each([
    ['its own address', { family: 'ipv4', host: '10.0.0.1', port: 80 }, V4, '10.0.0.1', 80, 'ipv4'],
    ['the port of the client', { family: 'ipv4', host: '10.0.0.1', port: 0 }, V4, '10.0.0.1', 5000, 'ipv4'],
    [
      'a port at a distance',
      { family: 'ipv4', host: '10.0.0.1', port: -100, portIsOffset: true },
      V4,
      '10.0.0.1',
      4900,
      'ipv4',
    ],
    ['the address of the client', { family: 'ipv4', host: '0.0.0.0', port: 80 }, V4, '127.0.0.3', 80, 'ipv4'],
    ['both', { family: 'ipv4', host: '0.0.0.0', port: 0 }, V4, '127.0.0.3', 5000, 'ipv4'],
    ['an IPv6 address', { family: 'ipv4', host: '0.0.0.0', port: 80 }, { host: '::1', port: 1 }, '::1', 80, 'ipv6'],
    ['an IPv4 address through ::', { family: 'ipv6', host: '::', port: 80 }, V4, '127.0.0.3', 80, 'ipv4'],
    [
      'no address of a Unix socket',
      { family: 'ipv4', host: '0.0.0.0', port: 80 },
      { host: 'unix', port: 0 },
      '0.0.0.0',
      80,
      'ipv4',
    ],
  ] as [string, AddressModel, typeof V4, string, number, string][])('%s', (_, address, local, host, port, family) => {
    expect(target(address, local)).toMatchObject({ family, host, port });
  });

  it('a Unix socket has nothing of the client', () => {
    expect(target({ family: 'unix', host: '/run/x', port: 0 }, V4)).toMatchObject({ family: 'unix', host: '/run/x' });
  });
});
