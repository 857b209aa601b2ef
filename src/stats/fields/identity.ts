/** Who a row is about. */
import type { AddressModel } from '../../config/model.ts';
import { type FieldBody, on, zero } from '../field.ts';

export const identityFields = {
  pxname: { type: 'str', tag: 'KNSV', description: 'Name of the proxy', ...on('flsb', (row) => row.proxy.name) },
  svname: {
    type: 'str',
    tag: 'KNSV',
    description: 'FRONTEND, BACKEND, or the name of the server or listener',
    frontend: () => 'FRONTEND',
    listener: (row) => row.listener.name ?? `sock-${row.listener.id}`,
    server: (row) => row.server.model.name,
    backend: () => 'BACKEND',
  },
  // A process number of older HAProxy, not the process id.
  pid: { type: 'u32', tag: 'KGPV', description: 'Number of the process, always 1', ...on('flsb', () => 1) },
  iid: { type: 'u32', tag: 'KGSV', description: 'Id of the proxy', ...on('flsb', (row) => row.proxy.iid) },
  sid: {
    type: 'u32',
    tag: 'KGSV',
    description: 'Id of the server or listener in its proxy; 0 for the proxy itself',
    ...on('fb', zero),
    listener: (row) => row.listener.id,
    server: (row) => row.server.model.id,
  },
  type: {
    type: 'u32',
    tag: 'CGSV',
    description: '0 frontend, 1 backend, 2 server, 3 listener',
    frontend: () => 0,
    listener: () => 3,
    server: () => 2,
    backend: () => 1,
  },
  tracked: {
    type: 'str',
    tag: 'CNSV',
    description: 'The server whose state this one follows',
    server: ({ server }) =>
      server.tracked === undefined ? undefined : `${server.tracked.proxy.name}/${server.tracked.model.name}`,
  },
  addr: {
    type: 'str',
    tag: 'CGSV',
    description: 'Address and port, or unix',
    listener: (row) => (row.addresses ? endpointText(row.listener.address) : undefined),
    server: (row) => (row.addresses ? endpointText(row.server.address) : undefined),
  },
  cookie: {
    type: 'str',
    tag: 'CNSV',
    description: "The server's cookie value",
    server: (row) => (row.addresses && row.proxy.mode === 'http' ? row.server.model.cookie : undefined),
  },
  mode: { type: 'str', tag: 'CGSV', description: 'tcp or http', ...on('flsb', (row) => row.proxy.mode) },
  algo: {
    type: 'str',
    tag: 'CGSV',
    description: 'Load balancing algorithm',
    // Hidden with the addresses; and HAProxy has no name for random here.
    backend: ({ proxy, addresses }) => {
      if (!addresses || proxy.backend === undefined) return undefined;
      return proxy.backend.balance === 'random' ? 'unknown' : proxy.backend.balance;
    },
  },
  srid: { type: 'u32', tag: 'MCPV', description: 'How often the server was replaced at run time', ...on('s', zero) },
  proto: {
    type: 'str',
    tag: 'SGPV',
    description: 'Protocol the listener speaks',
    listener: ({ listener }) => PROTOCOLS[listener.address.family],
  },
} satisfies Record<string, FieldBody>;

const PROTOCOLS = { ipv4: 'tcpv4', ipv6: 'tcpv6', unix: 'unix_stream', abns: 'abns_stream' } as const;

function endpointText(address: AddressModel): string {
  if (address.family === 'ipv4') return `${address.host}:${address.port}`;
  if (address.family === 'ipv6') return `[${address.host}]:${address.port}`;
  return 'unix';
}
