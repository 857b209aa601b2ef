/**
 * What every client is pointed at: a proxy with two servers, of which one is up and one is down, one server without a
 * check, one in maintenance, a stats page, and stats sockets on a path and on a port. hapax and, where there is one,
 * HAProxy run the same text, so that what a client prints can be compared.
 */
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

export interface Setting {
  readonly product: Product;
  readonly proxy: ProxyProcess;
  /** Path of the stats socket. */
  readonly socket: string;
  /** The stats socket that listens on TCP: `127.0.0.1:port`. */
  readonly address: string;
  /** The stats page, without a suffix. */
  readonly page: string;
  /** Ports of `fe_service` and of `app`. */
  readonly port: number;
  readonly appPort: number;
  stop(): Promise<void>;
}

export interface SettingOptions {
  /** `name:password` that the page asks for. */
  readonly account?: string;
}

type Ports = Readonly<Record<'socket' | 'page' | 'service' | 'app', number>>;

/** A port below those that tests and programs take. */
const NOBODY = 1;

/** Checks come once, at the start: while one runs, `check_status` has a star in front, which no test waits for. */
function configuration(ports: Ports, up: string, { account }: SettingOptions): string {
  return `global
    stats socket $DIR/stats.sock mode 660 level admin
    stats socket 127.0.0.1:${ports.socket} level admin
    maxconn 2000
    max-spread-checks 300
    node testnode
defaults
    mode tcp
    timeout connect 1s
    timeout client 30s
    timeout server 30s
frontend stats
    mode http
    bind 127.0.0.1:${ports.page}
    stats enable
    stats uri /stats${account === undefined ? '' : `\n    stats auth ${account}`}
frontend fe_service
    bind 127.0.0.1:${ports.service}
    default_backend be_service
backend be_service
    balance roundrobin
    server backend1 ${up} check inter 60s fastinter 200 downinter 500
    server backend2 127.0.0.1:${NOBODY} check inter 60s fastinter 200
listen app
    bind 127.0.0.1:${ports.app}
    server s1 ${up}
    server s3 ${up} backup disabled
`;
}

/** Starts it and waits until the checks have spoken: backend1 `L4OK` and fully up, backend2 `L4CON` and down. */
export async function startSetting(product: Product, options: SettingOptions = {}): Promise<Setting> {
  const server = await startScripted(plain(echo));
  const ports = {
    socket: await freePort(),
    page: await freePort(),
    service: await freePort(),
    app: await freePort(),
  };
  const proxy = await startProxy(product, { config: configuration(ports, server.address, options) }).catch(
    async (error) => {
      await server.close();
      throw error;
    },
  );
  const setting: Setting = {
    product,
    proxy,
    socket: proxy.statsSocket,
    address: `127.0.0.1:${ports.socket}`,
    page: `http://127.0.0.1:${ports.page}/stats`,
    port: ports.service,
    appPort: ports.app,
    stop: async () => {
      await proxy.stop();
      await server.close();
    },
  };
  await checked(setting, 'backend1', 'UP L4OK');
  await checked(setting, 'backend2', 'DOWN L4CON');
  return setting;
}

/** Waits until a server's first check is over, with this status and outcome. */
async function checked(setting: Setting, server: string, outcome: string): Promise<void> {
  let seen = '';
  await waitFor(
    `${server} of ${setting.product} to be ${outcome}`,
    async () => {
      const row = rowOf(await showStat(setting.socket), 'be_service', server);
      seen = `${row.status} ${row.check_status}`;
      return seen === outcome;
    },
    { limit: 10_000, describe: () => seen },
  );
}

/** Waits until a server of `be_service` has this status; `UP` may have its progress behind (`UP 1/3`). */
export async function stateIs(setting: Setting, server: string, status: string): Promise<void> {
  let seen = '';
  await waitFor(
    `${server} of ${setting.product} to be ${status}`,
    async () => {
      seen = rowOf(await showStat(setting.socket), 'be_service', server).status ?? '';
      return seen === status || seen.startsWith(`${status} `);
    },
    { limit: 10_000, describe: () => seen },
  );
}

/** `count` sessions through `fe_service`, each with 100 bytes there and back; one is over before the next begins. */
export async function sendTraffic(setting: Setting, count: number): Promise<void> {
  for (let sent = 1; sent <= count; sent++) {
    const client = await openClient(setting.port);
    client.write('x'.repeat(100));
    await client.waitForBytes(100);
    client.finish();
    await client.waitForEnd();
    await waitFor('the session to be counted', async () => {
      const row = rowOf(await showStat(setting.socket), 'fe_service', 'FRONTEND');
      return row.scur === '0' && row.stot === String(sent) && row.bout === String(sent * 100);
    });
  }
}

/** The products a client can be pointed at here: hapax, and HAProxy to compare with; says so when there is none. */
export function productsFor(client: string): readonly Product[] {
  return skipWithoutHaproxy(`${client} on HAProxy`) ? ['hapax'] : ['haproxy', 'hapax'];
}
