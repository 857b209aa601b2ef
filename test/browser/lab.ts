/** A proxy with a server in every state that the page can show, and traffic through it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type RunningProxy, startProxy } from '../../src/control/start-proxy.ts';
import { waitFor } from '../support/wait.ts';

/** What a server would say to do harm. */
export const EVIL = '<img src=x onerror=alert(1)>';

interface Service {
  readonly server: Server;
  readonly port: number;
}

/** An HTTP service whose health is `health(n)` at its n-th check, and which answers everything else with its name. */
async function service(
  name: string,
  health: (check: number) => readonly [status: number, reason?: string],
): Promise<Service> {
  let checks = 0;
  const server = createServer((request, response) => {
    const [status, reason] = request.url === '/v1/status' ? health(checks++) : [200];
    if (reason !== undefined) response.statusMessage = reason;
    response.writeHead(status);
    response.end(name);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

export interface Lab {
  readonly proxy: RunningProxy;
  /** Of the page with `stats refresh 1`, `admin` and `show-legends`. */
  readonly url: string;
  /** Of one with a password: `admin`, `secret`. */
  readonly guarded: string;
  readonly trafficPort: number;
  row(backend: string, server: string): Readonly<Record<string, string | number>>;
  close(): Promise<void>;
}

/** Ready when every server is in its state. `words`: what the bad server says, `description`: of the backend. */
export async function startLab(words = EVIL, description = `The service ${EVIL}`): Promise<Lab> {
  const services = {
    good: await service('good', () => [200]),
    other: await service('other', () => [200]),
    bad: await service('bad', () => [500, words]),
    falling: await service('falling', (check) => (check === 0 ? [200] : [500])),
    rising: await service('rising', (check) => (check === 0 ? [503] : [200])),
    missing: await service('missing', () => [404]),
  };
  const at = (name: keyof typeof services) => `127.0.0.1:${services[name].port}`;
  const text = `
global
  node lb1
  description "Edge of the world"
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend fe_service
  bind 127.0.0.1:1 name main
  option socket-stats
  default_backend be_service
backend be_service
  description "${description}"
  option httpchk GET /v1/status
  http-check expect status 200
  default-server inter 300ms fall 3 rise 2
  server up1 ${at('good')} check maxconn 50
  server up2 ${at('other')} check
  server going_down ${at('falling')} check inter 2s fall 1000
  server down1 ${at('bad')} check
  server refused1 127.0.0.1:1 check
  server coming ${at('rising')} check inter 2s rise 1000
  server maint1 ${at('good')} check disabled
  server drain1 ${at('good')} check weight 0
  server drained ${at('good')} check
  server nocheck1 ${at('good')} weight 0
  server backup1 ${at('good')} backup check
  server follows ${at('bad')} track be_service/down1
backend be_other
  option httpchk GET /v1/status
  http-check disable-on-404
  default-server inter 300ms
  server nolb ${at('missing')} check
  server fine ${at('good')} check
listen stats
  mode http
  bind 127.0.0.1:2
  stats enable
  stats uri /stats
  stats refresh 1s
  stats show-legends
  stats show-node
  stats show-desc
  stats admin if TRUE
listen guarded
  mode http
  bind 127.0.0.1:3
  stats uri /haproxy?stats
  stats refresh 1s
  stats auth admin:secret
`;
  const proxy = await startProxy({ text, threads: 0, ports: 'free' });
  proxy.setServerState('be_service', 'drained', 'drain');
  const port = (name: string) => proxy.addresses.find(({ frontend }) => frontend === name)?.port ?? 0;
  const row: Lab['row'] = (backend, server) =>
    proxy.stats().find(({ fields }) => fields.pxname === backend && fields.svname === server)?.fields ?? {};
  const states = {
    up1: 'UP',
    up2: 'UP',
    going_down: 'UP 9',
    down1: 'DOWN',
    refused1: 'DOWN',
    coming: 'DOWN ',
    maint1: 'MAINT',
    drained: 'DRAIN',
    nocheck1: 'no check',
    backup1: 'UP',
    follows: 'DOWN',
  };
  for (const [server, status] of Object.entries(states)) {
    await waitFor(`${server} to be ${status}`, () => String(row('be_service', server).status).startsWith(status));
  }
  await waitFor('nolb to be NOLB', () => row('be_other', 'nolb').status === 'NOLB');
  await waitFor('fine to be checked', () => row('be_other', 'fine').check_status === 'L7OK');
  return {
    proxy,
    url: `http://127.0.0.1:${port('stats')}/stats`,
    guarded: `http://127.0.0.1:${port('guarded')}/haproxy?stats`,
    trafficPort: port('fe_service'),
    row,
    async close() {
      await proxy.stop();
      for (const { server } of Object.values(services)) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** One client that keeps its connection: `ask` says which service answered. */
export class Client {
  readonly #socket: Socket;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk) => {
      this.#text += String(chunk);
    });
    socket.on('error', () => {});
  }

  static async dial(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    const client = new Client(socket);
    await once(socket, 'connect');
    return client;
  }

  get alive(): boolean {
    return !this.#socket.destroyed && this.#socket.readable;
  }

  async ask(): Promise<string> {
    this.#text = '';
    this.#socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return waitFor('an answer', () => /\r\n\r\n(?:\w+\r\n)?([a-z]+)(?:\r\n0\r\n\r\n)?$/.exec(this.#text)?.[1], {
      every: 2,
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
