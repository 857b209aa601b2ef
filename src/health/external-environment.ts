/** What an external check is told: its arguments and its whole environment (measured on HAProxy 2.6). */
import type { AddressModel, CheckModel, ProxyModel, ServerModel } from '../config/model.ts';
import { isIp } from '../system/address-family.ts';
import { answerBudget } from './check-budget.ts';
import type { ExternalRunOptions } from './external-run.ts';

const NOT_USED = 'NOT_USED';

/** The program that checks this server, and its time. `sessions`: how many the server has now. */
export function externalProgram(
  proxy: ProxyModel,
  server: ServerModel,
  { command, path }: Extract<CheckModel, { readonly kind: 'external' }>,
  sessions: number,
): Pick<ExternalRunOptions, 'command' | 'args' | 'env' | 'timeout'> {
  const { connect, check } = proxy.timeouts;
  const { inter } = server.check;
  return {
    command,
    args: externalArguments(proxy, server),
    env: externalEnvironment(proxy, server, path, sessions),
    timeout: answerBudget({ connect, check, inter }) ?? inter,
  };
}

/** Address and port of the first listener, then of the server. */
export function externalArguments(proxy: ProxyModel, server: ServerModel): string[] {
  const [host, port] = ends(proxy.frontend?.listeners[0]?.address);
  const [serverHost, serverPort] = ends(server.address);
  return [host, port, serverHost, serverPort].map((text) => (text === '' ? NOT_USED : text));
}

/** `sessions`: how many the server has now. */
export function externalEnvironment(
  proxy: ProxyModel,
  server: ServerModel,
  path: string,
  sessions: number,
): Record<string, string> {
  const [host, port] = ends(proxy.frontend?.listeners[0]?.address);
  const [serverHost, serverPort] = ends(server.address);
  return {
    PATH: path,
    HAPROXY_PROXY_NAME: proxy.name,
    HAPROXY_PROXY_ID: String(proxy.iid),
    HAPROXY_PROXY_ADDR: host,
    HAPROXY_PROXY_PORT: port,
    HAPROXY_SERVER_NAME: server.name,
    HAPROXY_SERVER_ID: String(server.id),
    HAPROXY_SERVER_ADDR: serverHost,
    HAPROXY_SERVER_PORT: serverPort,
    HAPROXY_SERVER_MAXCONN: String(server.maxconn),
    HAPROXY_SERVER_CURCONN: String(sessions),
    HAPROXY_SERVER_PROTO: proxy.mode,
    HAPROXY_SERVER_SSL: '0',
  };
}

function ends(address: AddressModel | undefined): readonly [host: string, port: string] {
  if (address === undefined) return ['', ''];
  const inet = isIp(address.family);
  return [address.host, inet ? String(address.port) : ''];
}
